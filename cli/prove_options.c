// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_options.h"

#include <stdio.h>
#include <string.h>

#include "base/fmt.h"
#include "cli/command.h"
#include "cli/dispatch.h"
#include "cli/line.h"
#include "cli/message.h"
#include "vnode/prove/pool.h"

enum { PAIRS_MAX = 10000000, NAMES_SIZE = 160 };

static bool refuse(const char *option, const char *takes, const char *text)
{
    message_error("--%s takes %s, not '%s'", option, takes, text);
    return false;
}

// The next of some words with commas between them; false behind the last.
static bool take_word(const char **list, struct span *word)
{
    if (*list == NULL) {
        return false;
    }
    size_t size = strcspn(*list, ",");
    *word = span_of(*list, size);
    *list = (*list)[size] == ',' ? *list + size + 1 : NULL;
    return true;
}

// ---- scenarios ----

static void hint_scenarios(void)
{
    const struct prove_scenario *scenario;
    char names[NAMES_SIZE] = "";
    size_t size = 0;

    for (size_t i = 0; (scenario = prove_scenario_at(i)) != NULL && size < sizeof names; i++) {
        size += (size_t)snprintf(names + size, sizeof names - size, " %s,", scenario->name);
    }
    message_hint("there are:%s or all; several with commas between them, as in update,local",
                 names);
}

static bool add_scenario(struct prove_options *self, const struct prove_scenario *scenario)
{
    if (self->task_count == PROVE_SCENARIOS_MAX) {
        message_error("--scenario takes %d names at most", PROVE_SCENARIOS_MAX);
        return false;
    }
    self->tasks[self->task_count++].scenario = scenario;
    return true;
}

static bool add_named(struct prove_options *self, struct span name)
{
    const struct prove_scenario *scenario;

    for (size_t i = 0; (scenario = prove_scenario_at(i)) != NULL; i++) {
        if (span_equals(name, span_of_text(scenario->name))) {
            return add_scenario(self, scenario);
        }
    }
    message_error("no such scenario: '%.*s'", (int)name.size, (const char *)name.data);
    hint_scenarios();
    return false;
}

static bool read_scenarios(struct prove_options *self)
{
    const struct prove_scenario *scenario;
    const char *list = self->scenario == NULL ? "update" : self->scenario;
    struct span name;
    bool is_good = true;

    if (strcmp(list, "all") == 0) {
        for (size_t i = 0; is_good && (scenario = prove_scenario_at(i)) != NULL; i++) {
            is_good = add_scenario(self, scenario);
        }
        return is_good;
    }
    while (is_good && take_word(&list, &name)) {
        is_good = add_named(self, name);
    }
    return is_good;
}

// ---- numbers ----

static bool read_numbers(struct prove_options *self)
{
    const struct {
        const char *name, *text;
        uint32_t *number, least, most;
    } rows[] = {
        {"every", self->every, &self->choice.every, 1, UINT32_MAX},
        {"jobs", self->jobs, &self->workers, 1, PROVE_WORKERS_MAX},
        {"gdb", self->gdb, &self->gdb_port, 1, UINT16_MAX},
    };
    char takes[48];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = rows[i].text;
        if (text != NULL && (!fmt_parse_u32(span_of_text(text), rows[i].number) ||
                             *rows[i].number < rows[i].least || *rows[i].number > rows[i].most)) {
            snprintf(takes, sizeof takes, "a number from %u to %u", (unsigned)rows[i].least,
                     (unsigned)rows[i].most);
            return refuse(rows[i].name, takes, text);
        }
    }
    return true;
}

// Returns how many numbers there were, -1 when stderr has said that one of them is none.
static long list_pairs(struct prove_options *self)
{
    const char *list = self->pairs;
    struct span word;
    size_t count = 0;

    for (; take_word(&list, &word); count++) {
        uint32_t pairs;
        if (!fmt_parse_u32(word, &pairs) || pairs == 0 || pairs > PAIRS_MAX) {
            refuse("double", "numbers of cases from 1 to 10000000", self->pairs);
            return -1;
        }
        if (count < self->task_count) {
            self->tasks[count].pairs = pairs;
        }
    }
    return (long)count;
}

// One number for each scenario, or one for all of them.
static bool read_pairs(struct prove_options *self)
{
    long count = list_pairs(self);

    for (size_t i = 1; count == 1 && i < self->task_count; i++) {
        self->tasks[i].pairs = self->tasks[0].pairs;
    }
    if (count > 1 && count != (long)self->task_count) {
        return refuse("double", "one number, or one for each scenario", self->pairs);
    }
    return count >= 0;
}

static bool read_choice(struct prove_options *self)
{
    if (self->only != NULL && !prove_choice_read_memory(&self->choice, self->only)) {
        message_error("no such memory: '%s'", self->only);
        message_hint("there are: flash, eeprom, nor, or all");
        return false;
    }
    return self->range == NULL || prove_choice_read_range(&self->choice, self->range) ||
           refuse("operations", "two numbers such as 1-60", self->range);
}

// ---- what does not go together ----

static bool goes_with_case(const struct prove_options *self)
{
    const struct {
        const char *name;
        bool is_given;
    } others[] = {
        {"double", self->pairs != NULL},        {"every", self->every != NULL},
        {"only", self->only != NULL},           {"operations", self->range != NULL},
        {"first-failure", self->first_failure}, {"jobs", self->jobs != NULL},
    };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].is_given) {
            message_error("--%s does nothing with --case, which plays one case alone",
                          others[i].name);
            message_hint("leave out one of the two");
            return false;
        }
    }
    if (self->task_count > 1) {
        message_error("--case is a case of one scenario, not of '%s'", self->scenario);
        message_hint("name the scenario with --scenario, as the line that replays a failure does");
        return false;
    }
    return true;
}

static bool goes_together(const struct prove_options *self)
{
    if (self->which != NULL) {
        return goes_with_case(self);
    }
    if (self->gdb != NULL) {
        message_error("--gdb does nothing without --case: a debugger looks at one case alone");
        message_hint("name the case, as in --case o1234:torn-2 --gdb %s", self->gdb);
        return false;
    }
    return true;
}

int prove_options_read(struct prove_options *self)
{
    self->choice = (struct prove_choice){.every = 1};
    self->task_count = 0;
    if (read_scenarios(self) && read_numbers(self) && read_choice(self) && read_pairs(self) &&
        goes_together(self)) {
        return EXIT_OK;
    }
    dispatch_print_usage(&cli_prove);
    return EXIT_USAGE;
}
