// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/system.h"

#include <stddef.h>

#include "vnode/cpu/exceptions.h"
#include "vnode/cpu/stack.h"

// SYSm (B4.2.2): 0..3 and 5..7 are views of xPSR, in which bit 2 leaves out APSR and bit 0 adds IPSR.
enum {
    SYSM_XPSR_FIRST = 0,
    SYSM_IEPSR_LAST = 7,
    SYSM_NONE = 4,
    SYSM_MSP = 8,
    SYSM_PSP = 9,
    SYSM_PRIMASK = 16,
    SYSM_CONTROL = 20,
    CONTROL_SPSEL = 2,
};

#define APSR_FLAGS 0xF0000000U

static bool is_xpsr(unsigned sysm)
{
    return sysm <= SYSM_IEPSR_LAST && sysm != SYSM_NONE;
}

static bool is_known(unsigned sysm)
{
    return is_xpsr(sysm) || sysm == SYSM_MSP || sysm == SYSM_PSP || sysm == SYSM_PRIMASK ||
           sysm == SYSM_CONTROL;
}

static uint32_t *stack_pointer(struct cpu *self, unsigned sysm)
{
    if (stack_is_process(self) == (sysm == SYSM_PSP)) {
        return &self->r[13];
    }
    return sysm == SYSM_PSP ? &self->psp : &self->msp;
}

static uint32_t read_special(struct cpu *self, unsigned sysm)
{
    if (is_xpsr(sysm)) {
        return ((sysm & 4) == 0 ? cpu_xpsr(self) & APSR_FLAGS : 0) |
               ((sysm & 1) != 0 ? self->ipsr : 0);
    }
    if (!exceptions_privileged(self) && sysm != SYSM_CONTROL) {
        return 0;
    }
    switch (sysm) {
    case SYSM_MSP:
    case SYSM_PSP:
        return *stack_pointer(self, sysm);
    case SYSM_PRIMASK:
        return self->primask;
    default:
        return self->control;
    }
}

static bool write_stack_pointer(struct cpu *self, unsigned sysm, uint32_t value)
{
    if (!stack_is_valid(value, 0)) {
        stack_complain(self, value);
        return false;
    }
    *stack_pointer(self, sysm) = value;
    return true;
}

// SPSEL can be changed by thread code alone.
static bool write_control(struct cpu *self, uint32_t value)
{
    bool process = self->ipsr == 0 ? (value & CONTROL_SPSEL) != 0 : stack_is_process(self);

    stack_select(self, process);
    self->control = (self->control & ~1U) | (value & 1);
    return true;
}

void system_set_primask(struct cpu *self, uint32_t value)
{
    if (exceptions_privileged(self)) {
        self->primask = value & 1;
        exceptions_check(self);
    }
}

static bool write_special(struct cpu *self, unsigned sysm, uint32_t value)
{
    if (is_xpsr(sysm)) {
        if ((sysm & 4) == 0) {
            cpu_set_xpsr_flags(self, value);
        }
        return true;
    }
    if (!exceptions_privileged(self)) {
        return true;
    }
    switch (sysm) {
    case SYSM_MSP:
    case SYSM_PSP:
        return write_stack_pointer(self, sysm, value);
    case SYSM_PRIMASK:
        system_set_primask(self, value);
        return true;
    default:
        return write_control(self, value);
    }
}

static bool unpredictable(struct cpu *self, uint16_t first, uint16_t second)
{
    cpu_misuse(self, "unpredictable instruction 0x%04X 0x%04X at 0x%08X", first, second,
               (unsigned)(self->r[15] - 2));
    return false;
}

static bool is_sp_or_pc(unsigned number)
{
    return number == 13 || number == 15;
}

static bool move_to_special(struct cpu *self, uint16_t first, uint16_t second)
{
    unsigned n = first & 15, sysm = second & 0xFF;

    if ((first & 0x10) != 0 || (second & 0x2F00) != 0x0800 || is_sp_or_pc(n) || !is_known(sysm)) {
        return unpredictable(self, first, second);
    }
    return write_special(self, sysm, self->r[n]);
}

static bool move_from_special(struct cpu *self, uint16_t first, uint16_t second)
{
    unsigned d = second >> 8 & 15, sysm = second & 0xFF;

    if ((first & 0x1F) != 0x0F || (second & 0x2000) != 0 || is_sp_or_pc(d) || !is_known(sysm)) {
        return unpredictable(self, first, second);
    }
    self->r[d] = read_special(self, sysm);
    return true;
}

// Memory is always in order here; what is checked is the encoding.
static bool barrier(struct cpu *self, uint16_t first, uint16_t second)
{
    unsigned which = second >> 4 & 15;

    if (which < 4 || which > 6) {
        exceptions_fault(self, "undefined instruction at", self->r[15] - 2, self->r[15] - 2);
        return false;
    }
    return (first == 0xF3BF && (second & 0x2F00) == 0x0F00) || unpredictable(self, first, second);
}

bool system_execute(struct cpu *self, uint16_t first, uint16_t second)
{
    static const struct {
        uint16_t mask, match;
        bool (*execute)(struct cpu *self, uint16_t first, uint16_t second);
    } rows[] = {
        {0xFFE0, 0xF380, move_to_special},
        {0xFFF0, 0xF3B0, barrier},
        {0xFFE0, 0xF3E0, move_from_special},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((first & rows[i].mask) == rows[i].match && (second & 0xD000) == 0x8000) {
            return rows[i].execute(self, first, second);
        }
    }
    exceptions_fault(self, "undefined instruction at", self->r[15] - 2, self->r[15] - 2);
    return false;
}
