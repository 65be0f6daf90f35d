// SPDX-License-Identifier: Apache-2.0
// A powered board whose program does nothing, played by register accesses, as a program on it would make them.
#ifndef NBOTA_TESTS_UNIT_SOC_BOARD_BENCH_H
#define NBOTA_TESTS_UNIT_SOC_BOARD_BENCH_H

#include "tests/host/cmocka_all.h"
#include "vnode/soc/machine.h"

enum { BENCH_SENT_MAX = 64 };

struct board_bench {
    struct machine machine;
    uint8_t sent[BENCH_SENT_MAX]; // characters that left, all lines
    uint64_t sent_ns[BENCH_SENT_MAX];
    unsigned sent_count;
    uint32_t baud;       // of the last one
    uint64_t end_run_ns; // so long behind a character machine_run() is to end; 0: not for it
    unsigned reset_edges;
    bool reset_low;
};

extern struct board_bench bench;

// For cmocka: a board with power, and its end.
int bench_setup(void **state);
int bench_teardown(void **state);
// Puts half words at 0x08000100, where the reset vector leads; only before power-on or after a cut.
void bench_program(const uint16_t *code, unsigned count);

uint32_t rd(uint32_t address);
void wr(uint32_t address, uint32_t value);
void wr_sized(uint32_t address, uint32_t value, unsigned size);
void set(uint32_t address, uint32_t bits);
void clear(uint32_t address, uint32_t bits);
// Lets time pass as a busy processor does.
void pass_ns(uint64_t ns);
uint64_t now_ns(void);
// The text of the last misuse contains `part`; forgets it.
void assert_misuse(const char *part);
void assert_no_misuse(void);

// The clock tree of the firmware: PLL at 32 MHz from HSI16.
void bench_run_at_32mhz(void);
// All port clocks on, NOR pins as outputs at rest.
void bench_open_pins(void);

#endif
