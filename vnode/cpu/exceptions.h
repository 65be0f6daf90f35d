// SPDX-License-Identifier: Apache-2.0
// Exceptions: who is pending, who may preempt, entry and return (DDI 0419 B1.5).
#ifndef NBOTA_VNODE_CPU_EXCEPTIONS_H
#define NBOTA_VNODE_CPU_EXCEPTIONS_H

#include "vnode/cpu/cpu.h"

// Something about pending, masks or priorities changed: look before the next instruction.
static inline void exceptions_check(struct cpu *self)
{
    self->check_exceptions = true;
    self->deadline = 0;
}

// Handlers are privileged, thread code unless CONTROL.nPRIV.
static inline bool exceptions_privileged(const struct cpu *self)
{
    return self->ipsr != 0 || (self->control & 1) == 0;
}

// Priority of what runs now, PRIMASK counted or not: lower is more urgent, 256 is thread code.
int exceptions_running_priority(const struct cpu *self, bool with_primask);
int exceptions_priority(const struct cpu *self, unsigned number);
// The most urgent exception that is pending and enabled, 0 = none.
unsigned exceptions_best_pending(const struct cpu *self);

// Raises HardFault (or lockup, or misuse, as the processor stands) about `address`, with a text beginning with `what`.
// `instruction` is the address of the culprit.
void exceptions_fault(struct cpu *self, const char *what, uint32_t address, uint32_t instruction);
// SVC, r[15] being behind it. Where its priority does not allow it HardFault is raised, which returns behind it too.
void exceptions_call_supervisor(struct cpu *self);
// Takes `number`: stacks the context, goes to its handler.
void exceptions_enter(struct cpu *self, unsigned number);
// Branch of a handler to `value` (0xF.......).
void exceptions_return(struct cpu *self, uint32_t value);

#endif
