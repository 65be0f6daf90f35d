// SPDX-License-Identifier: Apache-2.0
// An ARMv6-M processor (Cortex-M0+) as one flat struct: a snapshot is a copy of it.
// It knows instructions, exceptions, NVIC, SCB and SysTick. Everything else behind an address is the bus's.
#ifndef NBOTA_VNODE_CPU_CPU_H
#define NBOTA_VNODE_CPU_CPU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

enum {
    CPU_FLASH_SIZE = 192 * 1024, // STM32L072CZ, RM0376 section 2
    CPU_RAM_SIZE = 20 * 1024,
    CPU_FLASH_BANK_SIZE = CPU_FLASH_SIZE / 2,
};
#define CPU_FLASH_BASE 0x08000000U
#define CPU_RAM_BASE   0x20000000U

enum cpu_exception {
    CPU_NMI = 2,
    CPU_HARD_FAULT = 3,
    CPU_SVC = 11,
    CPU_PENDSV = 14,
    CPU_SYSTICK = 15,
    CPU_IRQ0 = 16, // external interrupt n is exception CPU_IRQ0 + n, n = 0..31
};

enum cpu_stop {
    CPU_RUNNING,
    CPU_STOP_BUDGET,   // the instructions asked for were run
    CPU_STOP_SLEEPING, // WFI or WFE, and nothing pending; time must be advanced by the caller
    // BKPT, or an instruction marked in `stops`; not executed: r[15] is its address. To go on, add 2 behind a BKPT, unmark
    // the other.
    CPU_STOP_BREAKPOINT,
    CPU_STOP_RESET,  // SYSRESETREQ
    CPU_STOP_LOCKUP, // a fault inside the HardFault or NMI handler; `misuse` tells the fault
    CPU_STOP_MISUSE, // something that silicon might forgive and we do not
    CPU_STOP_BUS,    // the bus asked for a stop (power cut, watchdog reset)
};

// Private to wait.c: a loop that may be waiting for a register.
enum cpu_wait_phase { CPU_WAIT_NONE, CPU_WAIT_SEEN, CPU_WAIT_WATCHED, CPU_WAIT_SPOILED };
struct cpu_wait {
    enum cpu_wait_phase phase;
    uint32_t r[16], xpsr, value; // at the read
    uint64_t cycles, left;       // likewise, when the watched round began
};

struct cpu {
    uint32_t r[16]; // r[13] is the stack pointer in use, r[15] the address of the next instruction
    // Flags lazily: N = result < 0, Z = (uint32_t)result == 0. carry and overflow are 0 or 1.
    int64_t result;
    uint32_t carry, overflow;
    uint32_t msp, psp; // valid for the stack pointer that is not in use
    uint32_t control, primask, ipsr, vtor, scr;
    uint64_t pending, active; // bit n is exception n
    uint32_t enabled;         // bit n is external interrupt n
    uint32_t lines;           // bit n is the level of external interrupt line n
    uint8_t priority[48];     // of exception n, the top two bits count
    bool thumb;               // EPSR.T; false makes the next instruction fault
    bool sleeping, sleeping_for_event, event, check_exceptions;
    bool faulted; // the access or instruction under way raised a fault
    enum cpu_stop stop;
    char misuse[96]; // the last misuse or fault, for a person
    uint32_t fault_address;

    uint64_t cycles; // never goes back, at a reset or a power-on neither
    // Since power-on; brought up to date when the loop is left, not at each access.
    uint64_t instructions;
    uint64_t next_event;  // cycles at which bus_event() wants to run, UINT64_MAX = never
    uint64_t deadline;    // private: cycles at which instructions are left for events, 0 = at once
    uint64_t sleep_since; // cycles at which the present sleep began

    uint32_t systick_control, systick_reload;
    uint32_t systick_loaded;  // reload value that the present round began with
    uint32_t systick_value;   // counter while it stands
    uint64_t systick_zero_at; // cycles at which the running counter reaches 0 next

