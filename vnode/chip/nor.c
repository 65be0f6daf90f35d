// SPDX-License-Identifier: Apache-2.0
// The chip's life and the framing of commands. Opcodes: nor_command.c.
#include "vnode/chip/nor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "vnode/chip/nor_command.h"

const struct nor_part nor_zb25vq32 = {"ZB25VQ32", {0x5E, 0x40, 0x16}, 22, true, 4U << 20};

uint8_t *nor_room(struct nor_chip *self, const struct nor_part *part)
{
    size_t size = part == NULL ? 0 : part->size;

    if (self->part != NULL && self->part->size == size) {
        return self->data;
    }
    free(self->data);
    self->data = size == 0 ? NULL : malloc(size);
    CONTRACT(size == 0 || self->data != NULL);
    return self->data;
}

void nor_init(struct nor_chip *self, const struct nor_part *part)
{
    memset(self, 0, sizeof *self);
    self->data = nor_room(self, part);
    self->part = part;
    self->weak_random = 0x5EED;
    self->out = 0xFF;
    if (part != NULL) {
        memset(self->data, 0xFF, part->size);
    }
}

void nor_free(struct nor_chip *self)
{
    free(self->data);
    self->data = NULL;
    self->part = NULL;
}

void nor_complain(struct nor_chip *self, const char *format, ...)
{
    va_list arguments;

    if (self->forgives || self->misuse[0] != '\0') {
        return; // the first one is the cause
    }
    va_start(arguments, format);
    vsnprintf(self->misuse, sizeof self->misuse, format, arguments);
    va_end(arguments);
}

void nor_power_on(struct nor_chip *self)
{
    self->selected = self->sleeping = self->write_enabled = self->reset_enabled = false;
    self->known = false;
    self->wake_ns = 0;
    self->misuse[0] = '\0';
}

void nor_mcu_reset(struct nor_chip *self)
{
    self->known = false;
}

bool nor_is_busy(const struct nor_chip *self, uint64_t now_ns)
{
    return self->faults.stuck_busy || now_ns < self->faults.busy_until_ns ||
           (self->work.kind != NOR_NOTHING && now_ns < self->work.end_ns);
}

static void apply(struct nor_chip *self)
{
    const struct nor_work *work = &self->work;

    if (self->faults.deaf && work->kind != NOR_WRITE_STATUS) {
        return;
    }
    if (work->kind == NOR_PROGRAM) {
        for (uint32_t i = 0; i < NOR_PAGE; i++) {
            self->data[work->address + i] &= work->page[i];
        }
    } else if (work->kind == NOR_ERASE) {
        memset(self->data + work->address, 0xFF, work->size);
    } else if (work->kind == NOR_WRITE_STATUS) {
        self->status = nor_kept_status(self, work->status);
    }
    weak_forget(&self->weak, work->address, work->kind == NOR_WRITE_STATUS ? 0 : work->size);
}

void nor_settle(struct nor_chip *self, uint64_t now_ns)
{
    if (self->work.kind != NOR_NOTHING && now_ns >= self->work.end_ns) {
        apply(self);
        self->work.kind = NOR_NOTHING;
        self->write_enabled = false;
    }
}

static void leave_word(struct nor_chip *self, uint32_t offset, uint32_t fraction, uint64_t *random)
{
    const struct nor_work *work = &self->work;
    struct weak_word word = {.address = work->address + offset, .fraction = fraction};
    uint8_t *cells = self->data + word.address;

    memcpy(&word.old, cells, 4);
    word.new = 0xFFFFFFFF;
    if (work->kind == NOR_PROGRAM) {
        memcpy(&word.new, work->page + offset, 4);
        word.new &= word.old;
    }
    uint32_t content = torn_leave(&self->weak, random, &word);
    memcpy(cells, &content, 4);
}

static void tear(struct nor_chip *self, uint64_t now_ns, uint64_t *random)
{
    const struct nor_work *work = &self->work;
    bool cells = (work->kind == NOR_PROGRAM || work->kind == NOR_ERASE) && !self->faults.deaf;

    nor_settle(self, now_ns);
    if (cells && self->work.kind != NOR_NOTHING) {
        uint64_t whole_ns = work->end_ns - work->begin_ns;
        uint32_t fraction = (uint32_t)((now_ns - work->begin_ns) * TORN_WHOLE / whole_ns);
        for (uint32_t offset = 0; offset < work->size; offset += 4) {
            leave_word(self, offset, fraction, random);
        }
    }
    self->work.kind = NOR_NOTHING;
}

void nor_power_off(struct nor_chip *self, uint64_t now_ns, uint64_t *random)
{
    if (self->part != NULL) {
        tear(self, now_ns, random);
    }
    self->selected = false;
}

