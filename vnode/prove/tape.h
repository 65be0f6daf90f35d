// SPDX-License-Identifier: Apache-2.0
// Every persistent operation of a run in its order, beginning with the state before the first. The state before any
// operation is made by playing the tape up to there: nothing is kept twice.
#ifndef NBOTA_VNODE_PROVE_TAPE_H
#define NBOTA_VNODE_PROVE_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "vnode/prove/state.h"

struct prove_operation {
    enum nvm_kind kind;
    uint32_t address; // of the MCU, or in the NOR
    uint32_t size;    // bytes that change
    size_t content;   // where the new bytes begin; of an erase: none are kept
    uint64_t at_ns;   // virtual time
    uint32_t reports; // the data server had heard by then
    uint32_t answers; // the console had given by then: commands of the run with an OK behind them
    bool overlaps;    // the one before was still under way
};

struct prove_tape {
    struct prove_state first;
    struct prove_operation *operations; // heap
    size_t count, capacity;
    uint8_t *bytes; // heap
    size_t used, room;
    uint32_t answers; // in all
    bool failed;      // without memory, or an operation lay outside what prove_state keeps
};

void prove_tape_init(struct prove_tape *self, const struct prove_state *first);
void prove_tape_release(struct prove_tape *self);
// `data` as machine.h says it.
void prove_tape_add(struct prove_tape *self, const struct prove_operation *operation,
                    struct span data);
// How many commands were answered when the first `done` operations were done and the next one had not begun, done ≤ count.
uint32_t prove_tape_answers(const struct prove_tape *self, size_t done);
// `state` is that before operation `from` (0 = first); afterwards that before operation `to`, from ≤ to ≤ count.
void prove_tape_play(const struct prove_tape *self, struct prove_state *state, size_t from,
                     size_t to);
// `machine`, without power, holds the state before operation `index`; afterwards that of a cut when the operation was
// under way for `fraction` / 65536 of its time, 0 < fraction < 65536. `seed` decides which bits got there.
void prove_tape_tear(const struct prove_tape *self, size_t index, uint32_t fraction, uint64_t seed,
                     struct machine *machine);

#endif
