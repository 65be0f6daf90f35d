// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/statement.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S            1000000000.0
#define POWER_BACK_NS       1000000000U    // after a cut that does not say
#define EXPECT_AT_MOST_NS   3600000000000U // virtual, for an expectation that does not say
#define CUT_FRACTION_PRESET 0.5

static const char *skip_blanks(const char *text)
{
    while (*text == ' ' || *text == '\t') {
        text++;
    }
    return text;
}

// Behind `word` and its blanks, NULL when `text` does not begin with that whole word.
static const char *behind(const char *text, const char *word)
{
    size_t size = strlen(word);

    if (strncmp(text, word, size) != 0 || isalnum((unsigned char)text[size])) {
        return NULL;
    }
    return skip_blanks(text + size);
}

static const char *read_number(const char *text, uint64_t *number)
{
    char *end;

    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    *number = strtoull(text, &end, 10);
    return skip_blanks(end);
}

// 250ms, 1.5s, 5m, 2h
static const char *read_duration(const char *text, uint64_t *duration_ns)
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
        const char *rest = behind(end, units[i].unit);
        if (rest != NULL) {
            *duration_ns = (uint64_t)(number * units[i].seconds * NS_PER_S);
            return rest;
        }
    }
    return NULL;
}

static bool is_end(const char *text)
{
    return text != NULL && *text == '\0';
}

// ---- one reader for each verb: what stands behind it; NULL = understood ----

typedef const char *reader(const char *rest, struct statement *statement);

static const char *read_link(const char *rest, struct statement *statement)
{
    if (strcmp(rest, "down") == 0 || strcmp(rest, "up") == 0) {
        statement->action = *rest == 'd' ? DO_LINK_DOWN : DO_LINK_UP;
        return NULL;
    }
    return "link down | link up";
}

static const char *read_corrupt(const char *rest, struct statement *statement)
{
    rest = behind(rest, "chunk");
    rest = rest == NULL ? NULL : read_number(rest, &statement->number);
    if (rest != NULL && strcmp(rest, "always") == 0) {
        statement->always = true;
        rest += strlen(rest);
    }
    return is_end(rest) && statement->number < 64 ? NULL : "corrupt chunk 0..63 [always]";
}

static const char *read_cut_at(const char *rest, struct statement *statement)
{
    static const char form[] = "cut power at operation N [+ FRACTION] | cut power at instruction N";
    const char *number = behind(rest, "operation");

    statement->duration_ns = POWER_BACK_NS;
    if (number == NULL) {
        number = behind(rest, "instruction");
        statement->action = DO_CUT_AT_INSTRUCTION;
        return number != NULL && is_end(read_number(number, &statement->number)) ? NULL : form;
    }
    statement->action = DO_CUT_AT_OPERATION;
    statement->fraction = CUT_FRACTION_PRESET;
    rest = read_number(number, &statement->number);
    if (rest != NULL && *rest == '+') {
        char *end;
        statement->fraction = strtod(rest + 1, &end);
        rest = end;
    }
    return is_end(rest) && statement->fraction >= 0 && statement->fraction < 1 ? NULL : form;
}

static const char *read_cut(const char *rest, struct statement *statement)
{
    const char *power = behind(rest, "power");

    if (power == NULL) {
        return "cut power [for 5s]";
    }
    if (strcmp(power, "never") == 0) {
        statement->action = DO_CUT_NEVER;
        return NULL;
    }
    const char *at = behind(power, "at");
    if (at != NULL) {
        return read_cut_at(at, statement);
    }
    statement->duration_ns = POWER_BACK_NS;
    const char *duration = behind(power, "for");
    bool good =
        duration == NULL ? is_end(power) : is_end(read_duration(duration, &statement->duration_ns));
    return good ? NULL : "cut power [for 5s]";
}

static const char *read_wait(const char *rest, struct statement *statement)
{
    return is_end(read_duration(rest, &statement->duration_ns)) ? NULL : "wait 30s";
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
        if (is_end(read_duration(at + strlen(" within "), &statement->duration_ns))) {
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
    reader *read;
} verbs[] = {
    {"link", DO_LINK_DOWN, read_link},   {"hold", DO_HOLD, read_nothing},
    {"go", DO_GO, read_nothing},         {"corrupt", DO_CORRUPT, read_corrupt},
    {"cut", DO_CUT, read_cut},           {"type", DO_TYPE, read_text},
    {"expect", DO_EXPECT, read_expect},  {"run", DO_RUN, read_text},
    {"wait", DO_WAIT, read_wait},        {"end", DO_END, read_nothing},
    {"unlock", DO_UNLOCK, read_nothing},
};

static const char *read_action(const char *text, struct statement *statement)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        const char *rest = behind(text, verbs[i].word);
        if (rest != NULL) {
            statement->action = verbs[i].action;
            return verbs[i].read(rest, statement);
        }
    }
    return "link, hold, go, corrupt, cut, unlock, type, expect, run, wait or end";
}

// "at 12s:", "at chunk 20:" or "at power-on 2:"; the action stands behind the colon.
static const char *read_condition(const char *text, struct statement *statement, const char **rest)
{
    const char *chunk = behind(text, "chunk");
    const char *power_on = behind(text, "power-on");

    if (chunk != NULL) {
        statement->when = WHEN_CHUNK;
        *rest = read_number(chunk, &statement->moment);
    } else if (power_on != NULL) {
        statement->when = WHEN_POWER_ON;
        *rest = read_number(power_on, &statement->moment);
    } else {
        statement->when = WHEN_TIME;
        *rest = read_duration(text, &statement->moment);
    }
    if (*rest == NULL || **rest != ':') {
        return "at 12s: ACTION | at chunk 20: ACTION | at power-on 2: ACTION";
    }
    *rest = skip_blanks(*rest + 1);
    return NULL;
}

const char *statement_read(const char *line, struct statement *statement, bool *is_empty)
{
    const char *text = skip_blanks(line);
    const char *condition = behind(text, "at");

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
