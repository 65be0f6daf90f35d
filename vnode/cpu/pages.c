// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/pages.h"

#include <stdlib.h>
#include <string.h>
#include <threads.h>

_Static_assert(CPU_FLASH_BANK_SIZE % PAGE_SIZE == 0, "a page lies in one bank");

static tss_t key;

static void make_key(void)
{
    if (tss_create(&key, free) != thrd_success) {
        abort();
    }
}

// Made when the thread first needs it, and not as its static memory: three megabytes that most threads never touch.
static struct pages *pages_of_thread(void)
{
    static once_flag once = ONCE_FLAG_INIT;
    struct pages *pages;

    call_once(&once, make_key);
    pages = tss_get(key);
    if (pages == NULL) {
        pages = calloc(1, sizeof *pages);
        if (pages == NULL || tss_set(key, pages) != thrd_success) {
            abort();
        }
    }
    return pages;
}

// Notes go elsewhere from now on: all is unpacked anew.
static void change_coverage(struct pages *self, uint64_t number)
{
    for (unsigned i = 0; i < PAGES_OF_FLASH; i++) {
        self->flash[i].epoch = 0;
    }
    self->coverage = number;
}

struct pages *pages_open(const struct cpu *cpu, const void *const *labels)
{
    struct pages *pages = pages_of_thread();
    uint64_t coverage = cpu->coverage == NULL ? 0 : coverage_number(cpu->coverage);

    decode_prepare();
    pages->labels = labels;
    if (pages->coverage != coverage) {
        change_coverage(pages, coverage);
    }
    pages_doubt(pages);
    return pages;
}

static void end_page(const struct pages *self, struct page *page, unsigned at)
{
    page->insn[at] =
        (struct insn){.label = self->labels[OPERATION_leave_page], .rest = rest_of_nothing()};
}

// MOV and ADD of high registers may read PC, which is kept up to date for single instructions only.
static bool reads_pc(enum operation operation, const struct insn *insn)
{
    return insn->n == 15 && (operation == OPERATION_mov_high || operation == OPERATION_add_high ||
                             operation == OPERATION_mov_to_pc || operation == OPERATION_mov_to_sp ||
                             operation == OPERATION_add_to_sp);
}

// A branch inside of the page knows where it leads. One that is noted goes the long way.
static enum operation find_target(struct page *page, unsigned at, enum operation operation,
                                  uint32_t offset)
{
    struct insn *insn = &page->insn[at];
    uint32_t target = insn->immediate - offset;

    if (is_branching(operation) && page->notes != NULL) {
        insn->d = (uint8_t)at;
        return noted_operation(operation);
    }
    if (!is_jump(operation) || target >= PAGE_SIZE) {
        return operation;
    }
    insn->near = &page->insn[target / 2];
    return near_operation(operation);
}

static bool is_count_down(const struct insn *insn, enum operation operation, enum operation behind)
{
    return operation == OPERATION_subs_immediate && insn->immediate == 1 && insn->d == insn->n &&
           behind == OPERATION_near_bne && insn[1].near == insn;
}

// A comparison and the branch inside of the page behind it are done at once.
static enum operation find_pair(const struct insn *insn, enum operation operation,
                                enum operation behind)
{
    unsigned condition = (unsigned)behind - OPERATION_near_beq;

    if (is_count_down(insn, operation, behind)) {
        return OPERATION_count_down;
    }
    if (behind < OPERATION_near_beq || behind > OPERATION_near_ble) {
        return operation;
    }
    switch ((unsigned)operation) {
    case OPERATION_cmp:
        return (enum operation)(OPERATION_cmp_beq + condition);
    case OPERATION_cmp_immediate:
        return (enum operation)(OPERATION_cmp_immediate_beq + condition);
    default:
        return operation;
    }
}

// What is done alone is left out of the page. Returns what was put, `behind` being what stands behind it.
static enum operation put(const struct pages *self, struct page *page, unsigned at,
                          const struct place *place, enum operation behind)
{
    struct insn *insn = &page->insn[at];
    enum operation operation = unpack(place, 2 * at, insn);

    insn->rest = rest_of(place, operation, &page->insn[at + 1].rest);
    if (insn->rest.count == 0 || reads_pc(operation, insn)) {
        end_page(self, page, at);
        return OPERATION_leave_page;
    }
    operation = find_pair(insn, find_target(page, at, operation, place->offset), behind);
    insn->label = self->labels[operation];
    return operation;
}

static void fill(const struct pages *self, struct page *page, const struct place *place)
{
    enum operation behind = OPERATION_leave_page;

    end_page(self, page, PAGE_HALVES);
    for (unsigned at = PAGE_HALVES; at-- > 0;) {
        behind = put(self, page, at, place, behind);
    }
}

static void refresh(const struct pages *self, struct page *page, const uint8_t *bytes,
                    uint32_t offset, struct coverage *coverage)
{
    struct place place = {page->bytes, offset, PAGE_SIZE, page < self->ram};

    if (page->epoch == 0 || memcmp(page->bytes, bytes, PAGE_SIZE) != 0) {
        memcpy(page->bytes, bytes, PAGE_SIZE);
        page->notes = coverage == NULL ? NULL : coverage_page(coverage, offset, bytes);
        fill(self, page, &place);
    }
    page->epoch = self->epoch;
}

const struct page *pages_refresh(struct pages *self, const struct cpu *cpu, uint32_t offset)
{
    struct page *page = &self->flash[offset / PAGE_SIZE];

    offset -= offset % PAGE_SIZE;
    refresh(self, page, cpu->flash + offset, offset, cpu->coverage);
    return page;
}

const struct page *pages_of_ram(struct pages *self, const struct cpu *cpu, uint32_t offset)
{
    struct page *page = &self->ram[offset / PAGE_SIZE];

    offset -= offset % PAGE_SIZE;
    refresh(self, page, cpu->ram + offset, offset, NULL);
    return page;
}

// A single branch is noted where it is at home.
static enum operation note_single(struct pages *self, const struct cpu *cpu, uint32_t offset,
                                  enum operation operation)
{
    self->single.notes = pages_of_flash(self, cpu, offset)->notes;
    self->single.insn[0].d = (uint8_t)(offset % PAGE_SIZE / 2);
    return noted_operation(operation);
}

const struct page *pages_single(struct pages *self, const struct cpu *cpu,
                                const struct place *place)
{
    struct page *page = &self->single;
    enum operation operation;

    end_page(self, page, 1);
    operation = unpack(place, 0, &page->insn[0]);
    page->insn[0].rest = rest_of_single(operation);
    if (cpu->coverage != NULL && place->in_flash && is_branching(operation)) {
        operation = note_single(self, cpu, place->offset, operation);
    }
    page->insn[0].label = self->labels[operation];
    return page;
}
