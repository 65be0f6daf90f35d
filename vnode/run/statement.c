// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/statement.h"

#include <stdlib.h>
#include <string.h>

#include "vnode/run/statement_parts.h"
#include "vnode/run/words.h"

#define POWER_BACK_NS       1000000000U    // after a cut that does not say
#define EXPECT_AT_MOST_NS   3600000000000U // virtual, for an expectation that does not say
#define CUT_FRACTION_PRESET 0.5

// ---- one reader for each verb: what stands behind it; NULL = understood ----

static const char *read_link(const char *rest, struct statement *statement)
{
    if (strcmp(rest, "down") == 0 || strcmp(rest, "up") == 0) {
        statement->action = *rest == 'd' ? DO_LINK_DOWN : DO_LINK_UP;
        return NULL;
    }
    const char *percent = words_behind(rest, "loss");
    statement->action = DO_LOSS;
    statement->number = 1;
    percent = percent == NULL ? NULL : words_number(percent, &statement->per_mille);
    const char *seed = percent == NULL ? NULL : words_behind(percent, "seed");
    bool good = words_end(seed == NULL ? percent : words_number(seed, &statement->number));
    statement->per_mille *= 10;
    return good && statement->per_mille < 1000 ? NULL : "link down | up | loss 0..99 [seed 7]";
}

static const char *read_corrupt(const char *rest, struct statement *statement)
{
    rest = words_behind(rest, "chunk");
    rest = rest == NULL ? NULL : words_number(rest, &statement->number);
    if (rest != NULL && strcmp(rest, "always") == 0) {
        statement->always = true;
        rest += strlen(rest);
    }
    return words_end(rest) && statement->number < 64 ? NULL : "corrupt chunk 0..63 [always]";
}

static const char *read_cut_at(const char *rest, struct statement *statement)
{
    static const char form[] = "cut power at operation N [+ FRACTION] | cut power at instruction N";
    const char *number = words_behind(rest, "operation");

    statement->duration_ns = POWER_BACK_NS;
    if (number == NULL) {
        number = words_behind(rest, "instruction");
        statement->action = DO_CUT_AT_INSTRUCTION;
        return number != NULL && words_end(words_number(number, &statement->number)) ? NULL : form;
    }
    statement->action = DO_CUT_AT_OPERATION;
    statement->fraction = CUT_FRACTION_PRESET;
    rest = words_number(number, &statement->number);
    if (rest != NULL && *rest == '+') {
        char *end;
        statement->fraction = strtod(rest + 1, &end);
        rest = end;
    }
    return words_end(rest) && statement->fraction >= 0 && statement->fraction < 1 ? NULL : form;
}

static const char *read_cut(const char *rest, struct statement *statement)
{
    const char *power = words_behind(rest, "power");

    if (power == NULL) {
        return "cut power [for 5s]";
    }
    if (strcmp(power, "never") == 0) {
        statement->action = DO_CUT_NEVER;
        return NULL;
    }
    const char *at = words_behind(power, "at");
    if (at != NULL) {
        return read_cut_at(at, statement);
    }
    statement->duration_ns = POWER_BACK_NS;
    const char *duration = words_behind(power, "for");
    bool good = duration == NULL ? words_end(power)
                                 : words_end(words_duration(duration, &statement->duration_ns));
    return good ? NULL : "cut power [for 5s]";
}

static const char *read_wait(const char *rest, struct statement *statement)
{
    return words_end(words_duration(rest, &statement->duration_ns)) ? NULL : "wait 30s";
}

static const char *read_text(const char *rest, struct statement *statement)
{
    if (*rest == '\0' || strlen(rest) >= STATEMENT_TEXT_MAX) {
        return "a text of 1 to 399 characters behind the word";
    }
    strcpy(statement->text, rest);
    return NULL;
}

// " within 600s" at the end of the line belongs to the expectation, not to its text.
static const char *read_expect(const char *rest, struct statement *statement)
{
    const char *fault = read_text(rest, statement);

    statement->duration_ns = EXPECT_AT_MOST_NS;
    if (fault != NULL) {
        return fault;
    }
    for (char *at = statement->text; (at = strstr(at, " within ")) != NULL; at++) {
        if (words_end(words_duration(at + strlen(" within "), &statement->duration_ns))) {
            *at = '\0';
            break;
        }
    }
    return NULL;
}

static const char *read_nothing(const char *rest, struct statement *statement)
{
    (void)statement;
    return *rest == '\0' ? NULL : "nothing behind this word";
}

static const struct verb {
    const char *word;
    enum statement_action action;
    statement_reader *read;
} verbs[] = {
    {"link", DO_LINK_DOWN, read_link},
    {"hold", DO_HOLD, read_nothing},
    {"go", DO_GO, read_nothing},
    {"corrupt", DO_CORRUPT, read_corrupt},
    {"cut", DO_CUT, read_cut},
    {"power", DO_POWER_RANDOM, statement_read_power},
    {"type", DO_TYPE, read_text},
    {"bytes", DO_BYTES, read_text},
    {"expect", DO_EXPECT, read_expect},
    {"run", DO_RUN, read_text},
    {"wait", DO_WAIT, read_wait},
    {"end", DO_END, read_nothing},
    {"unlock", DO_UNLOCK, read_nothing},
    {"fault", DO_FAULT, statement_read_fault},
    {"pin", DO_PIN, statement_read_pin},
    {"faults", DO_FAULTS_RANDOM, statement_read_faults},
    {"press", DO_PIN, statement_read_key},
    {"flash", DO_FLASH, statement_read_flash},
    {"mcu", DO_MCU, statement_read_mcu},
    {"send", DO_SEND, read_text},
    {"crystal", DO_CRYSTAL, statement_read_crystal},
    {"lsi", DO_LSI, statement_read_lsi},
};

static const char *read_action(const char *text, struct statement *statement)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        const char *rest = words_behind(text, verbs[i].word);
        if (rest != NULL) {
            statement->action = verbs[i].action;
            return verbs[i].read(rest, statement);
        }
    }
    return "link, hold, go, corrupt, fault, faults, flash, mcu, pin, press, crystal, lsi, cut, "
           "power, "
           "unlock, "
           "type, bytes, send, "
           "expect, run, wait or end";
}

// "at 12s:", "at chunk 20:" or "at power-on 2:"; the action stands behind the colon.
static const char *read_condition(const char *text, struct statement *statement, const char **rest)
{
    const char *chunk = words_behind(text, "chunk");
    const char *power_on = words_behind(text, "power-on");

    if (chunk != NULL) {
        statement->when = WHEN_CHUNK;
        *rest = words_number(chunk, &statement->moment);
    } else if (power_on != NULL) {
        statement->when = WHEN_POWER_ON;
        *rest = words_number(power_on, &statement->moment);
    } else {
        statement->when = WHEN_TIME;
        *rest = words_duration(text, &statement->moment);
    }
    if (*rest == NULL || **rest != ':') {
        return "at 12s: ACTION | at chunk 20: ACTION | at power-on 2: ACTION";
    }
    *rest = words_skip(*rest + 1);
    return NULL;
}

const char *statement_read(const char *line, struct statement *statement, bool *is_empty)
{
    const char *text = words_skip(line);
    const char *condition = words_behind(text, "at");

    *statement = (struct statement){.when = WHEN_REACHED};
    *is_empty = *text == '\0' || *text == '#';
    if (*is_empty) {
        return NULL;
    }
    if (condition != NULL) {
        const char *fault = read_condition(condition, statement, &text);
        if (fault != NULL) {
            return fault;
        }
    }
    return read_action(text, statement);
}
