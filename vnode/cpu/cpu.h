// SPDX-License-Identifier: Apache-2.0
// An ARMv6-M processor (Cortex-M0+) as one flat struct: a snapshot is a copy of it.
// It knows instructions, exceptions, NVIC, SCB and SysTick. Everything else behind an address is the bus's.
#ifndef NBOTA_VNODE_CPU_H
#define NBOTA_VNODE_CPU_H

#include <stdbool.h>
#include <stdint.h>

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
    CPU_STOP_BUDGET,     // the instructions asked for were run
    CPU_STOP_SLEEPING,   // WFI or WFE, and nothing pending; time must be advanced by the caller
    CPU_STOP_BREAKPOINT, // BKPT
    CPU_STOP_RESET,      // SYSRESETREQ
    CPU_STOP_LOCKUP,     // a fault inside a fault handler
    CPU_STOP_MISUSE,     // the bus found something that silicon might forgive and we do not
    CPU_STOP_BUS,        // the bus asked for a stop (power cut, watchdog reset)
};

struct cpu {
    uint32_t r[16]; // r[13] is the stack pointer in use, r[15] the address of the next instruction
    // Flags lazily: N = result < 0, Z = (uint32_t)result == 0.
    int64_t result;
    uint32_t carry, overflow;
    uint32_t msp, psp; // the stack pointer that is not in use
    uint32_t control, primask, ipsr, vtor, scr;
    uint64_t pending, active; // bit n is exception n
    uint32_t enabled;         // bit n is external interrupt n
    uint8_t priority[48];
    bool sleeping, event, check_exceptions;
    enum cpu_stop stop;
    char misuse[96]; // what the bus complained of, for a person
    uint32_t fault_address;

    uint64_t cycles;       // since power-on; never goes back
    uint64_t instructions; // since power-on
    uint64_t next_event;   // cycles at which bus_event() wants to run, UINT64_MAX = never

    uint32_t systick_control, systick_reload;
    uint64_t systick_base; // cycles at which the counter was loaded

    // A fetch or a read from a busy flash bank stalls until its cycle (RM0376 3.3.3).
    uint64_t flash_busy_until[2];
    uint8_t *coverage; // NULL, or one byte per half word of flash, set to 1 when executed

    _Alignas(8) uint8_t ram[CPU_RAM_SIZE];
    _Alignas(8) uint8_t flash[CPU_FLASH_SIZE];
};

// ---- provided by cpu/ ----

// Power-on or system reset of the processor only: registers from the vector table at CPU_FLASH_BASE.
// Memories, cycles and instructions stay.
void cpu_reset(struct cpu *self);

// Runs until a stop or until `instructions` were executed. Returns why it stopped; CPU_STOP_SLEEPING
// is returned with next_event telling when something would happen.
enum cpu_stop cpu_run(struct cpu *self, uint64_t instructions);

// Marks exception `number` pending; looked at before the next instruction.
void cpu_pend(struct cpu *self, unsigned number);
void cpu_unpend(struct cpu *self, unsigned number);
// Makes `cycle` the next event if it is earlier than the present one.
void cpu_schedule(struct cpu *self, uint64_t cycle);
// Ends cpu_run() after the running instruction with CPU_STOP_MISUSE and a text (printf-like).
void cpu_misuse(struct cpu *self, const char *format, ...);
// Raises HardFault for the running access (bus_read, bus_write).
void cpu_bus_fault(struct cpu *self, uint32_t address);
uint32_t cpu_xpsr(const struct cpu *self);
void cpu_set_xpsr_flags(struct cpu *self, uint32_t xpsr);

// ---- provided by whoever links the processor: soc/ in the node, a few lines in tests ----

// Aligned accesses of 1, 2 or 4 bytes outside RAM, and writes to flash. self->cycles and r[15] are exact.
uint32_t bus_read(struct cpu *self, uint32_t address, unsigned size);
void bus_write(struct cpu *self, uint32_t address, uint32_t value, unsigned size);
// Called when cycles ≥ next_event; next_event was set to UINT64_MAX before, the bus schedules anew.
void bus_event(struct cpu *self);

#endif
