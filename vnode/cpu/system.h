// SPDX-License-Identifier: Apache-2.0
// The 32-bit instructions other than BL: MSR, MRS and the barriers (DDI 0419 A5.3.1, B4.2).
#ifndef NBOTA_VNODE_CPU_SYSTEM_H
#define NBOTA_VNODE_CPU_SYSTEM_H

#include "vnode/cpu/cpu.h"

// Executes the two half words, r[15] being the address of the second; false when that faulted or stops the run.
bool system_execute(struct cpu *self, uint16_t first, uint16_t second);
// Unprivileged code is ignored.
void system_set_primask(struct cpu *self, uint32_t value);

#endif
