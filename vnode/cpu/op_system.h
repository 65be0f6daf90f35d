// SPDX-License-Identifier: Apache-2.0
// Hints, calls into the system, and the 32-bit encodings (DDI 0419 A5.3).
#ifndef NBOTA_VNODE_CPU_OP_SYSTEM_H
#define NBOTA_VNODE_CPU_OP_SYSTEM_H

#include "vnode/cpu/events.h"
#include "vnode/cpu/op_branch.h"
#include "vnode/cpu/system.h"

OP(undefined)
{
    run_leave(self, code);
    exceptions_fault(self->cpu, "undefined instruction at", self->pc - 2, self->pc - 2);
    return GIVEN_UP;
}

OP(unpredictable)
{
    run_leave(self, code);
    cpu_misuse(self->cpu, "unpredictable instruction 0x%04X at 0x%08X", (unsigned)code->immediate,
               (unsigned)(self->pc - 2));
    return GIVEN_UP;
}

OP(nop)
{
    (void)self;
    (void)code;
    return NEXT;
}

OP(sev)
{
    (void)code;
    self->cpu->event = true;
    return NEXT;
}

OP(wfe)
{
    run_leave(self, code);
    events_wait_for_event(self->cpu);
    return LEFT;
}

OP(wfi)
{
    run_leave(self, code);
    events_wait_for_interrupt(self->cpu);
    return LEFT;
}

OP(cpsie)
{
    (void)code;
    system_set_primask(self->cpu, 0);
    return NEXT;
}

OP(cpsid)
{
    (void)code;
    system_set_primask(self->cpu, 1);
    return NEXT;
}

OP(svc)
{
    run_leave(self, code);
    exceptions_call_supervisor(self->cpu);
    return LEFT;
}

OP(bkpt)
{
    run_leave(self, code);
    cpu_request_stop(self->cpu, CPU_STOP_BREAKPOINT);
    return GIVEN_UP;
}

INLINE enum outcome wide_other(struct run *self, const struct insn *code, uint16_t second)
{
    if (!system_execute(self->cpu, (uint16_t)(0xF000 | code->immediate), second)) {
        return GIVEN_UP;
    }
    run_load(self);
    self->pc += 2;
    self->cycles += 3;
    return LEFT;
}

OP(wide)
{
    uint16_t second;

    run_leave(self, code);
    if (UNLIKELY(!fetch(self, self->pc, &second))) {
        return GIVEN_UP;
    }
    if (UNLIKELY((second & 0xD000) != 0xD000)) {
        return wide_other(self, code, second);
    }
    self->cpu->r[14] = (self->pc + 2) | 1;
    self->cycles += 2;
    branch(self, self->pc + 2 + unpack_bl_offset(code->immediate, second));
    return LEFT;
}

OP(leave_page)
{
    self->pc = address_of(self, code);
    return MOVED;
}

#endif
