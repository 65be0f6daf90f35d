// SPDX-License-Identifier: Apache-2.0
#include "cli/log_time.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum {
    DIGITS_MAX = 10, // of a 32-bit count of milliseconds
    MS_PER_S = 1000,
};

// The number at `*text`, at most `digits_max` digits; moves behind it.
static bool read_number(const char **text, unsigned digits_max, uint64_t *value)
{
    unsigned digits = 0;

    *value = 0;
    for (; **text >= '0' && **text <= '9'; ++*text) {
        if (++digits > digits_max) {
            return false;
        }
        *value = 10 * *value + (uint64_t)(**text - '0');
    }
    return digits > 0;
}

static const char *read_uptime(const char *line, struct log_time *out)
{
    const char *at = line + 1;
    uint64_t ms;

    if (line[0] != '[' || !read_number(&at, DIGITS_MAX, &ms) || *at != ']') {
        return NULL;
    }
    *out = (struct log_time){CLOCK_UPTIME, ms};
    return at + 1;
}

// ".250" is 250, ".5" is 500; what is finer is left out.
static uint64_t read_fraction(const char **text)
{
    uint64_t ms = 0;
    uint64_t weight = MS_PER_S / 10;

    if (**text != '.' && **text != ',') {
        return 0;
    }
    for (++*text; **text >= '0' && **text <= '9'; ++*text) {
        ms += weight * (uint64_t)(**text - '0');
        weight /= 10;
    }
    return ms;
}

static const char *read_seconds(const char *line, struct log_time *out)
{
    const char *at = line + strspn(line, " ");
    uint64_t seconds;

    if (!read_number(&at, DIGITS_MAX, &seconds) || *at != '.') {
        return NULL;
    }
    const char *point = at;
    uint64_t ms = read_fraction(&at);
    if (at - point != 4 || strncmp(at, "  ", 2) != 0) {
        return NULL;
    }
    *out = (struct log_time){CLOCK_SECONDS, seconds * MS_PER_S + ms};
    return at + 2;
}

// "2026-11-24 ", "2026/11/24T"; it may be absent.
static const char *skip_date(const char *text)
{
    const char *at = text;
    uint64_t year;
    uint64_t month;
    uint64_t day;

    if (!read_number(&at, 4, &year) || (*at != '-' && *at != '/')) {
        return text;
    }
    at++;
    if (!read_number(&at, 2, &month) || (*at != '-' && *at != '/')) {
        return text;
    }
    at++;
    return read_number(&at, 2, &day) && (*at == ' ' || *at == 'T') ? at + 1 : text;
}

static const char *read_day(const char *line, struct log_time *out)
{
    const char *at = skip_date(line[0] == '[' ? line + 1 : line);
    uint64_t parts[3];

    for (unsigned i = 0; i < 3; i++) {
        if (!read_number(&at, 2, &parts[i]) || (i < 2 && *at++ != ':')) {
            return NULL;
        }
    }
    if (parts[0] > 23 || parts[1] > 59 || parts[2] > 60) {
        return NULL;
    }
    uint64_t ms = read_fraction(&at);
    *out =
        (struct log_time){CLOCK_DAY, ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * MS_PER_S + ms};
    return at + strspn(at, "Z] \t->:");
}

const char *log_time_read(const char *line, struct log_time *out)
{
    static const char *(*const readers[])(const char *, struct log_time *) = {
        read_day, read_seconds, read_uptime};
    struct log_time inner;

    *out = (struct log_time){CLOCK_NONE, 0};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
        const char *behind = readers[i](line, out);
        if (behind != NULL) {
            const char *own = read_uptime(behind, &inner);
            return own != NULL ? own : behind;
        }
    }
    return line;
}

const char *log_time_next(const char *line)
{
    struct log_time time;

    if (line[0] == '\0') {
        return NULL;
    }
    for (const char *at = strchr(line + 1, '['); at != NULL; at = strchr(at + 1, '[')) {
        if (read_uptime(at, &time) != NULL) {
            return at;
        }
    }
    return NULL;
}

void log_time_format(struct log_time time, char text[LOG_TIME_SIZE])
{
    uint64_t seconds = time.ms / MS_PER_S;

    switch (time.clock) {
    case CLOCK_UPTIME:
    case CLOCK_SECONDS:
        snprintf(text, LOG_TIME_SIZE, "%" PRIu64 ".%03u s", seconds,
                 (unsigned)(time.ms % MS_PER_S));
        break;
    case CLOCK_DAY:
        snprintf(text, LOG_TIME_SIZE, "%02u:%02u:%02u", (unsigned)(seconds / 3600),
                 (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
        break;
    case CLOCK_NONE:
    default:
        text[0] = '\0';
        break;
    }
}
