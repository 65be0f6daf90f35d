// SPDX-License-Identifier: Apache-2.0
// What the interpreter's loop keeps in host registers, and how operations reach registers, memory and code.
// Private to execute.c: everything is inlined into its loop.
//
// A run of instructions is counted as a whole when it is entered (unpack.h). An operation that looks or acts outside of
// the loop takes back what was counted for itself and for what follows (run_leave); from there on all is exact.
#ifndef NBOTA_VNODE_CPU_RUN_H
#define NBOTA_VNODE_CPU_RUN_H

#include <string.h>

#include "vnode/cpu/cpu.h"
#include "vnode/cpu/memory.h"
#include "vnode/cpu/pages.h"
#include "vnode/cpu/wait.h"

#define INLINE      static inline __attribute__((always_inline))
#define LIKELY(x)   __builtin_expect((x), 1)
#define UNLIKELY(x) __builtin_expect((x), 0)

// How an operation ended.
enum outcome {
    NEXT,      // the run goes on behind it
    PAIRED,    // the run goes on behind the next, which was done too
    NEAR,      // to the `near` of this instruction
    NEXT_NEAR, // to the `near` of the next
    BRANCHED,  // pc is where to go on
    MOVED,     // likewise, but not by an instruction
    LEFT,      // run_leave() was called; pc is where to go on
    LOOKED,    // likewise, and that is behind the instruction
    GIVEN_UP,  // likewise, but the instruction did not complete
};

struct run {
    struct cpu *cpu;
    uint32_t pc; // of what comes next; valid outside of a run only
    uint64_t cycles;
    uint64_t left;  // instructions to run
    uint64_t limit; // a run whose worst case ends later is not entered
    // Flags lazily: N = result < 0, Z = (uint32_t)result == 0, C and V each one bit.
    int64_t result;
    uint64_t carry;    // bit 32
    uint32_t overflow; // bit 31
    const struct page *page;
    uint32_t page_pc;        // of its first half word
    uint32_t page_halves;    // how far branches may go without leaving it
    uint32_t base;           // of the memory it lies in
    uint64_t refill;         // cycles a taken branch costs more there
    uint32_t flash_readable; // bytes of flash that can be read without waiting: all or none
};

// 0 or 1.
INLINE uint32_t carry_of(const struct run *self)
{
    return (uint32_t)(self->carry >> 32) & 1;
}

INLINE void set_carry(struct run *self, uint32_t carry)
{
    self->carry = (uint64_t)carry << 32;
}

// Before anything outside of the loop looks at the processor.
INLINE void run_store(const struct run *self)
{
    self->cpu->r[15] = self->pc;
    self->cpu->cycles = self->cycles;
    self->cpu->result = self->result;
    self->cpu->carry = carry_of(self);
    self->cpu->overflow = self->overflow >> 31;
}

INLINE uint32_t address_of(const struct run *self, const struct insn *insn)
{
    return self->page_pc + 2 * (uint32_t)(insn - self->page->insn);
}

// Inside an operation: pc becomes the address behind it.
INLINE void run_leave(struct run *self, const struct insn *insn)
{
    self->pc = address_of(self, insn) + 2;
    self->cycles -= insn->rest.cycles;
    self->left += insn->rest.count;
    run_store(self);
}

// Afterwards.
INLINE void run_load(struct run *self)
{
    self->pc = self->cpu->r[15];
    self->cycles = self->cpu->cycles;
    self->result = self->cpu->result;
    set_carry(self, self->cpu->carry);
    self->overflow = self->cpu->overflow << 31;
}

INLINE void set_result(struct run *self, uint32_t value)
{
    self->result = (int32_t)value;
}

// AddWithCarry() of the manual; sets all flags.
INLINE uint32_t add_with_carry(struct run *self, uint32_t a, uint32_t b, uint32_t carry)
{
    uint64_t sum = (uint64_t)a + b + carry;
    uint32_t value = (uint32_t)sum;

    self->carry = sum;
    self->overflow = ~(a ^ b) & (a ^ value);
    set_result(self, value);
    return value;
}

