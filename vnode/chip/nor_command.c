// SPDX-License-Identifier: Apache-2.0
// The opcodes of the W25Q32 class as a table (docs/memory.md, "The chip"). Times are the typical ones.
#include "vnode/chip/nor_command.h"

#include <string.h>

enum {
    US = 1000,
    MS = 1000 * 1000,
    PROGRAM_NS = 500 * US,
    WRITE_STATUS_NS = 10 * MS,
    WAKE_NS = 30 * US, // the class's longest, for AB and for B9
    STATUS_WIP = 1,
    STATUS_WEL = 2,
    STATUS_KEPT = 0xFC,
};

static uint8_t answer_status(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    bool busy = nor_is_busy(self, now_ns);

    (void)n;
    if (!busy) {
        self->known = true;
        self->forgives = nor_is_faulty(self);
    }
    return (uint8_t)(self->status | (busy ? STATUS_WIP : 0) |
                     (self->write_enabled ? STATUS_WEL : 0));
}

static uint8_t answer_zero(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)self;
    (void)n;
    (void)now_ns;
    return 0;
}

static uint8_t answer_jedec(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)now_ns;
    return nor_id(self)[n % 3];
}

static uint8_t device_id(const struct nor_chip *self)
{
    return (uint8_t)(nor_id(self)[2] - 1);
}

static uint8_t answer_id(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    bool device = ((self->address + n) & 1) != 0;

    (void)now_ns;
    return device ? device_id(self) : nor_id(self)[0];
}

static uint8_t answer_old_id(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    (void)now_ns;
    return device_id(self);
}

static uint8_t answer_cells(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)now_ns;
    return nor_cell(self, self->address + n);
}

static uint8_t answer_sfdp(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)now_ns;
    return nor_sfdp(self->part, self->address + n);
}

static void set_write_enable(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    (void)now_ns;
    self->write_enabled = true;
}

static void clear_write_enable(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    (void)now_ns;
    self->write_enabled = false;
}

static bool is_protected(struct nor_chip *self)
{
    if ((self->status & NOR_STATUS_BP) != 0) {
        nor_complain(self, "command %02X with BP bits %02X set", self->command->opcode,
                     self->status & NOR_STATUS_BP);
        return true;
    }
    return false;
}

static void begin_work(struct nor_chip *self, enum nor_work_kind kind, uint32_t address,
                       uint32_t size, uint64_t begin_ns, uint64_t duration_ns)
{
    self->work.kind = kind;
    self->work.address = address & (self->part->size - 1);
    self->work.size = size;
    self->work.begin_ns = begin_ns;
    self->work.end_ns = begin_ns + duration_ns;
}

static void take_data(struct nor_chip *self, uint32_t n, uint8_t byte)
{
    uint32_t at = (self->address + n) % NOR_PAGE;

    if (n == 0) {
        memset(self->page, 0xFF, sizeof self->page);
    }
    if (n > 0 && at == 0) {
        nor_complain(self, "program from %06X goes across the end of its page", self->address);
    }
    self->page[at] = byte;
    self->programmed++;
}

// Cells go from 1 to 0 only.
static void check_erased(struct nor_chip *self, uint32_t page_address)
{
    for (uint32_t i = 0; i < NOR_PAGE && !self->altered; i++) {
        uint8_t cell = self->data[page_address + i];
        if ((uint8_t)(~cell & self->page[i]) != 0 && self->page[i] != 0xFF) {
            nor_complain(self, "program of %02X over %02X at %06X", self->page[i], cell,
                         page_address + i);
            return;
        }
    }
}

static void program(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    uint32_t page_address = self->address & (self->part->size - 1) & ~(NOR_PAGE - 1U);

    if (n == 0) {
        nor_complain(self, "page program without data");
        return;
    }
    if (is_protected(self)) {
        return;
    }
    check_erased(self, page_address);
    memcpy(self->work.page, self->page, sizeof self->page);
    begin_work(self, NOR_PROGRAM, page_address, NOR_PAGE, now_ns, PROGRAM_NS);
}