    // A fetch or a read from a busy flash bank stalls until its cycle (RM0376 3.3.3).
    uint64_t flash_busy_until[2];
    uint32_t flash_wait_states; // of FLASH_ACR, kept by the bus: see "Time" below
    // To be set by bus_read(): to read this register again has no effect and gives the same until the next event.
    bool steady_read;
    struct cpu_wait wait;
    // To be set by a bus function that changes flash. What changes it between two runs need not tell.
    bool flash_changed;
    struct coverage
        *coverage; // NULL, or where conditional branches are noted (coverage.h); borrowed
    // NULL, or one byte per half word of flash, then of RAM: 1 = stop with CPU_STOP_BREAKPOINT before it is executed.
    const uint8_t *stops;
    // NULL, or told inside the write that moved the vector table to `vtor`. Must not run the processor.
    void (*vectors_moved)(struct cpu *self);
    // What raises a HardFault on silicon stops the run as misuse and says where. machine_init() sets it: a fault of the
    // firmware is a finding. False: the handler runs, for tests of the exceptions themselves.
    bool faults_are_misuse;

    _Alignas(8) uint8_t ram[CPU_RAM_SIZE];
    _Alignas(8) uint8_t flash[CPU_FLASH_SIZE];
};

// Time: Cortex-M0+ r0p1 with the single-cycle multiplier (DDI 0484C, table 3-1), 15 cycles into an exception and 13 (an
// estimate) out of it, no tail chaining, 1 cycle for a load or store at 0x50000000 (single-cycle I/O port). Every taken
// branch into flash and every data read from flash costs flash_wait_states more; in a straight line the 32-bit fetches
// hide one wait state.
//
// Misuse, always: UNPREDICTABLE encodings, a stack pointer outside RAM or not on a word, SCS accesses that are not
// words or hit reserved registers, an EXC_RETURN that does not fit, a vector table outside the memories.

// ---- provided by cpu/ ----

// Power-on or system reset of the processor only: registers from the vector table at CPU_FLASH_BASE, r0 to r12 garbage.
// Memories, time, next_event, flash_busy_until, coverage, stops, vectors_moved and faults_are_misuse stay.
void cpu_reset(struct cpu *self);

// Runs until a stop or until `instructions` (≥ 1) were executed. Returns why it stopped; CPU_STOP_SLEEPING
// is returned with next_event telling when something would happen. Runs again after any stop.
enum cpu_stop cpu_run(struct cpu *self, uint64_t instructions);

// Marks exception `number` pending; looked at before the next instruction.
void cpu_pend(struct cpu *self, unsigned number);
void cpu_unpend(struct cpu *self, unsigned number);
// Sets the level of external interrupt line `irq` (0..31). A high line pends its interrupt, and again when the handler
// returns or software clears the pending bit while it is still high.
void cpu_set_line(struct cpu *self, unsigned irq, bool high);
// An event that ends WFE (EXTI in event mode, SEV).
void cpu_signal_event(struct cpu *self);
// Makes `cycle` the next event if it is earlier than the present one.
void cpu_schedule(struct cpu *self, uint64_t cycle);
// Lets time pass inside an access until `cycle`; events due meanwhile run at their time, interrupts wait.
void cpu_stall(struct cpu *self, uint64_t cycle);
// Ends cpu_run() after the running instruction with `stop`. A stop asked for earlier stays.
void cpu_request_stop(struct cpu *self, enum cpu_stop stop);
// The same with CPU_STOP_MISUSE and a text (printf-like, cut to fit).
void cpu_misuse(struct cpu *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
// Raises HardFault for the running access (bus_read, bus_write).
void cpu_bus_fault(struct cpu *self, uint32_t address);
// N Z C V T and the exception number, as stacked.
uint32_t cpu_xpsr(const struct cpu *self);
// Takes N Z C V only.
void cpu_set_xpsr_flags(struct cpu *self, uint32_t xpsr);

// ---- provided by whoever links the processor: soc/ in the node, a few lines in tests ----

// Aligned accesses of 1, 2 or 4 bytes outside RAM, and writes to flash (also through its alias at 0). cycles is exact,
// r[15] - 2 is the address of the instruction. Either may change cycles, pend, schedule, fault or stop.
uint32_t bus_read(struct cpu *self, uint32_t address, unsigned size);
void bus_write(struct cpu *self, uint32_t address, uint32_t value, unsigned size);
// Called when cycles ≥ next_event; next_event was set to UINT64_MAX before, the bus schedules anew. It is
// called for the processor's own timer too, so it must bear being called early.
void bus_event(struct cpu *self);

#endif
