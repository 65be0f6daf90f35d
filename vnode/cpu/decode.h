// SPDX-License-Identifier: Apache-2.0
// The meaning of a half word, decoded once for all 65,536 of them and shared by every processor of the program.
#ifndef NBOTA_VNODE_CPU_DECODE_H
#define NBOTA_VNODE_CPU_DECODE_H

#include <stdint.h>

enum operation {
#define OPERATION(name, cycles, more, role) OPERATION_##name,
#include "vnode/cpu/isa.def"
#undef OPERATION
    OPERATION_COUNT
};

// Four bytes, so that the lines of the table in use stay in the cache.
struct decoded {
    uint8_t operation;
    uint8_t d : 4;     // register written (or stored)
    uint8_t n : 4;     // first operand or base
    int16_t immediate; // scaled constant, register list, or the number of the second register
};
_Static_assert(sizeof(struct decoded) == 4, "a row of the decode table is one word");

extern struct decoded decode_table[65536];

// Fills the table at its first call; any thread may call it.
void decode_prepare(void);

#endif
