// SPDX-License-Identifier: Apache-2.0
#include <stddef.h>
#include <string.h>

#include "vnode/run/statement_parts.h"
#include "vnode/run/words.h"

// "100ms..3s"
static const char *read_range(const char *text, struct statement_range *range)
{
    const char *rest = text == NULL ? NULL : words_duration(text, &range->low_ns);

    if (rest == NULL || strncmp(rest, "..", 2) != 0) {
        return NULL;
    }
    rest = words_duration(rest + 2, &range->high_ns);
    return range->low_ns > 0 && range->low_ns <= range->high_ns ? rest : NULL;
}

// "times 1000" or "for 24h"
static bool read_end(const char *text, struct statement *statement)
{
    const char *times = text == NULL ? NULL : words_behind(text, "times");
    const char *duration = text == NULL ? NULL : words_behind(text, "for");

    if (times != NULL) {
        return words_end(words_number(times, &statement->count)) && statement->count > 0;
    }
    return duration != NULL && words_end(words_duration(duration, &statement->duration_ns));
}

const char *statement_read_power(const char *rest, struct statement *statement)
{
    rest = words_behind(rest, "random");
    rest = rest == NULL ? NULL : words_number(rest, &statement->number);
    rest = rest == NULL ? NULL : words_behind(rest, "on");
    rest = read_range(rest, &statement->on);
    rest = rest == NULL ? NULL : words_behind(rest, "off");
    rest = read_range(rest, &statement->off);
    return read_end(rest, statement)
               ? NULL
               : "power random SEED on 100ms..3s off 1s..2s times 1000 | for 24h";
}
