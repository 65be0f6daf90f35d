// SPDX-License-Identifier: Apache-2.0
// A scenario's lines in their order: read, and each carried out when its time has come (scenario_act.c).
#include "vnode/run/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vnode/chip/modem_fault.h"
#include "vnode/run/scenario_parts.h"

enum { STATEMENTS_MAX = 2000 };
#define LOOK_EVERY_NS 10000000U // how often an expectation is looked at

// ---- reading ----

static enum status append(struct scenario *self, const struct statement *statement)
{
    if (self->count == STATEMENTS_MAX) {
        return STATUS_TOO_BIG;
    }
    struct statement *grown =
        realloc(self->statements, (self->count + 1) * sizeof *self->statements);
    if (grown == NULL) {
        return STATUS_TOO_BIG;
    }
    self->statements = grown;
    self->statements[self->count++] = *statement;
    return STATUS_OK;
}

static enum status read_line(struct scenario *self, char *line, unsigned number,
                             char error[SCENARIO_ERROR_MAX])
{
    struct statement statement;
    bool is_empty;

    for (size_t size = strlen(line); size > 0 && strchr(" \t\r", line[size - 1]) != NULL; size--) {
        line[size - 1] = '\0';
    }
    const char *fault = statement_read(line, &statement, &is_empty);
    if (fault != NULL) {
        snprintf(error, SCENARIO_ERROR_MAX, "line %u: '%.80s' is not understood; expected: %s",
                 number, line, fault);
        return STATUS_INVALID;
    }
    statement.line = number;
    if (!is_empty && append(self, &statement) != STATUS_OK) {
        snprintf(error, SCENARIO_ERROR_MAX, "line %u: a scenario has at most %d actions", number,
                 STATEMENTS_MAX);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

static enum status read_all(struct scenario *self, char *text, char error[SCENARIO_ERROR_MAX])
{
    enum status status = STATUS_OK;
    unsigned number = 1;

    for (char *line = text; line != NULL && status == STATUS_OK; number++) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        status = read_line(self, line, number, error);
        line = end == NULL ? NULL : end + 1;
    }
    return status;
}

enum status scenario_parse(const char *text, struct scenario **scenario,
                           char error[SCENARIO_ERROR_MAX])
{
    struct scenario *self = calloc(1, sizeof *self);
    char *copy = strdup(text);
    enum status status = STATUS_TOO_BIG;

    snprintf(error, SCENARIO_ERROR_MAX, "no memory for the scenario");
    if (self != NULL && copy != NULL) {
        self->power_on_ns = SCENARIO_NEVER_NS;
        self->password = "";
        status = read_all(self, copy, error);
    }
    free(copy);
    if (status != STATUS_OK) {
        scenario_destroy(self);
        self = NULL;
    }
    *scenario = self;
    return status;
}

void scenario_destroy(struct scenario *self)
{
    if (self != NULL) {
        upload_end(&self->upload);
        free(self->statements);
        free(self);
    }
}

void scenario_set_password(struct scenario *self, const char *password)
{
    self->password = password;
}

void scenario_set_echo(struct scenario *self, transcript_line *on_typed, void *context)
{
    self->on_typed = on_typed;
    self->context = context;
}

const char *scenario_error(const struct scenario *self)
{
    return self->error;
}

const char *scenario_fault(unsigned index, const char **help)
{
    *help = modem_fault_help(index);
    return modem_fault_name(index);
}

// ---- carrying out ----

void scenario_power_was_cut(struct scenario *self, const struct board *board)
{
    self->power_on_ns = board_now_ns(board) + self->power_pause_ns;
}

static bool is_due(const struct statement *statement, struct board *board)
{
    switch (statement->when) {
    case WHEN_TIME:
        return board_now_ns(board) >= statement->moment;
    case WHEN_CHUNK:
        return board_chunk(board) >= (long)statement->moment;
    case WHEN_POWER_ON:
        return board_machine(board)->power_ons >= statement->moment;
    case WHEN_REACHED:
    default:
        return true;
    }
}

static void restore_power(struct scenario *self, struct board *board)
{
    if (self->power_on_ns <= board_now_ns(board)) {
        self->power_on_ns = SCENARIO_NEVER_NS;
        board_power_on(board);
    }
}

enum scenario_state scenario_step(struct scenario *self, struct board *board,
                                  struct transcript *console)
{
    enum scenario_state state = SCENARIO_RUNNING;

    restore_power(self, board);
    while (state == SCENARIO_RUNNING) {
        if (self->next == self->count) {
            return SCENARIO_ENDED;
        }
        const struct statement *statement = &self->statements[self->next];
        if (!self->begun && !is_due(statement, board)) { // a cut begins the chunks anew
            break;
        }
        if (!self->begun) {
            self->begun = true;
            self->began_ns = board_now_ns(board);
        }
        struct scenario_turn turn = {self, statement, board, console, SCENARIO_RUNNING};
        bool is_through = scenario_act(&turn);
        state = turn.state;
        if (!is_through) {
            break;
        }
        self->next++;
        self->begun = false;
    }
    return state;
}

// What ends after a time that is known when it begins.
static bool lasts(const struct statement *statement)
{
    return statement->action == DO_WAIT || statement->action == DO_PIN;
}

uint64_t scenario_until_ns(const struct scenario *self, const struct board *board)
{
    uint64_t now_ns = board_now_ns(board);
    uint64_t until_ns = now_ns + LOOK_EVERY_NS;

    if (self->next < self->count) {
        const struct statement *statement = &self->statements[self->next];
        if (statement->when == WHEN_TIME && statement->moment > now_ns) {
            until_ns = statement->moment;
        } else if (self->begun && lasts(statement)) {
            until_ns = self->began_ns + statement->duration_ns;
        } else if (self->power.is_under_way) {
            until_ns = self->power.next_ns;
        }
    }
    if (self->power_on_ns < until_ns) {
        until_ns = self->power_on_ns;
    }
    return until_ns > now_ns ? until_ns : now_ns + 1;
}
