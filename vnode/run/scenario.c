// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vnode/run/statement.h"

enum { STATEMENTS_MAX = 2000 };
#define LOOK_EVERY_NS 10000000U // how often an expectation is looked at
#define NEVER_NS      UINT64_MAX

struct scenario {
    struct statement *statements;
    size_t count;
    size_t next;
    bool begun;              // the present statement's clock runs
    uint64_t began_ns;       // …since then
    uint64_t power_on_ns;    // when power comes back, NEVER_NS = it is on
    uint64_t power_pause_ns; // of the cut that is armed
    const char *password;
    transcript_line *on_typed; // may be NULL
    void *context;
    char error[SCENARIO_ERROR_MAX];
};

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
        self->power_on_ns = NEVER_NS;
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

// ---- carrying out ----

static void cut_power(struct scenario *self, struct board *board, uint64_t pause_ns)
{
    board_power_off(board);
    self->power_on_ns = board_now_ns(board) + pause_ns;
}

void scenario_power_was_cut(struct scenario *self, const struct board *board)
{
    self->power_on_ns = board_now_ns(board) + self->power_pause_ns;
}

static void arm_cut(struct scenario *self, const struct statement *statement,
                    struct machine *machine)
{
    self->power_pause_ns = statement->duration_ns;
    if (statement->action == DO_CUT_AT_OPERATION) {
        machine->cut_at_operation = machine->nvm_operations + statement->number;
        machine->cut_fraction = (uint32_t)(statement->fraction * 65536);
    } else {
        machine->cut_at_instruction = machine->cpu.instructions + statement->number;
    }
}

static void corrupt(const struct statement *statement, struct modem_faults *faults)
{
    faults->corrupt |= 1ULL << statement->number;
    faults->corrupt_always = statement->always;
}

static enum scenario_state fail(struct scenario *self, const struct statement *statement,
                                const char *why)
{
    snprintf(self->error, sizeof self->error, "line %u: %s '%.120s'", statement->line, why,
             statement->text);
    return SCENARIO_FAILED;
}

static enum scenario_state run_command(struct scenario *self, const struct statement *statement)
{
    fflush(NULL);
    return system(statement->text) == 0 ? SCENARIO_RUNNING
                                        : fail(self, statement, "this command failed:");
}

static enum scenario_state type_line(struct scenario *self, const struct statement *statement,
                                     const char *text, struct board *board)
{
    bool taken = board_type(board, text, strlen(text)) && board_type(board, "\r\n", 2);

    if (taken && self->on_typed != NULL) {
        self->on_typed(self->context, text, board_now_ns(board));
    }
    return taken ? SCENARIO_RUNNING : fail(self, statement, "too much is being typed at once:");
}

static bool has_passed(const struct scenario *self, const struct statement *statement,
                       const struct board *board)
{
    return board_now_ns(board) - self->began_ns >= statement->duration_ns;
}

// True when the statement is through: it was carried out, or what it waits for has come.
static bool carry_out(struct scenario *self, const struct statement *statement, struct board *board,
                      struct transcript *console, enum scenario_state *state)
{
    struct modem_faults *faults = modem_faults(board_modem(board));

    switch (statement->action) {
    case DO_LINK_DOWN:
    case DO_LINK_UP:
        faults->link_down = statement->action == DO_LINK_DOWN;
        return true;
    case DO_HOLD:
    case DO_GO:
        faults->hold = statement->action == DO_HOLD;
        return true;
    case DO_CORRUPT:
        corrupt(statement, faults);
        return true;
    case DO_CUT:
        cut_power(self, board, statement->duration_ns);
        return true;
    case DO_CUT_NEVER:
        board_machine(board)->cut_at_operation = 0;
        board_machine(board)->cut_at_instruction = UINT64_MAX;
        return true;
    case DO_CUT_AT_OPERATION:
    case DO_CUT_AT_INSTRUCTION:
        arm_cut(self, statement, board_machine(board));
        return true;
    case DO_UNLOCK:
        *state = type_line(self, statement, self->password, board);
        return true;
    case DO_TYPE:
        *state = type_line(self, statement, statement->text, board);
        return true;
    case DO_RUN:
        *state = run_command(self, statement);
        return true;
    case DO_WAIT:
        return has_passed(self, statement, board);
    case DO_EXPECT:
        if (transcript_find(console, statement->text)) {
            return true;
        }
        if (has_passed(self, statement, board)) {
            *state = fail(self, statement, "the console did not print");
        }
        return false;
    case DO_END:
    default:
        *state = SCENARIO_ENDED;
        return true;
    }
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
        self->power_on_ns = NEVER_NS;
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
        if (!is_due(statement, board)) {
            break;
        }
        if (!self->begun) {
            self->begun = true;
            self->began_ns = board_now_ns(board);
        }
        if (!carry_out(self, statement, board, console, &state)) {
            break;
        }
        self->next++;
        self->begun = false;
    }
    return state;
}

uint64_t scenario_until_ns(const struct scenario *self, const struct board *board)
{
    uint64_t now_ns = board_now_ns(board);
    uint64_t until_ns = now_ns + LOOK_EVERY_NS;

    if (self->next < self->count) {
        const struct statement *statement = &self->statements[self->next];
        if (statement->when == WHEN_TIME && statement->moment > now_ns) {
            until_ns = statement->moment;
        } else if (statement->action == DO_WAIT && self->begun) {
            until_ns = self->began_ns + statement->duration_ns;
        }
    }
    if (self->power_on_ns < until_ns) {
        until_ns = self->power_on_ns;
    }
    return until_ns > now_ns ? until_ns : now_ns + 1;
}
