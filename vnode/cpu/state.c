// SPDX-License-Identifier: Apache-2.0
// Reset, the program status register and the two stack pointers.
#include "vnode/cpu/cpu.h"

#include "base/endian.h"
#include "vnode/cpu/exceptions.h"
#include "vnode/cpu/stack.h"

#define GARBAGE        0xA5A5A5A5U // r0 to r12 are UNKNOWN after reset: nobody shall find zeros
#define XPSR_THUMB_BIT 24
#define CONTROL_SPSEL  2U

static void reset_exceptions(struct cpu *self)
{
    self->control = self->primask = self->ipsr = self->vtor = self->scr = 0;
    self->pending = self->active = 0;
    self->enabled = self->lines = 0;
    for (unsigned i = 0; i < sizeof self->priority; i++) {
        self->priority[i] = 0;
    }
    self->sleeping = self->sleeping_for_event = self->event = self->faulted = false;
    exceptions_check(self);
}

static void reset_systick(struct cpu *self)
{
    self->systick_control = self->systick_reload = self->systick_value = 0;
    self->systick_loaded = 0;
    self->systick_zero_at = UINT64_MAX;
}

void cpu_reset(struct cpu *self)
{
    uint32_t vector = load_le32(self->flash + 4);

    for (unsigned i = 0; i < 13; i++) {
        self->r[i] = GARBAGE;
    }
    self->r[13] = load_le32(self->flash) & ~3U;
    self->r[14] = UINT32_MAX;
    self->r[15] = vector & ~1U;
    self->thumb = (vector & 1) != 0;
    self->msp = self->psp = 0;
    cpu_set_xpsr_flags(self, 0);
    self->stop = CPU_RUNNING;
    self->misuse[0] = '\0';
    reset_exceptions(self);
    reset_systick(self);
}

uint32_t cpu_xpsr(const struct cpu *self)
{
    uint32_t n = self->result < 0, z = (uint32_t)self->result == 0;

    return n << 31 | z << 30 | self->carry << 29 | self->overflow << 28 |
           (uint32_t)self->thumb << XPSR_THUMB_BIT | self->ipsr;
}

// A result that is negative and zero at once has a sign above its 32 bits.
void cpu_set_xpsr_flags(struct cpu *self, uint32_t xpsr)
{
    int64_t magnitude = (xpsr >> 30 & 1) != 0 ? 0 : 1;

    self->result = (xpsr >> 31) != 0 ? magnitude + INT64_MIN : magnitude;
    self->carry = xpsr >> 29 & 1;
    self->overflow = xpsr >> 28 & 1;
}

void stack_complain(struct cpu *self, uint32_t pointer)
{
    cpu_misuse(self, "stack pointer 0x%08X %s, pc 0x%08X", (unsigned)pointer,
               pointer % 4 != 0 ? "is not on a word" : "leaves RAM", (unsigned)(self->r[15] - 2));
}

void stack_select(struct cpu *self, bool process)
{
    if (stack_is_process(self) == process) {
        return;
    }
    if (process) {
        self->msp = self->r[13];
        self->r[13] = self->psp;
        self->control |= CONTROL_SPSEL;
    } else {
        self->psp = self->r[13];
        self->r[13] = self->msp;
        self->control &= ~CONTROL_SPSEL;
    }
}
