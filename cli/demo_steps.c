// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_steps.h"

#include <stddef.h>

#include "cli/console_line.h"

_Static_assert((int)DEMO_STEPS == (int)STEP_COUNT, "the vendor's document has ten steps");

const struct demo_step demo_steps[DEMO_STEPS] = {
#define STEP(name, title, scene, landmark) {scene},
#include "cli/steps.def"
#undef STEP
};

// A percentage is printed when a chunk is asked for: the second one says that the first chunk is written.
static bool shows(const struct console_row *row, unsigned step)
{
    return row->kind == steps[step].landmark &&
           (row->step == (enum step)step || step == STEP_WRITING);
}

bool demo_flow_take(struct demo_flow *self, const char *line)
{
    const char *rest;
    const struct console_row *row = console_line_find(line, &rest);

    if (self->next == DEMO_STEPS || row == NULL || !shows(row, self->next)) {
        return false;
    }
    self->next++;
    return true;
}
