// SPDX-License-Identifier: Apache-2.0
// A processor with a hand-assembled program: vectors at the start of flash, code at CODE, handlers at HANDLER(n).
#ifndef NBOTA_TESTS_UNIT_CPU_BENCH_H
#define NBOTA_TESTS_UNIT_CPU_BENCH_H

#include "tests/fake/bus.h"
#include "tests/host/cmocka_all.h"
#include "vnode/cpu/cpu.h"

#define STACK_TOP       (CPU_RAM_BASE + CPU_RAM_SIZE)
#define CODE            0x08000400U
#define HANDLER(number) (0x08001000U + 64U * (number)) // room for 32 half words each

extern struct cpu bench;

// Erased memories, every vector to its HANDLER, which holds `bx lr`; reset done.
void bench_reset(void);
// Puts `count` half words of code at `address`.
void bench_put(uint32_t address, const uint16_t *code, unsigned count);
// bench_reset() and the code at CODE.
void bench_load(const uint16_t *code, unsigned count);
#define BENCH_LOAD(...)                                                                            \
    bench_load((const uint16_t[]){__VA_ARGS__}, sizeof((uint16_t[]){__VA_ARGS__}) / 2)
#define BENCH_PUT(address, ...)                                                                    \
    bench_put((address), (const uint16_t[]){__VA_ARGS__}, sizeof((uint16_t[]){__VA_ARGS__}) / 2)

void bench_poke(uint32_t address, uint32_t word); // RAM or flash
uint32_t bench_peek(uint32_t address);

// The code of tests ends with BKPT.
enum { BKPT = 0xBE00, NOP = 0xBF00, BX_LR = 0x4770 };
void bench_run_to_bkpt(void);

#endif
