// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/eeprom.h"

#include <string.h>

#include "base/contract.h"
#include "node/port/eeprom.h"

enum { SIZE = 6144, WORDS = SIZE / 4, WEAK_MAX = 16 };

struct weak {
    uint32_t offset;
    uint32_t old;
    uint32_t intended;
};

static struct {
    uint32_t words[WORDS];
    struct weak weak[WEAK_MAX];
    unsigned weak_count;
    uint32_t random;
    uint32_t writes;
    uint32_t until_cut;
    uint32_t mask;
    bool stays_weak;
    bool cuts_erase;
    bool cut_armed;
    bool dark;
    bool broken;
} fake;

void fake_eeprom_reset(void)
{
    memset(&fake, 0, sizeof fake);
}

void fake_eeprom_cut(uint32_t write, uint32_t mask)
{
    fake.until_cut = write;
    fake.mask = mask;
    fake.stays_weak = false;
    fake.cuts_erase = mask % 2 == 0;
    fake.cut_armed = true;
}

void fake_eeprom_cut_weak(uint32_t write, uint32_t seed)
{
    fake_eeprom_cut(write, 0);
    fake.stays_weak = true;
    fake.cuts_erase = seed % 2 == 0;
    fake.random = seed * 2654435761U + 1;
}

void fake_eeprom_restore_power(void)
{
    fake.dark = false;
    fake.cut_armed = false;
}

bool fake_eeprom_was_cut(void)
{
    return fake.dark;
}

uint8_t *fake_eeprom_bytes(void)
{
    return (uint8_t *)fake.words;
}

uint32_t fake_eeprom_writes(void)
{
    return fake.writes;
}

void fake_eeprom_break(bool broken)
{
    fake.broken = broken;
}

static uint32_t next_random(void)
{
    fake.random = fake.random * 1664525U + 1013904223U;
    return fake.random >> 8 ^ fake.random << 13;
}

// One time in four each: as it was, as it should be; else any mix. Never what has nothing to do with either.
static void read_weak(const struct weak *weak)
{
    uint32_t mixes[4] = {0, UINT32_MAX, next_random(), next_random()};
    uint32_t mask = mixes[next_random() % 4];

    fake.words[weak->offset / 4] = (weak->old & ~mask) | (weak->intended & mask);
}

void eeprom_read(uint32_t offset, void *buffer, size_t size)
{
    CONTRACT(offset + size <= SIZE);
    for (unsigned i = 0; i < fake.weak_count; i++) {
        read_weak(&fake.weak[i]);
    }
    memcpy(buffer, (const uint8_t *)fake.words + offset, size);
}

static void forget_weak(uint32_t offset)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < fake.weak_count; i++) {
        if (fake.weak[i].offset != offset) {
            fake.weak[kept++] = fake.weak[i];
        }
    }
    fake.weak_count = kept;
}

static void add_weak(struct weak weak)
{
    CONTRACT(fake.weak_count < WEAK_MAX);
    fake.weak[fake.weak_count++] = weak;
}

void fake_eeprom_weaken(uint32_t offset)
{
    uint32_t word = fake.words[offset / 4];

    forget_weak(offset);
    add_weak((struct weak){offset, word, ~word});
}

static void tear(uint32_t offset, uint32_t word)
{
    uint32_t old = fake.words[offset / 4];

    if (old != 0 && word != 0) {
        old = fake.cuts_erase ? old : 0;
        word = fake.cuts_erase ? 0 : word;
    }
    fake.dark = true;
    fake.words[offset / 4] = (old & ~fake.mask) | (word & fake.mask);
    if (fake.stays_weak) {
        add_weak((struct weak){offset, old, word});
    }
}

enum status eeprom_write_word(uint32_t offset, uint32_t word)
{
    CONTRACT(offset + 4 <= SIZE && offset % 4 == 0);
    if (fake.dark || fake.broken) {
        return STATUS_IO;
    }
    forget_weak(offset);
    if (fake.cut_armed && fake.until_cut-- == 0) {
        tear(offset, word);
        return STATUS_IO;
    }
    fake.words[offset / 4] = word;
    fake.writes++;
    return STATUS_OK;
}
