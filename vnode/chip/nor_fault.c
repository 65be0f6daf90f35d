// SPDX-License-Identifier: Apache-2.0
// What can be wrong with the chip, or with what it holds, while the MCU does not know.
#include "vnode/chip/nor_command.h"

static bool has_other_id(const struct nor_chip *self)
{
    const uint8_t *id = self->faults.id;

    return (id[0] | id[1] | id[2]) != 0;
}

bool nor_is_faulty(const struct nor_chip *self)
{
    const struct nor_faults *faults = &self->faults;

    return faults->held_low || faults->silent || faults->stuck_busy || faults->deaf ||
           faults->locked || faults->stuck.size > 0 || has_other_id(self);
}

static void come_unseen(struct nor_chip *self)
{
    self->known = false;
    self->forgives = true;
}

void nor_set_faults(struct nor_chip *self, const struct nor_faults *faults)
{
    bool is_busy = faults->stuck_busy || faults->busy_until_ns > 0;

    self->faults = *faults;
    self->sleeping = self->sleeping && !is_busy;
    self->altered = self->altered || faults->deaf || faults->stuck.size > 0;
    if (faults->locked) {
        self->status |= NOR_STATUS_BP;
    }
    come_unseen(self);
}

void nor_protect(struct nor_chip *self)
{
    self->status |= NOR_STATUS_BP;
    come_unseen(self);
}

bool nor_flip(struct nor_chip *self, uint32_t address, unsigned bit)
{
    if (self->part == NULL || address >= self->part->size) {
        return false;
    }
    self->data[address] ^= (uint8_t)(1U << (bit & 7));
    self->altered = true;
    return true;
}

bool nor_flip_some(struct nor_chip *self, uint32_t address, uint32_t size, uint64_t count,
                   uint64_t seed)
{
    uint64_t random = seed + 1; // never zero

    if (self->part == NULL || size == 0 || address >= self->part->size ||
        size > self->part->size - address) {
        return false;
    }
    for (uint64_t i = 0; i < count; i++) {
        uint32_t at = address + torn_random(&random) % size;
        (void)nor_flip(self, at, torn_random(&random) & 7);
    }
    return true;
}

uint8_t nor_stuck_cell(const struct nor_chip *self, uint32_t address, uint8_t cell)
{
    const struct nor_stuck *stuck = &self->faults.stuck;

    if (address - stuck->address >= stuck->size) {
        return cell;
    }
    return (uint8_t)((cell & ~stuck->mask) | (stuck->level & stuck->mask));
}

uint8_t nor_kept_status(const struct nor_chip *self, uint8_t status)
{
    return self->faults.locked ? status | NOR_STATUS_BP : status;
}

const uint8_t *nor_id(const struct nor_chip *self)
{
    return has_other_id(self) ? self->faults.id : self->part->id;
}
