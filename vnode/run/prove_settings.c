// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/prove_settings.h"

#include <stdio.h>
#include <string.h>

#include "vnode/run/prove_scenario.h"

enum { LINE_SIZE = 400 };
#define FIRST_LINE "AT+OTASER="
#define VERSION    "AT+OTAVER="

static const char *last_answer(const char *console)
{
    const char *found = NULL;

    for (const char *at = strstr(console, FIRST_LINE); at != NULL;
         at = strstr(at + 1, FIRST_LINE)) {
        found = at;
    }
    return found;
}

// The line at *text, without its end; false behind the last.
static bool next_line(const char **text, char line[LINE_SIZE])
{
    size_t size = strcspn(*text, "\r\n");

    if (**text == '\0') {
        return false;
    }
    snprintf(line, LINE_SIZE, "%.*s", (int)size, *text);
    *text += size;
    *text += strspn(*text, "\r\n");
    return true;
}

static void keep_settings(struct prove_settings *self, const char *text)
{
    char line[LINE_SIZE];
    size_t size = 0;

    self->text[0] = '\0';
    while (next_line(&text, line) && size < sizeof self->text - LINE_SIZE) {
        if (strncmp(line, "AT+", 3) == 0 && strchr(line, '=') != NULL) {
            size += (size_t)snprintf(self->text + size, sizeof self->text - size, "%s\n", line);
        }
    }
}

bool prove_settings_ask(struct prove_settings *self, struct prove_bench *bench)
{
    if (prove_bench_play(bench, prove_ask_settings) != PROVE_ENDED) {
        return false;
    }
    const char *answer = last_answer(bench->console.text);
    if (answer == NULL) {
        snprintf(bench->error, sizeof bench->error, "AT+CFG does not begin with " FIRST_LINE);
        return false;
    }
    keep_settings(self, answer);
    return true;
}

bool prove_settings_get(const struct prove_settings *self, const char *name, char *value,
                        size_t capacity)
{
    const char *text = self->text;
    char line[LINE_SIZE];

    while (next_line(&text, line)) {
        if (strncmp(line, name, strlen(name)) == 0) {
            snprintf(value, capacity, "%s", line + strlen(name));
            return true;
        }
    }
    return false;
}

static bool has_line(const struct prove_settings *self, const char *wanted)
{
    const char *text = self->text;
    char line[LINE_SIZE];

    while (next_line(&text, line)) {
        if (strcmp(line, wanted) == 0) {
            return true;
        }
    }
    return false;
}

static size_t count_lines(const struct prove_settings *self)
{
    size_t count = 0;

    for (const char *at = self->text; *at != '\0'; at++) {
        count += *at == '\n';
    }
    return count;
}

bool prove_settings_are_of(const struct prove_settings *self, const struct prove_settings *old,
                           const struct prove_settings *new, char *wrong, size_t capacity)
{
    const char *text = self->text;
    char line[LINE_SIZE];

    while (next_line(&text, line)) {
        bool is_version = strncmp(line, VERSION, strlen(VERSION)) == 0;
        if (!is_version && !has_line(old, line) && !has_line(new, line)) {
            snprintf(wrong, capacity, "%s", line);
            return false;
        }
    }
    if (count_lines(self) != count_lines(old)) {
        snprintf(wrong, capacity, "%zu settings instead of %zu", count_lines(self),
                 count_lines(old));
        return false;
    }
    return true;
}
