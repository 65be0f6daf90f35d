// SPDX-License-Identifier: Apache-2.0
// The interpreter's loop: from one unpacked instruction straight to the next (computed goto). Time and instructions are
// counted when a run of instructions is entered, and only if nothing is due before its end; what comes nearer to an
// event, a stop or anything else outside is executed one by one. Both ways lead over the same operations.
#include "vnode/cpu/op_branch.h"
#include "vnode/cpu/op_data.h"
#include "vnode/cpu/op_memory.h"
#include "vnode/cpu/op_system.h"

static uint64_t at_most(uint64_t a, uint64_t b)
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

    if (UNLIKELY(cpu->coverage != NULL || cpu->stops != NULL ||
                 wait_is_watched(cpu))) {
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
    place.in_flash = false; // or not: literals are read with every check
    if (!is_pure(&place)) {
        wait_spoil(self->cpu);
    }
    return pages_single(pages, &place);
}

// Enters the run at pc if that lies in this page; it stands behind each branch, not once behind all, so that the host
// predicts each jump from where it was made.
#define ENTER(target)                                                                              \
    do {                                                                                           \
        const struct insn *to = (target);                                                          \
        if (UNLIKELY(!fits(&run, &to->rest))) {                                                    \
            run.pc = address_of(&run, to);                                                         \
            goto resume;                                                                           \
        }                                                                                          \
        count(&run, &to->rest);                                                                    \
        code = to;                                                                                 \
        goto *code->label;                                                                         \
    } while (0)

enum cpu_stop cpu_run(struct cpu *self, uint64_t instructions)
{
    static const void *const labels[OPERATION_COUNT] = {
#define OPERATION(name, cycles, more, role) &&do_##name,
#include "vnode/cpu/isa.def"
#undef OPERATION
    };
    struct pages *pages = pages_open(labels);
    struct run run = {.cpu = self, .left = instructions};
    const struct insn *code;

    self->stop = CPU_RUNNING;

attend:
    self->instructions += instructions - run.left;
    instructions = run.left;
    // Exceptions wait for the next call then: the caller may yet change what is pending.
    if (run.left == 0 && self->stop == CPU_RUNNING) {
        return self->stop = CPU_STOP_BUDGET;
    }
    if (!events_attend(self)) {
        return self->stop;
    }
    run_load(&run);
    goto begin;

resume:
    if (UNLIKELY(run.left == 0 || run.cycles >= self->deadline)) {
        run_store(&run);
        goto attend;
    }
begin:
    set_limits(&run);
    if (LIKELY(find_page(&run, pages))) {
        code = at_pc(&run);
        if (LIKELY(code->rest.count != 0 && fits(&run, &code->rest))) {
            count(&run, &code->rest);
            goto *code->label;
        }
    }
    run_store(&run);
    run.page = single_page(&run, pages);
    if (UNLIKELY(run.page == NULL)) {
        goto attend;
    }
    self->r[15] = run.pc + 4; // as the instruction reads it
    code = run.page->insn;
    count(&run, &code->rest);
    goto *code->label;

branched:
    if (LIKELY(can_hop(&run))) {
        hop(&run, pages);
        ENTER(at_pc(&run));
    }
    goto resume;

#define OPERATION(name, cycles_, more, role)                                                       \
    do_##name : switch (op_##name(&run, code))                                                     \
    {                                                                                              \
    case NEXT:                                                                                     \
        code++;                                                                                    \
        goto *code->label;                                                                         \
    case PAIRED:                                                                                   \
        code += 2;                                                                                 \
        goto *code->label;                                                                         \
    case NEXT_NEAR:                                                                                \
        ENTER(code[1].near);                                                                       \
    case NEAR:                                                                                     \
        ENTER(code->near);                                                                         \
    case BRANCHED:                                                                                 \
        if (LIKELY(is_in_page(&run))) {                                                            \
            ENTER(at_pc(&run));                                                                    \
        }                                                                                          \
        goto branched;                                                                             \
    case MOVED:                                                                                    \
        goto resume;                                                                               \
    case LEFT:                                                                                     \
        run.cycles += (cycles_);                                                                   \
        goto left;                                                                                 \
    case LOOKED:                                                                                   \
        run.cycles += (cycles_);                                                                   \
        goto looked;                                                                               \
    case GIVEN_UP:                                                                                 \
        goto given_up;                                                                             \
    }
#include "vnode/cpu/isa.def"
#undef OPERATION

looked:
    run.left--;
    if (LIKELY(may_stay(&run))) {
        set_limits(&run);
        run.refill = 1 + (uint64_t)self->flash_wait_states;
        ENTER(code + 1);
    }
    goto resume;

left:
    run.left--;
    goto resume;

given_up:
    // The instruction will be seen again, by a person or on return from HardFault.
    run.pc -= 2;
    run_store(&run);
    goto attend;
}
