// SPDX-License-Identifier: Apache-2.0
// Flash and RAM unpacked page by page, shared by every processor of a thread: a page is what its bytes say, whosever
// they are. It is compared with the memory before it is used again after something may have changed that, so nobody who
// writes to a processor's memory between two runs needs to tell. RAM is compared whenever it is entered.
#ifndef NBOTA_VNODE_CPU_PAGES_H
#define NBOTA_VNODE_CPU_PAGES_H

#include "vnode/cpu/coverage.h"
#include "vnode/cpu/cpu.h"
#include "vnode/cpu/unpack.h"

enum {
    PAGE_SIZE = 256, // bytes; divides a bank of flash
    PAGE_HALVES = PAGE_SIZE / 2,
    PAGES_OF_FLASH = CPU_FLASH_SIZE / PAGE_SIZE,
    PAGES_OF_RAM = CPU_RAM_SIZE / PAGE_SIZE,
};

struct page {
    // One more than there are half words: leave_page.
    struct insn insn[PAGE_HALVES + 1];
    uint64_t epoch;              // compared then; 0 = never unpacked
    struct coverage_page *notes; // of its branches, NULL = none are made
    uint8_t bytes[PAGE_SIZE];
};

struct pages {
    const void *const *labels; // one for each operation
    uint64_t epoch;
    uint64_t coverage; // number of the collection that notes go to, 0 = none
    struct page flash[PAGES_OF_FLASH], ram[PAGES_OF_RAM];
    struct page single; // of one instruction, the first
};

// The calling thread's, for `cpu`; aborts without memory. `labels` belong to cpu_run() and are always the same.
struct pages *pages_open(const struct cpu *cpu, const void *const *labels);
// From now on the flash may be another.
static inline void pages_doubt(struct pages *self)
{
    self->epoch++;
}

// The page of RAM or flash around `offset`, unpacked as `cpu` has it.
const struct page *pages_of_ram(struct pages *self, const struct cpu *cpu, uint32_t offset);
const struct page *pages_refresh(struct pages *self, const struct cpu *cpu, uint32_t offset);
static inline const struct page *pages_of_flash(struct pages *self, const struct cpu *cpu,
                                                uint32_t offset)
{
    const struct page *page = &self->flash[offset / PAGE_SIZE];

    return __builtin_expect(page->epoch == self->epoch, 1) ? page
                                                           : pages_refresh(self, cpu, offset);
}

// The half word at `place` of `cpu` as a page of one instruction, with its true operation even if it is ALONE.
const struct page *pages_single(struct pages *self, const struct cpu *cpu,
                                const struct place *place);

#endif
