// SPDX-License-Identifier: Apache-2.0
// A loop that does nothing but read a register until it changes is moved ahead to the next event. That is done only when
// it is certain to come out the same: the processor came twice to the same read of a steady register (cpu.h) with the
// same registers, flags and value, and in between, executed one by one, it stored nothing, waited for nothing, read
// nothing that is not steady, and no event came. Then every further round is the same until the next event.
#ifndef NBOTA_VNODE_CPU_WAIT_H
#define NBOTA_VNODE_CPU_WAIT_H

#include "vnode/cpu/cpu.h"

// A steady register was read as `value`; registers are as before the load, r[15] is behind it, `left` instructions
// remain with this one. Returns how many were skipped; cycles have been moved by their time.
uint64_t wait_arrive(struct cpu *self, uint64_t left, uint32_t value);

// Something happened that does not belong into such a loop.
static inline void wait_spoil(struct cpu *self)
{
    if (self->wait.phase == CPU_WAIT_WATCHED) {
        self->wait.phase = CPU_WAIT_SPOILED;
    }
}

// Whether instructions have to be executed one by one for it.
static inline bool wait_is_watched(const struct cpu *self)
{
    return self->wait.phase == CPU_WAIT_WATCHED;
}

#endif
