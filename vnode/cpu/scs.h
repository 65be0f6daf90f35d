// SPDX-License-Identifier: Apache-2.0
// The system control space: SysTick, NVIC and SCB as registers (DDI 0419 B3.2 to B3.4).
#ifndef NBOTA_VNODE_CPU_SCS_H
#define NBOTA_VNODE_CPU_SCS_H

#include "vnode/cpu/cpu.h"

// Words at `offset` (0..0xFFC, a multiple of 4) from 0xE000E000.
uint32_t scs_read(struct cpu *self, uint32_t offset);
void scs_write(struct cpu *self, uint32_t offset, uint32_t value);

#endif
