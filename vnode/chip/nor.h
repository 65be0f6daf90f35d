// SPDX-License-Identifier: Apache-2.0
// An SPI NOR flash of the W25Q32 class behind its four pins, SPI mode 0 and 3 (docs/memory.md, "NOR").
// Strict: what a data sheet forbids leaves a text in `misuse`. A chip is not reset with the MCU, so nodes cannot know in what
// state it is: from power-on or a reset of the MCU until a status read says that the chip is awake and idle, the
// commands of the start sequence (AB 05 35 9F 90 5A 66 99 B9) are let pass in any state, and ignored where silicon
// ignores them.
#ifndef NBOTA_VNODE_CHIP_NOR_H
#define NBOTA_VNODE_CHIP_NOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vnode/chip/torn.h"

enum { NOR_PAGE = 256 };

struct nor_part {
    const char *name;
    uint8_t id[3];      // JEDEC id
    uint8_t size_shift; // 2^n bytes, 16..24
    bool has_sfdp;
    uint32_t size; // bytes, 64 KB..16 MB
};

extern const struct nor_part nor_zb25vq32; // 5E 40 16, 4 MB

// Bits that read `level` whatever was written, in [address, address + size); size 0 = none.
struct nor_stuck {
    uint32_t address, size;
    uint8_t mask, level;
};

// Orders of a test; any time with nor_set_faults(), before the first command as they are.
struct nor_faults {
    bool held_low; // a missing chip's MISO reads 0 instead of floating high
    bool silent;   // fitted, but answers nothing: as if it were missing
    bool stuck_busy;
    bool deaf;              // programs and erases take their time and change nothing
    bool locked;            // the BP bits cannot be cleared
    uint8_t id[3];          // JEDEC id that it answers; all 0 = its own
    uint64_t busy_until_ns; // busy until then, with nothing
    struct nor_stuck stuck;
};

enum nor_work_kind { NOR_NOTHING, NOR_PROGRAM, NOR_ERASE, NOR_WRITE_STATUS };

// What the chip does by itself after CS has gone high. Content changes when it ends.
struct nor_work {
    enum nor_work_kind kind;
    uint32_t address, size;
    uint64_t begin_ns, end_ns;
    // NOR_PROGRAM: bytes of the page at `address`, FF where nothing is programmed.
    uint8_t page[NOR_PAGE];
    uint8_t status;
};

struct nor_chip {
    const struct nor_part *part; // NULL = none fitted
    uint8_t *data;               // part->size bytes, owned
    struct nor_faults faults;
    char misuse[64]; // empty, or what was wrong; the reader clears it

    bool selected, clock, miso; // levels; CS is low while selected
    uint8_t in, out;
    uint8_t bits;   // of the byte that comes in
    uint32_t count; // bytes since CS went low
    const struct nor_command *command;
    uint32_t address;
    bool ignores; // until CS goes high

    bool sleeping, write_enabled, reset_enabled, known;
    bool forgives;    // a fault came unseen: no misuse until a status read behind its end says idle
    bool altered;     // cells have changed by themselves: what was erased may not be
    uint8_t status;   // BP and SRP bits, kept without power
    uint64_t wake_ns; // first moment a command is heard after AB or B9
    uint32_t programmed; // bytes of the present page program
    uint8_t page[NOR_PAGE];
    struct nor_work work;
    struct weak_words weak;
    uint64_t weak_random;
};

// `part` NULL: no chip. Aborts without memory.
void nor_init(struct nor_chip *self, const struct nor_part *part);
void nor_free(struct nor_chip *self);
// Room for `part`'s content in a chip that may hold another one; NULL for no part. For copies.
uint8_t *nor_room(struct nor_chip *self, const struct nor_part *part);

void nor_power_on(struct nor_chip *self);
// What is under way is torn.
void nor_power_off(struct nor_chip *self, uint64_t now_ns, uint64_t *random);
// The MCU forgot what state the chip is in; the chip itself goes on.
void nor_mcu_reset(struct nor_chip *self);

// ---- nor_fault.c ----

// The chip fails, or is well again (all 0), while the MCU believes what it knew: commands that do not fit are ignored as
// silicon ignores them, and are no misuse. One that is stuck in its work is awake.
void nor_set_faults(struct nor_chip *self, const struct nor_faults *faults);
bool nor_is_faulty(const struct nor_chip *self);
// A supply dip has set the BP bits.
void nor_protect(struct nor_chip *self);
// One bit (0..7) of the cell at `address` turns over. False when there is no such cell.
bool nor_flip(struct nor_chip *self, uint32_t address, unsigned bit);
// `count` bits anywhere in [address, address + size) turn over, the same ones for the same `seed`.
bool nor_flip_some(struct nor_chip *self, uint32_t address, uint32_t size, uint64_t count,
                   uint64_t seed);

// ---- the line ----

// CS changes its level. True when the chip begins `work`.
bool nor_select(struct nor_chip *self, bool high, uint64_t now_ns);
// SCLK rises with `mosi` on the line; true when a byte is complete and nor_byte() must be called.
static inline bool nor_clock_rises(struct nor_chip *self, bool mosi)
{
    if (!self->selected) {
        return false;
    }
    self->in = (uint8_t)(self->in << 1 | (mosi ? 1 : 0));
    return (++self->bits & 7) == 0;
}
static inline void nor_clock_falls(struct nor_chip *self)
{
    self->miso = (self->out & 0x80) != 0;
    self->out = (uint8_t)(self->out << 1 | 1);
}
void nor_byte(struct nor_chip *self, uint64_t now_ns);
// Level of MISO.
static inline bool nor_miso(const struct nor_chip *self)
{
    return self->selected ? self->miso : !self->faults.held_low;
}
// Finishes what has ended by `now_ns`.
void nor_settle(struct nor_chip *self, uint64_t now_ns);
bool nor_is_busy(const struct nor_chip *self, uint64_t now_ns);

#endif