INLINE uint32_t peek(const uint8_t *bytes, unsigned size)
{
    uint32_t word = 0;

    memcpy(&word, bytes, size); // the host is little endian, checked in memory.c
    return word;
}

// Where in RAM the aligned `size` bytes at `address` are, NULL elsewhere. Bits that must be zero are turned to the top,
// so that one comparison finds them too.
INLINE uint8_t *ram_at(struct run *self, uint32_t address, unsigned size)
{
    uint32_t offset = address - CPU_RAM_BASE;
    uint32_t turned = size == 1   ? offset
                      : size == 2 ? offset >> 1 | offset << 31
                                  : offset >> 2 | offset << 30;

    return LIKELY(turned < CPU_RAM_SIZE / size) ? self->cpu->ram + offset : NULL;
}

INLINE enum outcome load_slowly(struct run *self, const struct insn *insn, uint32_t address,
                                unsigned size, uint32_t *value)
{
    bool ok;

    run_leave(self, insn);
    ok = memory_read(self->cpu, address, size, value);
    if (UNLIKELY(self->cpu->steady_read)) {
        self->left -= wait_arrive(self->cpu, self->left, *value);
    }
    self->cycles = self->cpu->cycles - memory_is_io_port(address); // single-cycle I/O port
    return ok ? LOOKED : GIVEN_UP;
}

INLINE enum outcome load(struct run *self, const struct insn *insn, uint32_t address, unsigned size,
                         uint32_t *value)
{
    const uint8_t *bytes = ram_at(self, address, size);
    uint32_t offset = address - CPU_FLASH_BASE;

    if (LIKELY(bytes != NULL)) {
        *value = peek(bytes, size);
        return NEXT;
    }
    if (LIKELY(offset < self->flash_readable && address % size == 0)) {
        self->cycles += self->cpu->flash_wait_states;
        *value = peek(self->cpu->flash + offset, size);
        return NEXT;
    }
    return load_slowly(self, insn, address, size, value);
}

INLINE enum outcome store(struct run *self, const struct insn *insn, uint32_t address,
                          unsigned size, uint32_t value)
{
    uint8_t *bytes = ram_at(self, address, size);
    bool ok;

    if (LIKELY(bytes != NULL)) {
        memcpy(bytes, &value, size);
        return NEXT;
    }
    run_leave(self, insn);
    ok = memory_write(self->cpu, address, size, value);
    self->cycles = self->cpu->cycles - memory_is_io_port(address);
    return ok ? LOOKED : GIVEN_UP;
}

INLINE enum outcome branch(struct run *self, uint32_t target)
{
    self->pc = target;
    self->cycles += self->refill;
    return BRANCHED;
}

// False when the run stops here.
INLINE bool pass_stops(struct cpu *cpu, const struct code_memory *memory, uint32_t offset)
{
    if (memory->stops == NULL || memory->stops[offset / 2] == 0) {
        return true;
    }
    cpu_request_stop(cpu, CPU_STOP_BREAKPOINT);
    return false;
}

// Outside of a run: the half word at `pc`, with every check. False: the fetch faulted or a stop came meanwhile.
INLINE bool find_code(struct run *self, uint32_t pc, struct code_memory *memory)
{
    bool found;

    self->cpu->r[15] = pc;
    self->cpu->cycles = self->cycles;
    found = memory_find_code(self->cpu, pc, memory);
    self->cycles = self->cpu->cycles; // waited, also when a stop came meanwhile
    return found && pass_stops(self->cpu, memory, pc - memory->base);
}

INLINE bool fetch(struct run *self, uint32_t pc, uint16_t *half)
{
    struct code_memory memory;

    if (!find_code(self, pc, &memory)) {
        return false;
    }
    memcpy(half, memory.bytes + (pc - memory.base), sizeof *half);
    return true;
}

#endif
