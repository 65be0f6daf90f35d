// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/eeprom.h"

#include <stdbool.h>
#include <string.h>

#include "base/contract.h"
#include "node/port/eeprom.h"

enum { SIZE = 6144 };

static struct {
    uint8_t bytes[SIZE];
    uint32_t writes;
    uint32_t until_cut;
    uint32_t mask;
    bool cut_armed;
    bool dark;
} fake;

void fake_eeprom_reset(void)
{
    memset(&fake, 0, sizeof fake);
}

void fake_eeprom_cut(uint32_t write, uint32_t mask)
{
    fake.until_cut = write;
    fake.mask = mask;
    fake.cut_armed = true;
}

void fake_eeprom_restore_power(void)
{
    fake.dark = false;
    fake.cut_armed = false;
}

uint32_t fake_eeprom_writes(void)
{
    return fake.writes;
}

void eeprom_read(uint32_t offset, void *buffer, size_t size)
{
    CONTRACT(offset + size <= SIZE);
    memcpy(buffer, fake.bytes + offset, size);
}

enum status eeprom_write_word(uint32_t offset, uint32_t word)
{
    uint32_t old;

    CONTRACT(offset + 4 <= SIZE && offset % 4 == 0);
    if (fake.dark) {
        return STATUS_IO;
    }
    memcpy(&old, fake.bytes + offset, 4);
    if (fake.cut_armed && fake.until_cut-- == 0) {
        fake.dark = true;
        word = (old & ~fake.mask) | (word & fake.mask);
    }
    memcpy(fake.bytes + offset, &word, 4);
    fake.writes++;
    return fake.dark ? STATUS_IO : STATUS_OK;
}
