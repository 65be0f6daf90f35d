// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/settings.h"

#include <stdio.h>
#include <string.h>

#include "vnode/prove/scenario.h"

enum { LINE_SIZE = 400 };
#define FIRST_LINE "AT+OTASER="
#define VERSION    "AT+OTAVER="
#define TYPED      "type AT+"
#define TYPES      "type "

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

// ---- what was commanded ----

// The name "AT+X=" of what the next command behind *script sets, "" when it sets nothing; false behind the last.
static bool next_command(const char **script, char name[LINE_SIZE])
{
    char line[LINE_SIZE];

    while (next_line(script, line)) {
        if (strncmp(line, TYPED, strlen(TYPED)) == 0) {
            const char *command = line + strlen(TYPES);
            size_t size = strcspn(command, "=");
            bool sets = command[size] == '=';
            snprintf(name, LINE_SIZE, "%.*s", sets ? (int)size + 1 : 0, command);
            return true;
        }
    }
    return false;
}

uint32_t prove_settings_commands(const char *script)
{
    char name[LINE_SIZE];
    uint32_t count = 0;

    while (next_command(&script, name)) {
        count++;
    }
    return count;
}

static bool agree(const struct prove_settings *self, const struct prove_settings *other,
                  const char *name, char *wrong, size_t capacity)
{
    char found[LINE_SIZE] = "", wanted[LINE_SIZE] = "";

    (void)prove_settings_get(self, name, found, sizeof found);
    (void)prove_settings_get(other, name, wanted, sizeof wanted);
    snprintf(wrong, capacity, "%s%s, not %s", name, found, wanted);
    return strcmp(found, wanted) == 0;
}

bool prove_settings_follow(const struct prove_settings *self, const struct prove_commands *commands,
                           char *wrong, size_t capacity)
{
    const char *script = commands->script;
    char name[LINE_SIZE];

    for (uint32_t nth = 0; next_command(&script, name); nth++) {
        bool is_open = nth == commands->answered || name[0] == '\0';
        const struct prove_settings *wanted =
            nth < commands->answered ? commands->new : commands->old;
        if (!is_open && !agree(self, wanted, name, wrong, capacity)) {
            return false;
        }
    }
    return true;
}
