// SPDX-License-Identifier: Apache-2.0
// What the interpreter's loop keeps in host registers, and how operations reach registers, memory and code.
// Private to execute.c: everything is inlined into its loop. An operation returns false when it did not complete.
#ifndef NBOTA_VNODE_CPU_RUN_H
#define NBOTA_VNODE_CPU_RUN_H

#include <string.h>

#include "vnode/cpu/cpu.h"
#include "vnode/cpu/memory.h"

#define INLINE      static inline __attribute__((always_inline))
#define LIKELY(x)   __builtin_expect((x), 1)
#define UNLIKELY(x) __builtin_expect((x), 0)

struct run {
    struct cpu *cpu;
    uint32_t pc; // of the next half word
    uint64_t cycles;
    // The memory that pc is in. code_size 0 means: look it up before the next fetch, and wait for a busy bank.
    const uint8_t *code;
    uint32_t code_base, code_size;
    uint32_t refill;      // cycles a taken branch costs more there
    uint8_t *coverage;    // of that memory, or NULL
    const uint8_t *stops; // likewise
    bool is_watched;      // one of them is there
};

// Before anything outside of the loop looks at the processor, and afterwards.
INLINE void run_leave(const struct run *self)
{
    self->cpu->r[15] = self->pc;
    self->cpu->cycles = self->cycles;
}

INLINE void run_enter(struct run *self)
{
    self->pc = self->cpu->r[15];
    self->cycles = self->cpu->cycles;
    self->code_size = 0;
}

INLINE void set_result(struct cpu *cpu, uint32_t value)
{
    cpu->result = (int32_t)value;
}

// AddWithCarry() of the manual; sets all flags.
INLINE uint32_t add_with_carry(struct cpu *cpu, uint32_t a, uint32_t b, uint32_t carry)
{
    uint64_t sum = (uint64_t)a + b + carry;
    uint32_t value = (uint32_t)sum;

    cpu->carry = (uint32_t)(sum >> 32);
    cpu->overflow = (~(a ^ b) & (a ^ value)) >> 31;
    set_result(cpu, value);
    return value;
}

INLINE uint32_t peek(const uint8_t *bytes, unsigned size)
{
    uint32_t word = 0;

    memcpy(&word, bytes, size); // the host is little endian, checked in memory.c
    return word;
}

INLINE bool load_slowly(struct run *self, uint32_t address, unsigned size, uint32_t *value)
{
    bool ok;

    run_leave(self);
    ok = memory_read(self->cpu, address, size, value);
    run_enter(self);
    self->cycles -= memory_is_io_port(address); // single-cycle I/O port
    return ok;
}

INLINE bool load(struct run *self, uint32_t address, unsigned size, uint32_t *value)
{
    struct cpu *cpu = self->cpu;
    uint32_t offset = address - CPU_RAM_BASE;

    if (LIKELY(offset < CPU_RAM_SIZE && address % size == 0)) {
        *value = peek(cpu->ram + offset, size);
        return true;
    }
    offset = address - CPU_FLASH_BASE;
    if (LIKELY(offset < CPU_FLASH_SIZE && address % size == 0 &&
               cpu->flash_busy_until[offset / CPU_FLASH_BANK_SIZE] <= self->cycles)) {
        self->cycles += cpu->flash_wait_states;
        *value = peek(cpu->flash + offset, size);
        return true;
    }
    return load_slowly(self, address, size, value);
}

INLINE bool store(struct run *self, uint32_t address, unsigned size, uint32_t value)
{
    uint32_t offset = address - CPU_RAM_BASE;
    bool ok;

    if (LIKELY(offset < CPU_RAM_SIZE && address % size == 0)) {
        memcpy(self->cpu->ram + offset, &value, size);
        return true;
    }
    run_leave(self);
    ok = memory_write(self->cpu, address, size, value);
    run_enter(self);
    self->cycles -= memory_is_io_port(address);
    return ok;
}

// Finds the memory of pc and waits until it can be read. False: the fetch faulted or a stop came meanwhile.
INLINE bool find_code(struct run *self)
{
    struct code_memory memory;

    run_leave(self);
    bool found = memory_find_code(self->cpu, self->pc, &memory);
    self->cycles = self->cpu->cycles; // waited, also when a stop came meanwhile
    if (!found) {
        return false;
    }
    self->code = memory.bytes;
    self->code_base = memory.base;
    self->code_size = memory.size;
    self->refill = memory.wait_states;
    self->coverage = memory.coverage;
    self->stops = memory.stops;
    self->is_watched = memory.coverage != NULL || memory.stops != NULL;
    return true;
}

// The short way: false when the memory has to be looked up or is watched.
INLINE bool fetch_ready(const struct run *self, uint16_t *half)
{
    uint32_t offset = self->pc - self->code_base;

    if (UNLIKELY(offset >= self->code_size || self->is_watched)) {
        return false;
    }
    memcpy(half, self->code + offset, sizeof *half);
    return true;
}

// False when the run stops here.
INLINE bool pass_watch(struct run *self, uint32_t offset)
{
    if (self->stops != NULL && self->stops[offset / 2] != 0) {
        cpu_request_stop(self->cpu, CPU_STOP_BREAKPOINT);
        return false;
    }
    if (self->coverage != NULL) {
        self->coverage[offset / 2] = 1;
    }
    return true;
}

INLINE bool fetch(struct run *self, uint16_t *half)
{
    uint32_t offset = self->pc - self->code_base;

    if (UNLIKELY(offset >= self->code_size)) {
        if (!find_code(self)) {
            return false;
        }
        offset = self->pc - self->code_base;
    }
    memcpy(half, self->code + offset, sizeof *half);
    return LIKELY(!self->is_watched) || pass_watch(self, offset);
}

INLINE void branch(struct run *self, uint32_t target)
{
    self->pc = target;
    self->cycles += 1 + self->refill;
}

#endif
