// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <string.h>

#include "vnode/chip/modem_fault.h"
#include "vnode/run/statement_parts.h"
#include "vnode/run/words.h"

enum { PER_MILLE_MAX = 1000, PINS_OF_PORT = 16, KEY_PIN = 7 };
#define PRESS_NS 200000000U // of a finger that is in no hurry

// ---- modem ----

// The fault that `text` begins with; NULL when there is none.
static const char *find_fault(const char *text, struct statement *statement)
{
    for (unsigned i = 0; modem_fault_name(i) != NULL; i++) {
        size_t size = strlen(modem_fault_name(i));
        if (strncmp(text, modem_fault_name(i), size) == 0 && strchr(" \t", text[size]) != NULL) {
            strcpy(statement->text, modem_fault_name(i));
            return words_skip(text + size);
        }
    }
    return NULL;
}

static const char *read_times(const char *text, uint64_t *times)
{
    const char *number = words_behind(text, "times");

    if (number != NULL) {
        return words_number(number, times);
    }
    *times = strcmp(text, "always") == 0 ? MODEM_FAULT_ALWAYS : strcmp(text, "never") == 0 ? 0 : 1;
    return *times == 1 ? text : "";
}

const char *statement_read_fault(const char *rest, struct statement *statement)
{
    rest = find_fault(rest, statement);
    if (rest == NULL) {
        return "fault NAME, one of those that 'nbota node run --list-faults' shows";
    }
    rest = read_times(rest, &statement->number);
    return words_end(rest) && statement->number <= MODEM_FAULT_ALWAYS
               ? NULL
               : "fault NAME [times N|always|never]";
}

const char *statement_read_faults(const char *rest, struct statement *statement)
{
    const char *seed = words_behind(rest, "random");

    if (strcmp(rest, "none") == 0) {
        statement->action = DO_FAULTS_NONE;
        return NULL;
    }
    seed = seed == NULL ? NULL : words_number(seed, &statement->number);
    seed = seed == NULL ? NULL : words_number(seed, &statement->per_mille);
    return words_end(seed) && statement->per_mille <= PER_MILLE_MAX
               ? NULL
               : "faults random SEED 0..1000 (per mille) | faults none";
}

// ---- pins ----

static const char *read_for(const char *rest, uint64_t *duration_ns)
{
    const char *duration = words_behind(rest, "for");

    return duration == NULL ? rest : words_duration(duration, duration_ns);
}

// "PA7"
static const char *read_name(const char *text, struct statement *statement)
{
    static const char ports[] = "ABCDE??H"; // enum gpio_port
    const char *port = text[0] == 'P' && text[1] != '?' ? strchr(ports, text[1]) : NULL;
    uint64_t pin = PINS_OF_PORT;

    if (port == NULL || *port == '\0') {
        return NULL;
    }
    const char *rest = words_number(text + 2, &pin);
    statement->port = (unsigned)(port - ports);
    statement->pin = (unsigned)pin;
    return pin < PINS_OF_PORT ? rest : NULL;
}

const char *statement_read_pin(const char *rest, struct statement *statement)
{
    static const char form[] = "pin PA7 low|high [for 2s]";
    const char *level = read_name(rest, statement);
    const char *low = level == NULL ? NULL : words_behind(level, "low");
    const char *high = level == NULL ? NULL : words_behind(level, "high");

    statement->high = high != NULL;
    rest = low == NULL ? high : low;
    return rest != NULL && words_end(read_for(rest, &statement->duration_ns)) ? NULL : form;
}

// The user key pulls PA7 low (docs/memory.md, "Board").
const char *statement_read_key(const char *rest, struct statement *statement)
{
    const char *key = words_behind(rest, "key");

    statement->port = 0;
    statement->pin = KEY_PIN;
    statement->duration_ns = PRESS_NS;
    return key != NULL && words_end(read_for(key, &statement->duration_ns)) ? NULL
                                                                            : "press key [for 2s]";
}

// ---- oscillators ----

const char *statement_read_crystal(const char *rest, struct statement *statement)
{
    const char *in = words_behind(rest, "in");

    statement->duration_ns = UINT64_MAX;
    if (in == NULL) {
        return strcmp(rest, "never") == 0 ? NULL : "crystal never | crystal in 3s";
    }
    return words_end(words_duration(in, &statement->duration_ns)) ? NULL : "crystal in 3s";
}

// The spread of the data sheet.
const char *statement_read_lsi(const char *rest, struct statement *statement)
{
    bool good = words_end(words_number(rest, &statement->number));

    return good && statement->number >= 26000 && statement->number <= 56000 ? NULL
                                                                            : "lsi 26000..56000";
}
