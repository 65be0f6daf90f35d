// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/pages.h"

#include <string.h>

_Static_assert(CPU_FLASH_BANK_SIZE % PAGE_SIZE == 0, "a page lies in one bank");

struct pages *pages_open(const void *const *labels)
{
    static _Thread_local struct pages pages;

    decode_prepare();
    pages.labels = labels;
    pages_doubt(&pages);
    return &pages;
}

static void end_page(const struct pages *self, struct page *page, unsigned at)
{
    page->insn[at] = (struct insn){.label = self->labels[OPERATION_leave_page],
                                   .rest = rest_of_nothing()};
}

// MOV and ADD of high registers may read PC, which is kept up to date for single instructions only.
static bool reads_pc(enum operation operation, const struct insn *insn)
{
    return insn->n == 15 &&
           (operation == OPERATION_mov_high || operation == OPERATION_add_high ||
            operation == OPERATION_mov_to_pc || operation == OPERATION_mov_to_sp ||
            operation == OPERATION_add_to_sp);
}

// A branch inside of the page knows where it leads.
static enum operation find_target(struct page *page, unsigned at, enum operation operation,
                                  uint32_t offset)
{
    struct insn *insn = &page->insn[at];
    uint32_t target = insn->immediate - offset;

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
                    uint32_t offset, bool in_flash)
{
    struct place place = {page->bytes, offset, PAGE_SIZE, in_flash};

    if (page->epoch == 0 || memcmp(page->bytes, bytes, PAGE_SIZE) != 0) {
        memcpy(page->bytes, bytes, PAGE_SIZE);
        fill(self, page, &place);
    }
    page->epoch = self->epoch;
}

const struct page *pages_refresh(struct pages *self, const struct cpu *cpu, uint32_t offset)
{
    struct page *page = &self->flash[offset / PAGE_SIZE];

    offset -= offset % PAGE_SIZE;
    refresh(self, page, cpu->flash + offset, offset, true);
    return page;
}

const struct page *pages_of_ram(struct pages *self, const struct cpu *cpu, uint32_t offset)
{
    struct page *page = &self->ram[offset / PAGE_SIZE];

    offset -= offset % PAGE_SIZE;
    refresh(self, page, cpu->ram + offset, offset, false);
    return page;
}

const struct page *pages_single(struct pages *self, const struct place *place)
{
    struct page *page = &self->single;
    enum operation operation;

    end_page(self, page, 1);
    operation = unpack(place, 0, &page->insn[0]);
    page->insn[0].rest = rest_of_single(operation);
    page->insn[0].label = self->labels[operation];
    return page;
}