void nor_software_reset(struct nor_chip *self, uint64_t now_ns)
{
    tear(self, now_ns, &self->weak_random);
    nor_power_on(self);
}

uint8_t nor_cell(struct nor_chip *self, uint32_t address)
{
    uint32_t at = address & (self->part->size - 1);
    uint32_t word;

    if (self->weak.count == 0 || !weak_read(&self->weak, &self->weak_random, at & ~3U, &word)) {
        return nor_stuck_cell(self, at, self->data[at]);
    }
    return nor_stuck_cell(self, at, (uint8_t)(word >> 8 * (at & 3)));
}

// Decides at the opcode whether the command is carried out, ignored, or wrong.
static bool accepts(struct nor_chip *self, const struct nor_command *command, uint64_t now_ns)
{
    bool may_be_unknown = !self->known && (command->flags & NOR_AT_START) != 0;

    if (now_ns < self->wake_ns) {
        nor_complain(self, "command %02X less than 30 us after AB or B9", command->opcode);
        return false;
    }
    if (self->sleeping && (command->flags & NOR_WHILE_ASLEEP) == 0) {
        if (!may_be_unknown) {
            nor_complain(self, "command %02X in deep power-down", command->opcode);
        }
        return false;
    }
    if (nor_is_busy(self, now_ns) && (command->flags & NOR_WHILE_BUSY) == 0) {
        if (!may_be_unknown) {
            nor_complain(self, "command %02X while busy", command->opcode);
        }
        return may_be_unknown && command->opcode == 0x99;
    }
    if ((command->flags & NOR_NEEDS_WEL) != 0 && !self->write_enabled) {
        nor_complain(self, "command %02X without write enable", command->opcode);
        return false;
    }
    return true;
}

static void begin_command(struct nor_chip *self, uint8_t opcode, uint64_t now_ns)
{
    self->command = nor_find_command(opcode);
    self->address = 0;
    self->programmed = 0;
    if (self->command == NULL) {
        nor_complain(self, "command %02X is not known", opcode);
        self->ignores = true;
        return;
    }
    self->ignores = !accepts(self, self->command, now_ns);
    if (opcode != 0x99) {
        self->reset_enabled = self->reset_enabled && self->ignores;
    }
}

// Byte `count` - 1 has come in; what is shifted out next answers its successor.
void nor_byte(struct nor_chip *self, uint64_t now_ns)
{
    uint8_t byte = self->in;

    self->out = 0xFF;
    if (self->part == NULL || self->faults.silent) {
        self->out = self->faults.held_low ? 0 : 0xFF;
        return;
    }
    if (self->count++ == 0) {
        nor_settle(self, now_ns);
        begin_command(self, byte, now_ns);
    } else if (!self->ignores && self->count - 1 <= self->command->address_bytes) {
        self->address = self->address << 8 | byte;
    } else if (!self->ignores && self->command->take != NULL) {
        self->command->take(self, self->count - 2 - self->command->address_bytes, byte);
    }
    if (self->ignores) { // a busy or sleeping chip drives nothing that is worth reading
        self->out = nor_is_busy(self, now_ns) ? 0 : 0xFF;
        return;
    }
    uint32_t before = 1U + self->command->address_bytes + self->command->dummy_bytes;
    if (self->command->answer != NULL && self->count >= before) {
        nor_settle(self, now_ns);
        self->out = self->command->answer(self, self->count - before, now_ns);
    }
}

static void begin_select(struct nor_chip *self)
{
    self->selected = true;
    self->count = self->bits = 0;
    self->command = NULL;
    self->ignores = false;
    self->out = self->part == NULL && self->faults.held_low ? 0 : 0xFF;
    self->miso = !self->faults.held_low;
}

bool nor_select(struct nor_chip *self, bool high, uint64_t now_ns)
{
    enum nor_work_kind before = self->work.kind;

    if (!high) {
        begin_select(self);
        return false;
    }
    bool was_selected = self->selected;
    self->selected = false;
    if (!was_selected || self->part == NULL || self->command == NULL || self->ignores) {
        return false;
    }
    uint32_t head = 1U + self->command->address_bytes;
    if (self->bits % 8 != 0 || self->count < head) {
        if (self->known) {
            nor_complain(self, "CS high inside command %02X", self->command->opcode);
        }
        return false;
    }
    if (self->command->finish != NULL) {
        self->command->finish(self, self->count - head, now_ns);
    }
    return before == NOR_NOTHING &&
           (self->work.kind == NOR_PROGRAM || self->work.kind == NOR_ERASE);
}
