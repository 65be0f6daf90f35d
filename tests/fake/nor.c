// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/nor.h"

#include <string.h>

#include "base/contract.h"
#include "node/port/nor.h"

enum { NO_ADDRESS = FAKE_NOR_AREA };

static struct {
    uint8_t bytes[FAKE_NOR_AREA];
    uint32_t size;
    bool fitted;
    bool open;
    bool asleep;
    uint32_t reads_left;
    uint32_t reads_until_lost;
    uint32_t reads_until_exchanged;
    uint32_t changed_at;
    struct span change;
    uint32_t until_cut;
    bool cut_armed;
    bool dark;
    uint32_t random;
    uint32_t broken;
    uint32_t operations;
} fake;

void fake_nor_area_reset(void)
{
    memset(&fake, 0, sizeof fake);
    memset(fake.bytes, 0xFF, sizeof fake.bytes);
    fake.fitted = true;
    fake.size = FAKE_NOR_AREA;
    fake.reads_left = UINT32_MAX;
    fake.reads_until_lost = UINT32_MAX;
    fake.reads_until_exchanged = UINT32_MAX;
    fake.broken = NO_ADDRESS;
}

uint8_t *fake_nor_area(void)
{
    return fake.bytes;
}

void fake_nor_area_fit(bool fitted)
{
    fake.fitted = fitted;
}

void fake_nor_area_resize(uint32_t size)
{
    fake.size = size;
}

void fake_nor_area_fail_reads(uint32_t count)
{
    fake.reads_left = count;
}

void fake_nor_area_lose(uint32_t count)
{
    fake.reads_until_lost = count;
}

void fake_nor_area_exchange(uint32_t count, uint32_t address, struct span change)
{
    fake.reads_until_exchanged = count;
    fake.changed_at = address;
    fake.change = change;
}

void fake_nor_area_cut(uint32_t operation, uint32_t seed)
{
    fake.until_cut = operation;
    fake.cut_armed = true;
    fake.random = seed * 2654435761U + 1;
}

bool fake_nor_area_was_cut(void)
{
    return fake.dark;
}

void fake_nor_area_restore_power(void)
{
    fake.dark = false;
    fake.cut_armed = false;
    fake.open = false;
}

void fake_nor_area_break_byte(uint32_t address)
{
    fake.broken = address;
}

bool fake_nor_area_is_asleep(void)
{
    return fake.asleep;
}

uint32_t fake_nor_area_operations(void)
{
    return fake.operations;
}

enum status nor_open(void)
{
    fake.open = fake.fitted && fake.reads_until_lost > 0;
    fake.asleep = false;
    return fake.open ? STATUS_OK : STATUS_NOT_FOUND;
}

void nor_sleep(void)
{
    fake.open = false;
    fake.asleep = true;
}

uint32_t nor_size_bytes(void)
{
    return fake.open ? fake.size : 0;
}

static void count_to_the_exchange(void)
{
    if (fake.reads_until_exchanged == UINT32_MAX || fake.reads_until_exchanged-- > 0) {
        return;
    }
    for (size_t i = 0; i < fake.change.size; i++) {
        fake.bytes[fake.changed_at + i] ^= fake.change.data[i];
    }
}

enum status nor_read(uint32_t address, void *buffer, size_t size)
{
    CONTRACT(address + size <= fake.size);
    if (!fake.open || fake.dark || fake.reads_left == 0) {
        return STATUS_IO;
    }
    count_to_the_exchange();
    fake.reads_left -= fake.reads_left != UINT32_MAX;
    if (fake.reads_until_lost == 0) {
        memset(buffer, 0xFF, size);
        return STATUS_OK;
    }
    fake.reads_until_lost -= fake.reads_until_lost != UINT32_MAX;
    memcpy(buffer, fake.bytes + address, size);
    return STATUS_OK;
}

static uint8_t next_random(void)
{
    fake.random = fake.random * 1664525U + 1013904223U;
    return (uint8_t)(fake.random >> 24);
}

// Whether this operation is whole; a torn one leaves a mix.
static bool begin_operation(void)
{
    fake.operations++;
    if (fake.cut_armed && fake.until_cut-- == 0) {
        fake.dark = true;
    }
    return !fake.dark;
}

static void program_page(uint32_t address, const uint8_t *bytes, size_t size)
{
    bool whole = begin_operation();

    for (size_t i = 0; i < size; i++) {
        uint8_t kept = whole ? 0 : next_random();
        kept |= address + i == fake.broken ? 1 : 0;
        fake.bytes[address + i] &= (uint8_t)(bytes[i] | kept);
    }
}

enum status nor_program(uint32_t address, struct span bytes)
{
    CONTRACT(address + bytes.size <= fake.size);
    while (bytes.size > 0) {
        if (!fake.open || fake.dark) {
            return STATUS_IO;
        }
        size_t room = NOR_PAGE_SIZE - address % NOR_PAGE_SIZE;
        size_t taken = bytes.size < room ? bytes.size : room;
        program_page(address, bytes.data, taken);
        address += (uint32_t)taken;
        bytes = span_after(bytes, taken);
    }
    return fake.dark ? STATUS_IO : STATUS_OK;
}

static enum status erase(uint32_t address, uint32_t size)
{
    CONTRACT(address % size == 0 && address + size <= fake.size);
    if (!fake.open || fake.dark) {
        return STATUS_IO;
    }
    bool whole = begin_operation();
    for (uint32_t i = 0; i < size; i++) {
        fake.bytes[address + i] |= whole ? 0xFF : next_random();
    }
    return whole ? STATUS_OK : STATUS_IO;
}

enum status nor_erase_sector(uint32_t address)
{
    return erase(address, NOR_SECTOR_SIZE);
}

enum status nor_erase_block64k(uint32_t address)
{
    return erase(address, NOR_BLOCK_SIZE);
}