static void erase(struct nor_chip *self, uint32_t size, uint64_t now_ns, uint64_t duration_ns)
{
    if (self->address >= self->part->size) {
        nor_complain(self, "erase at %06X behind the chip's end", self->address);
    } else if (!is_protected(self)) {
        begin_work(self, NOR_ERASE, self->address & ~(size - 1), size, now_ns, duration_ns);
    }
}

static void erase_4k(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    erase(self, 4096, now_ns, 45ULL * MS);
}

static void erase_32k(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    erase(self, 32768, now_ns, 150ULL * MS);
}

static void erase_64k(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    erase(self, 65536, now_ns, 250ULL * MS);
}

static void erase_chip(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    self->address = 0;
    erase(self, self->part->size, now_ns, 12000ULL * MS);
}

static void take_status(struct nor_chip *self, uint32_t n, uint8_t byte)
{
    if (n == 0) {
        self->work.status = byte & STATUS_KEPT;
    }
}

static void write_status(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    if (n > 0) {
        begin_work(self, NOR_WRITE_STATUS, 0, 0, now_ns, WRITE_STATUS_NS);
    }
}

static void power_down(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    self->sleeping = true;
    self->wake_ns = now_ns + WAKE_NS;
}

static void release(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    if (self->sleeping) {
        self->sleeping = false;
        self->wake_ns = now_ns + WAKE_NS;
    }
}

static void enable_reset(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    (void)now_ns;
    self->reset_enabled = true;
}

static void reset(struct nor_chip *self, uint32_t n, uint64_t now_ns)
{
    (void)n;
    if (self->reset_enabled) {
        nor_software_reset(self, now_ns);
        self->wake_ns = now_ns + WAKE_NS;
    }
}

static const struct nor_command commands[] = {
    {0x03, 0, 3, 0, answer_cells, NULL, NULL},
    {0x0B, 0, 3, 1, answer_cells, NULL, NULL},
    {0x05, NOR_WHILE_BUSY | NOR_AT_START, 0, 0, answer_status, NULL, NULL},
    {0x02, NOR_NEEDS_WEL, 3, 0, NULL, take_data, program},
    {0x06, 0, 0, 0, NULL, NULL, set_write_enable},
    {0x04, 0, 0, 0, NULL, NULL, clear_write_enable},
    {0x20, NOR_NEEDS_WEL, 3, 0, NULL, NULL, erase_4k},
    {0x52, NOR_NEEDS_WEL, 3, 0, NULL, NULL, erase_32k},
    {0xD8, NOR_NEEDS_WEL, 3, 0, NULL, NULL, erase_64k},
    {0xC7, NOR_NEEDS_WEL, 0, 0, NULL, NULL, erase_chip},
    {0x35, NOR_WHILE_BUSY | NOR_AT_START, 0, 0, answer_zero, NULL, NULL},
    {0x01, NOR_NEEDS_WEL, 0, 0, NULL, take_status, write_status},
    {0x9F, NOR_AT_START, 0, 0, answer_jedec, NULL, NULL},
    {0x90, NOR_AT_START, 3, 0, answer_id, NULL, NULL},
    {0x5A, NOR_AT_START, 3, 1, answer_sfdp, NULL, NULL},
    {0xB9, NOR_AT_START, 0, 0, NULL, NULL, power_down},
    {0xAB, NOR_AT_START | NOR_WHILE_ASLEEP, 0, 3, answer_old_id, NULL, release},
    {0x66, NOR_AT_START, 0, 0, NULL, NULL, enable_reset},
    {0x99, NOR_AT_START, 0, 0, NULL, NULL, reset},
};

const struct nor_command *nor_find_command(uint8_t opcode)
{
    for (unsigned i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].opcode == opcode) {
            return &commands[i];
        }
    }
    return NULL;
}
