// SPDX-License-Identifier: Apache-2.0
// Hints, calls into the system, and the 32-bit encodings (DDI 0419 A5.3).
#ifndef NBOTA_VNODE_CPU_OP_SYSTEM_H
#define NBOTA_VNODE_CPU_OP_SYSTEM_H

#include "vnode/cpu/events.h"
#include "vnode/cpu/op_branch.h"
#include "vnode/cpu/system.h"

OP(undefined)
{
    (void)code;
    run_leave(self);
    exceptions_fault(self->cpu, "undefined instruction at", self->pc - 2, self->pc - 2);
    return false;
}

OP(unpredictable)
{
    (void)code;
    run_leave(self);
    cpu_misuse(self->cpu, "unpredictable instruction 0x%04X at 0x%08X",
               (unsigned)peek(self->code + (self->pc - 2 - self->code_base), 2),
               (unsigned)(self->pc - 2));
    return false;
}

OP(nop)
{
    (void)self;
    (void)code;
    return true;
}

OP(sev)
{
    (void)code;
    self->cpu->event = true;
    return true;
}

OP(wfe)
{
    (void)code;
    run_leave(self);
    events_wait_for_event(self->cpu);
    return true;
}

OP(wfi)
{
    (void)code;
    run_leave(self);
    events_wait_for_interrupt(self->cpu);
    return true;
}

OP(cpsie)
{
    (void)code;
    system_set_primask(self->cpu, 0);
    return true;
}

OP(cpsid)
{
    (void)code;
    system_set_primask(self->cpu, 1);
    return true;
}

OP(svc)
{
    (void)code;
    run_leave(self);
    exceptions_call_supervisor(self->cpu);
    return true;
}

OP(bkpt)
{
    (void)code;
    run_leave(self);
    cpu_request_stop(self->cpu, CPU_STOP_BREAKPOINT);
    return false;
}

// Bits 23..1 of the offset from both half words, J1 and J2 being I1 and I2 NOT XOR S (A6.7.13).
INLINE uint32_t bl_offset(uint32_t first, uint32_t second)
{
    uint32_t sign = first >> 10 & 1;
    uint32_t i1 = (second >> 13 & 1) ^ sign ^ 1, i2 = (second >> 11 & 1) ^ sign ^ 1;

    return -(sign << 24) | i1 << 23 | i2 << 22 | (first & 0x3FF) << 12 | (second & 0x7FF) << 1;
}

INLINE bool wide_other(struct run *self, struct decoded code, uint16_t second)
{
    run_leave(self);
    if (!system_execute(self->cpu, (uint16_t)(0xF000 | code.immediate), second)) {
        return false;
    }
    self->pc += 2;
    self->cycles += 3;
    return true;
}

OP(wide)
{
    uint16_t second;

    if (UNLIKELY(!fetch(self, &second))) {
        return false;
    }
    if (UNLIKELY((second & 0xD000) != 0xD000)) {
        return wide_other(self, code, second);
    }
    self->pc += 2;
    self->cpu->r[14] = self->pc | 1;
    self->cycles += 2;
    branch(self, self->pc + bl_offset(constant(code), second));
    return true;
}

#endif
