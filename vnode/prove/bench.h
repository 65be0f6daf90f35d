// SPDX-License-Identifier: Apache-2.0
// One node on the prover's bench: a board whose servers live in the process, everything it prints and what it does to
// its memories. Deterministic: the same setup, state and seed do the same.
#ifndef NBOTA_VNODE_PROVE_BENCH_H
#define NBOTA_VNODE_PROVE_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "vnode/run/board.h"
#include "vnode/run/devices.h"
#include "vnode/run/gdb.h"
#include "vnode/prove/known.h"
#include "vnode/prove/records.h"
#include "vnode/prove/server.h"
#include "vnode/prove/state.h"
#include "vnode/prove/tape.h"
#include "vnode/run/scenario.h"
#include "vnode/run/transcript.h"
#include "wire/products.h"

enum { PROVE_MOMENTS_MAX = 128 };

// The moments (known.h) of a run.
struct prove_moments {
    const struct prove_known *known; // a run that comes to one of them ends there; NULL = none does
    uint64_t salt; // what else decides how it ends: changes when the caller does something
    uint64_t seen[PROVE_MOMENTS_MAX];
    unsigned count;
    bool joined;
};

// What all cases of a scenario share; everything is borrowed.
struct prove_setup {
    const struct product *product;
    const char *flash;   // name of a fitting
    struct span boot;    // plain images
    struct span from;    // runs at the beginning
    struct span former;  // …and is what the NOR holds of a download of before, a packed file
    struct fwinfo other; // …which is offered as this where the assignment changes
    struct span to;      // is offered
    struct span packed;  // …as this file
    struct fwinfo offer; // …under this title and version
    struct prove_security begun;     // what the node's security record says at the beginning
    struct prove_security confirmed; // …and once the image that is offered is confirmed
    const char *packed_path;         // …which `send` of a scenario types
    uint64_t seed;
    struct coverage *coverage; // of all runs; NULL = nobody asks
};

enum prove_end {
    PROVE_ENDED,     // as it should
    PROVE_UNMET,     // an expectation of the script was not met
    PROVE_STOPPED,   // misuse of the chip, or lockup
    PROVE_ENDLESS,   // more resets than PROVE_RESETS_MAX
    PROVE_JOINED,    // it has come to a known moment
    PROVE_POWER_CUT, // by a cut that the caller armed
};

enum {
    PROVE_PASSWORD_SIZE = 7,
    PROVE_RESETS_MAX = 40, // of one run; more is a loop
};

struct prove_bench {
    const struct prove_setup *setup;
    struct board *board;
    struct devices devices;
    struct prove_server server;
    struct transcript console;
    char password[PROVE_PASSWORD_SIZE];
    uint32_t answers;        // commands that the console has answered with OK
    struct prove_tape *tape; // operations go there; NULL = nobody records
    struct gdb *gdb;         // a debugger's door; NULL without. Borrowed
    struct prove_moments moments;
    bool cut_ends_play;             // power that goes amid a script ends it, and does not come back
    uint32_t cause;                 // of the last start, as RCC_CSR shows it
    uint32_t resets;                // since the last power-on, that one not counted
    uint64_t active_ns;             // when memories last changed or the processor last restarted
    char error[SCENARIO_ERROR_MAX]; // of the last prove_bench_play() or prove_bench_run()
};

// The board is off and holds `state`; NULL: the setup's boot and `from`, everything else as a factory leaves it.
// `seed` fills RAM. STATUS_IO without memory. `self` must not move.
MUST_USE enum status prove_bench_open(struct prove_bench *self, const struct prove_setup *setup,
                                      const struct prove_state *state, uint64_t seed);
void prove_bench_close(struct prove_bench *self);

// Runs until virtual time `until_ns`.
enum prove_end prove_bench_run(struct prove_bench *self, uint64_t until_ns);
// Plays a script of vnode/run/scenario.h to its end. `unlock` knows the password. PROVE_POWER_CUT only comes with
// `cut_ends_play`.
enum prove_end prove_bench_play(struct prove_bench *self, const char *script);

#endif
