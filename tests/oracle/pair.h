// SPDX-License-Identifier: Apache-2.0
// Our processor and Unicorn's Cortex-M0 side by side: the same registers, one instruction, the same outcome or a
// complaint. Both see the same flash; each has its own RAM.
#ifndef NBOTA_TESTS_ORACLE_PAIR_H
#define NBOTA_TESTS_ORACLE_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/cpu/cpu.h"

struct pair_state {
    uint32_t r[16]; // r[15] = address of the instruction
    uint32_t flags; // N Z C V in bits 31..28
    uint32_t primask, msp, psp, control;
};

struct pair_count {
    uint64_t steps, faults, differences;
};

extern struct cpu pair_cpu;
extern struct pair_count pair_count;

// Opens Unicorn, fills both RAMs from `seed`; exits the program with a message when it cannot.
void pair_open(uint32_t seed);
void pair_close(void);
// The flash was rewritten: forgets what Unicorn translated.
void pair_code_changed(void);
void pair_poke_ram(uint32_t address, uint32_t word);
uint32_t pair_peek_ram(uint32_t address);

// Executes one instruction in both from `state` and compares registers, flags, masks, RAM, and whether it faulted.
// A difference is printed with `name` and counted.
void pair_step(const struct pair_state *state, const char *name);

#endif
