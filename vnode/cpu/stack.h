// SPDX-License-Identifier: Apache-2.0
// The two stack pointers, and what is demanded of them: a stack is whole words inside RAM, or the run stops.
// Silicon would fault, or go on and spoil what lies below.
#ifndef NBOTA_VNODE_CPU_STACK_H
#define NBOTA_VNODE_CPU_STACK_H

#include "vnode/cpu/cpu.h"

// True when `size` bytes from `pointer` upwards can be on a stack. The end of RAM is a valid empty stack.
static inline bool stack_is_valid(uint32_t pointer, uint32_t size)
{
    uint32_t offset = pointer - CPU_RAM_BASE;

    return offset <= CPU_RAM_SIZE - size && offset % 4 == 0;
}

// Stops the run with a text about `pointer`; r[15] - 2 is the address of the instruction.
void stack_complain(struct cpu *self, uint32_t pointer);

// Makes the main (false) or the process (true) stack pointer the one in use.
void stack_select(struct cpu *self, bool process);
static inline bool stack_is_process(const struct cpu *self)
{
    return (self->control & 2) != 0;
}

#endif
