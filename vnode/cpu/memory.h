// SPDX-License-Identifier: Apache-2.0
// The address space as the processor sees it: RAM, flash and its alias, the system control space, the bus behind them.
#ifndef NBOTA_VNODE_CPU_MEMORY_H
#define NBOTA_VNODE_CPU_MEMORY_H

#include "vnode/cpu/cpu.h"

// A memory that instructions can be fetched from.
struct code_memory {
    const uint8_t *bytes;
    uint32_t base;
    uint32_t wait_states;
    const uint8_t *stops; // of its first half word, NULL = none
};

// Any access of 1, 2 or 4 bytes, with every check; false when it faulted (the fault is raised).
bool memory_read(struct cpu *self, uint32_t address, unsigned size, uint32_t *value);
bool memory_write(struct cpu *self, uint32_t address, unsigned size, uint32_t value);

// True for an address in RAM, flash or its alias.
bool memory_holds(uint32_t address);

// Finds the memory of `pc` (r[15] says the same) and waits for its bank; false when nothing can be fetched there (the
// fault is raised) or a stop was asked for while waiting.
bool memory_find_code(struct cpu *self, uint32_t pc, struct code_memory *memory);

// GPIO of the STM32L0 hangs on the Cortex-M0+'s single-cycle I/O port (RM0376 2.1).
static inline bool memory_is_io_port(uint32_t address)
{
    return address >> 28 == 5;
}

#endif
