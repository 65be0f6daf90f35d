// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/wait.h"

#include <string.h>

static bool is_same(const struct cpu *self, uint32_t value)
{
    const struct cpu_wait *wait = &self->wait;

    return wait->phase != CPU_WAIT_NONE && wait->value == value && wait->xpsr == cpu_xpsr(self) &&
           memcmp(wait->r, self->r, sizeof wait->r) == 0;
}

static void remember(struct cpu *self, uint32_t value)
{
    self->wait.phase = CPU_WAIT_SEEN;
    self->wait.value = value;
    self->wait.xpsr = cpu_xpsr(self);
    memcpy(self->wait.r, self->r, sizeof self->wait.r);
}

// As many rounds as end before the next event and leave the budget an instruction.
static uint64_t rounds_ahead(const struct cpu *self, uint64_t left, uint64_t cycles, uint64_t count)
{
    uint64_t most = UINT32_MAX; // nobody waits longer, and the cycles stay within 64 bits
    uint64_t rounds;

    if (self->deadline <= self->cycles) {
        return 0;
    }
    rounds = (self->deadline - 1 - self->cycles) / cycles;
    most = (left - 1) / count < most ? (left - 1) / count : most;
    return rounds < most ? rounds : most;
}

static uint64_t skip(struct cpu *self, uint64_t left)
{
    uint64_t cycles = self->cycles - self->wait.cycles, count = self->wait.left - left;
    uint64_t rounds = rounds_ahead(self, left, cycles, count);

    self->wait.phase = CPU_WAIT_NONE;
    self->cycles += rounds * cycles;
    return rounds * count;
}

uint64_t wait_arrive(struct cpu *self, uint64_t left, uint32_t value)
{
    if (!is_same(self, value)) {
        remember(self, value);
    } else if (self->wait.phase == CPU_WAIT_WATCHED) {
        return skip(self, left);
    } else if (self->wait.phase == CPU_WAIT_SEEN && self->stops == NULL) {
        self->wait.phase = CPU_WAIT_WATCHED;
        self->wait.cycles = self->cycles;
        self->wait.left = left;
    }
    return 0;
}
