// SPDX-License-Identifier: Apache-2.0
// What a line of `nbota prove` asks for. Nothing on it is ignored: what would have no effect is refused.
#ifndef NBOTA_CLI_PROVE_OPTIONS_H
#define NBOTA_CLI_PROVE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/prove_choice.h"
#include "cli/prove_images.h"
#include "vnode/prove/scenario.h"

enum { PROVE_SCENARIOS_MAX = 16 };

// One of the scenarios that are to be played.
struct prove_task {
    const struct prove_scenario *scenario;
    uint32_t pairs; // cases with two cuts; 0 = all single cuts that were chosen
};

struct prove_options {
    // As they were typed, NULL when they were not. Borrowed.
    const char *scenario, *pairs, *every, *only, *range, *jobs, *gdb;
    const char *which; // the one case that is played
    const char *coverage;
    struct prove_images_wish images;
    uint32_t seed;
    bool first_failure;

    // What they mean, by prove_options_read().
    struct prove_task tasks[PROVE_SCENARIOS_MAX];
    size_t task_count;
    struct prove_choice choice;
    uint32_t workers;  // 0 = one a processor
    uint32_t gdb_port; // 0 = no debugger
};

// Makes the second half of `self` of its first. Returns EXIT_OK, or EXIT_USAGE when stderr has said what is wrong.
int prove_options_read(struct prove_options *self);

#endif
