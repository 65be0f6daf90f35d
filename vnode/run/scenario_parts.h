// SPDX-License-Identifier: Apache-2.0
// What the order of a scenario (scenario.c) and its actions (scenario_act.c) share. Private to them.
#ifndef NBOTA_VNODE_RUN_SCENARIO_PARTS_H
#define NBOTA_VNODE_RUN_SCENARIO_PARTS_H

#include "vnode/run/scenario.h"
#include "vnode/run/statement.h"
#include "vnode/run/upload.h"

#define SCENARIO_NEVER_NS UINT64_MAX

// Of `power random`.
struct random_power {
    bool is_under_way;
    uint64_t random;
    uint64_t next_ns; // when power goes or comes
    uint64_t cuts;
};

struct scenario {
    struct statement *statements;
    size_t count;
    size_t next;
    bool begun;              // the present statement's clock runs
    uint64_t began_ns;       // …since then
    bool holds_level;        // …and it has put a level on a pin
    uint64_t power_on_ns;    // when power comes back, SCENARIO_NEVER_NS = it is on
    uint64_t power_pause_ns; // of the cut that is armed
    struct random_power power;
    struct upload upload; // of the present statement
    const char *password;
    transcript_line *on_typed; // may be NULL
    void *context;
    char error[SCENARIO_ERROR_MAX];
};

// One look at the statement whose turn it is.
struct scenario_turn {
    struct scenario *scenario;
    const struct statement *statement;
    struct board *board;
    struct transcript *console;
    enum scenario_state state; // out
};

// True when the statement is through: it was carried out, or what it waits for has come.
bool scenario_act(struct scenario_turn *turn);
// The scenario ends here: `why`, and what the statement says.
void scenario_fail(struct scenario_turn *turn, const char *why);

// ---- scenario_power.c: an action, as scenario_act() ----
bool scenario_random_power(struct scenario_turn *turn);

// ---- scenario_memory.c: actions on the memories, as scenario_act() ----
bool scenario_set_flash(struct scenario_turn *turn);
bool scenario_protect_flash(struct scenario_turn *turn);
bool scenario_flip_flash(struct scenario_turn *turn);
bool scenario_replace_flash(struct scenario_turn *turn);
bool scenario_fail_cell(struct scenario_turn *turn);

#endif
