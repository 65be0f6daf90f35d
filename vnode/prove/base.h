// SPDX-License-Identifier: Apache-2.0
// A scenario played once without a cut: its tape, and what the cases are measured against.
#ifndef NBOTA_VNODE_PROVE_BASE_H
#define NBOTA_VNODE_PROVE_BASE_H

#include "vnode/prove/scenario.h"
#include "vnode/prove/settings.h"

enum { PROVE_CONSOLE_SIZE = 1200 };

struct prove_base {
    const struct prove_setup *setup;
    const struct prove_scenario *scenario;
    struct prove_tape tape;
    struct prove_settings before, after; // of the scenario
    uint64_t seed;
    uint64_t instructions, virtual_ns; // of the recorded part
    char error[256];
    char console[PROVE_CONSOLE_SIZE]; // what it had printed last when it failed
};

// STATUS_INVALID: the scenario does not end without a cut either, it leaves what prove_state keeps, or an operation begins
// while the NOR is at work; `error` says why.
enum status prove_base_record(struct prove_base *self, const struct prove_setup *setup,
                              const struct prove_scenario *scenario);
void prove_base_release(struct prove_base *self);

#endif
