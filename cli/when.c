// SPDX-License-Identifier: Apache-2.0
#include "cli/when.h"

#include <stddef.h>
#include <stdio.h>
#include <time.h>

struct unit {
    int64_t below_s; // ages below this are told in it
    int64_t seconds;
    const char *name;
};

static const struct unit units[] = {
    {90, 1, "s"},
    {90 * 60, 60, "min"},
    {48 * 3600, 3600, "h"},
    {INT64_MAX, 86400, "days"},
};

void when_ago(int64_t time_ms, int64_t now_ms, char text[WHEN_SIZE])
{
    int64_t age_s = (now_ms - time_ms) / 1000;
    const struct unit *unit = units;

    if (time_ms == 0) {
        snprintf(text, WHEN_SIZE, "never");
        return;
    }
    if (age_s < 5) {
        snprintf(text, WHEN_SIZE, "just now");
        return;
    }
    while (age_s >= unit->below_s) {
        unit++;
    }
    snprintf(text, WHEN_SIZE, "%lld %s ago", (long long)(age_s / unit->seconds), unit->name);
}

void when_date(int64_t time_ms, char text[WHEN_SIZE])
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm local;

    if (localtime_r(&seconds, &local) == NULL ||
        strftime(text, WHEN_SIZE, "%Y-%m-%d %H:%M:%S", &local) == 0) {
        text[0] = '\0';
    }
}
