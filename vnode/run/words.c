// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000.0

const char *words_skip(const char *text)
{
    while (*text == ' ' || *text == '\t') {
        text++;
    }
    return text;
}

// Behind `word` and its blanks, NULL when `text` does not begin with that whole word.
const char *words_behind(const char *text, const char *word)
{
    size_t size = strlen(word);

    if (strncmp(text, word, size) != 0 || isalnum((unsigned char)text[size])) {
        return NULL;
    }
    return words_skip(text + size);
}

const char *words_number(const char *text, uint64_t *number)
{
    char *end;

    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    *number = strtoull(text, &end, 10);
    return words_skip(end);
}

const char *words_address(const char *text, uint32_t *address)
{
    char *end;

    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    unsigned long long number = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    *address = (uint32_t)number;
    return number <= UINT32_MAX ? words_skip(end) : NULL;
}

// 250ms, 1.5s, 5m, 2h
const char *words_duration(const char *text, uint64_t *duration_ns)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}};
    char *end;

    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    double number = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        const char *rest = words_behind(end, units[i].unit);
        if (rest != NULL) {
            *duration_ns = (uint64_t)(number * units[i].seconds * NS_PER_S);
            return rest;
        }
    }
    return NULL;
}

bool words_end(const char *text)
{
    return text != NULL && *text == '\0';
}
