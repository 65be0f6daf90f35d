// SPDX-License-Identifier: Apache-2.0
// A bus with nothing on it but 64 words at 0x40000000 that remember what was written, a register that ends the run,
// and events at chosen cycles. Enough to run a processor without a board.
#ifndef NBOTA_TESTS_FAKE_BUS_H
#define NBOTA_TESTS_FAKE_BUS_H

#include "vnode/cpu/cpu.h"

enum { FAKE_BUS_WORDS = 64, FAKE_BUS_EVENTS = 8 };
#define FAKE_BUS_BASE 0x40000000U
#define FAKE_BUS_STOP 0x40000200U // a write here asks for CPU_STOP_BUS
#define FAKE_BUS_FAST 0x50000000U // a word on the single-cycle port

struct fake_bus {
    uint32_t words[FAKE_BUS_WORDS];
    uint64_t access_cycles; // clock at the last access
    uint32_t access_pc;     // r[15] at the last access
    unsigned reads, writes;
    // At these cycles, in order, `exception` is pended (0 = only wake the clock up).
    struct {
        uint64_t cycle;
        unsigned exception;
    } events[FAKE_BUS_EVENTS];
    unsigned event_count, events_done;
    uint64_t event_ran_at; // clock at the last call of bus_event() that did something
};

extern struct fake_bus fake_bus;

void fake_bus_reset(void);
// Adds an event; cycles must be in order. `cpu` is told the time.
void fake_bus_at(struct cpu *cpu, uint64_t cycle, unsigned exception);

#endif
