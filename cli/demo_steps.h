// SPDX-License-Identifier: Apache-2.0
// The ten steps of the update flow as a node's console shows them (console_line.h).
#ifndef NBOTA_CLI_DEMO_STEPS_H
#define NBOTA_CLI_DEMO_STEPS_H

#include <stdbool.h>

enum { DEMO_STEPS = 10 };

struct demo_step {
    const char *title;
};

// Titles have at most 43 characters: a step with its times fits into 80 columns.
extern const struct demo_step demo_steps[DEMO_STEPS];

// Follows a console from line to line.
struct demo_flow {
    unsigned next; // step that is waited for, 0..DEMO_STEPS
};

// True when `line` shows the step that was waited for: it is demo_steps[self->next - 1] then.
bool demo_flow_take(struct demo_flow *self, const char *line);

#endif
