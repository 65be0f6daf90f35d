// SPDX-License-Identifier: Apache-2.0
// Where the interpreter's loop goes on: whether a run of instructions may be entered and counted as a whole, and the page
// that pc is in. Private to execute.c.
#ifndef NBOTA_VNODE_CPU_RUN_ENTER_H
#define NBOTA_VNODE_CPU_RUN_ENTER_H

#include "vnode/cpu/run.h"

INLINE uint64_t at_most(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// No instruction takes less than a cycle, so `limit` minds the budget too.
INLINE void set_limits(struct run *self)
{
    uint64_t most = UINT64_MAX - self->cycles;
    const uint64_t *busy_until = self->cpu->flash_busy_until;
    bool ready = busy_until[0] <= self->cycles && busy_until[1] <= self->cycles;

    self->limit = at_most(self->cpu->deadline, self->cycles + at_most(self->left, most));
    self->flash_readable = ready ? CPU_FLASH_SIZE : 0;
}

INLINE void enter_page(struct run *self, const struct page *page, uint32_t base, uint32_t refill)
{
    self->page = page;
    self->page_pc = self->pc & ~(PAGE_SIZE - 1U);
    self->page_halves = PAGE_HALVES;
    self->base = base;
    self->refill = 1 + (uint64_t)refill;
}

INLINE bool find_flash(struct run *self, struct pages *pages, uint32_t base)
{
    struct cpu *cpu = self->cpu;
    uint32_t offset = self->pc - base;

    if (UNLIKELY(cpu->flash_busy_until[offset / CPU_FLASH_BANK_SIZE] > self->cycles)) {
        return false;
    }
    if (UNLIKELY(cpu->flash_changed)) {
        cpu->flash_changed = false;
        pages_doubt(pages);
    }
    enter_page(self, pages_of_flash(pages, cpu, offset), base, cpu->flash_wait_states);
    return true;
}

// The page that pc is in, unless that needs a closer look: a busy bank, no memory at all, somebody who watches.
INLINE bool find_page(struct run *self, struct pages *pages)
{
    const struct cpu *cpu = self->cpu;

    if (UNLIKELY(cpu->stops != NULL || wait_is_watched(cpu))) {
        return false;
    }
    if (LIKELY(self->pc - CPU_FLASH_BASE < CPU_FLASH_SIZE)) {
        return find_flash(self, pages, CPU_FLASH_BASE);
    }
    if (self->pc - CPU_RAM_BASE < CPU_RAM_SIZE) {
        enter_page(self, pages_of_ram(pages, cpu, self->pc - CPU_RAM_BASE), CPU_RAM_BASE, 0);
        return true;
    }
    return self->pc < CPU_FLASH_SIZE && find_flash(self, pages, 0);
}

INLINE bool fits(const struct run *self, const struct rest *rest)
{
    return self->cycles + rest->worst <= self->limit;
}

INLINE void count(struct run *self, const struct rest *rest)
{
    self->cycles += rest->cycles;
    self->left -= rest->count;
}

INLINE const struct insn *at_pc(const struct run *self)
{
    return &self->page->insn[(self->pc - self->page_pc) / 2];
}

INLINE bool is_in_page(const struct run *self)
{
    return (self->pc - self->page_pc) / 2 < self->page_halves;
}

// From one page of flash to another without a look at the rest, which cannot have changed meanwhile.
INLINE bool can_hop(const struct run *self)
{
    return self->page_halves != 0 && self->base != CPU_RAM_BASE &&
           self->pc - self->base < self->flash_readable;
}

INLINE void hop(struct run *self, struct pages *pages)
{
    self->page = pages_of_flash(pages, self->cpu, self->pc - self->base);
    self->page_pc = self->pc & ~(PAGE_SIZE - 1U);
}

// The bus was asked from a page of flash, and that page is still the one to go on in. What is due now is due to limits.
INLINE bool may_stay(const struct run *self)
{
    const struct cpu *cpu = self->cpu;

    return can_hop(self) && !cpu->flash_changed && !wait_is_watched(cpu) &&
           cpu->flash_busy_until[0] <= self->cycles && cpu->flash_busy_until[1] <= self->cycles;
}

// The instruction at pc as a page of its own; NULL when there is none or the run stops before it.
INLINE const struct page *single_page(struct run *self, struct pages *pages)
{
    struct code_memory memory;
    struct place place;

    if (!find_code(self, self->pc, &memory)) {
        return NULL;
    }
    self->page_pc = self->pc;
    self->page_halves = 0; // every branch leads out of it
    self->base = memory.base;
    self->refill = 1 + (uint64_t)memory.wait_states;
    place.offset = self->pc - memory.base;
    place.bytes = memory.bytes + place.offset;
    place.size = 2;
    place.in_flash = memory.base != CPU_RAM_BASE;
    if (!is_pure(&place)) {
        wait_spoil(self->cpu);
    }
    return pages_single(pages, self->cpu, &place);
}

#endif
