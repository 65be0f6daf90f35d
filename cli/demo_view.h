// SPDX-License-Identifier: Apache-2.0
// What a person sees of the demonstration: headings, the node's console with the ten steps in it, the bar, the report.
#ifndef NBOTA_CLI_DEMO_VIEW_H
#define NBOTA_CLI_DEMO_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/demo_steps.h"
#include "cli/progress.h"

struct demo_view {
    bool has_colours; // bold and green, on a terminal that does not refuse them
    uint64_t real_start_ns;
    struct demo_flow flow;
    struct progress progress;
    uint32_t chunks; // of the image, as the node's console told; 0 = not yet
    bool is_downloading;
    const char *typed; // not shown yet; NULL = none
    uint64_t typed_ns;
    uint64_t step_ns[DEMO_STEPS]; // virtual time at which each began
};

void demo_view_begin(struct demo_view *self);
double demo_view_real_s(const struct demo_view *self);

void demo_view_heading(const struct demo_view *self, const char *text);
// A line that was typed at the node's console; it must live as long as the scenario. It is shown behind what the node had
// begun to print before.
void demo_view_typed(struct demo_view *self, const char *line, uint64_t now_ns);
// A line that the node printed. `chunks_done`: handed to it in this session.
void demo_view_line(struct demo_view *self, const char *line, uint64_t began_ns,
                    uint32_t chunks_done);
// A message that arrived at the data server; `is_report`: the one it is all about.
void demo_view_message(const struct demo_view *self, const char *message, bool is_report);

#endif
