// SPDX-License-Identifier: Apache-2.0
// The processor's 24-bit down counter (DDI 0419 B3.3). It is computed from the cycle clock, not counted.
#ifndef NBOTA_VNODE_CPU_SYSTICK_H
#define NBOTA_VNODE_CPU_SYSTICK_H

#include "vnode/cpu/cpu.h"

// Does what is due at self->cycles: COUNTFLAG, the exception, the next round. Schedules the next zero.
void systick_update(struct cpu *self);
// The clock stood for `cycles` (deep sleep).
void systick_freeze(struct cpu *self, uint64_t cycles);

uint32_t systick_read_control(struct cpu *self);
void systick_write_control(struct cpu *self, uint32_t value);
// Counts from the next round on (24 bits).
void systick_write_reload(struct cpu *self, uint32_t value);
uint32_t systick_read_value(struct cpu *self);
// Any write clears the counter and COUNTFLAG.
void systick_clear_value(struct cpu *self);

#endif
