// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // MAP_ANONYMOUS
#include "tests/fake/flash.h"

#include <string.h>
#include <sys/mman.h>

#include "base/contract.h"
#include "node/port/flash.h"
#include "wire/image.h"

enum { SLOT_SIZE = WIRE_SLOT_SIZE, HALF = FLASH_HALF_PAGE_SIZE, HALVES = SLOT_SIZE / HALF };
#define MAP_BASE 0x08000000U
#define MAP_SIZE 0x00030000U

static struct {
    bool weak[HALVES];
    uint32_t until_cut;
    bool cut_armed;
    bool unseen;
    bool dark;
    bool unlocked;
    uint32_t random;
    uint32_t broken;
    unsigned broken_times;
    uint32_t operations;
    uint16_t erases[HALVES / 2];
} fake;

uint8_t *fake_flash_slot(void)
{
    return (uint8_t *)(uintptr_t)WIRE_SLOT_BASE; // NOLINT: the MCU's own address
}

void fake_flash_reset(void)
{
    static bool mapped;

    if (!mapped) {
        void *wanted = (void *)(uintptr_t)MAP_BASE;
        void *got = mmap(wanted, MAP_SIZE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        CONTRACT(got == wanted);
        mapped = true;
    }
    memset(&fake, 0, sizeof fake);
    memset(fake_flash_slot(), 0, SLOT_SIZE);
}

void fake_flash_cut(uint32_t operation, uint32_t seed)
{
    fake.until_cut = operation;
    fake.cut_armed = true;
    fake.unseen = false;
    fake.random = seed * 2654435761U + 1;
}

void fake_flash_cut_unseen(uint32_t operation, uint32_t seed)
{
    fake_flash_cut(operation, seed);
    fake.unseen = true;
}

bool fake_flash_was_cut(void)
{
    return fake.dark;
}

void fake_flash_break(uint32_t address, unsigned count)
{
    fake.broken = address;
    fake.broken_times = count;
}

uint32_t fake_flash_operations(void)
{
    return fake.operations;
}

unsigned fake_flash_erases(uint32_t address)
{
    return fake.erases[(address - WIRE_SLOT_BASE) / FLASH_PAGE_SIZE];
}

static uint8_t next_random(void)
{
    fake.random = fake.random * 1664525U + 1013904223U;
    return (uint8_t)(fake.random >> 24);
}

// Some bits of a weak half page read otherwise.
void fake_flash_restart(void)
{
    fake.dark = false;
    fake.cut_armed = false;
    fake.unlocked = false;
    bool unseen = fake.unseen;
    fake.unseen = false;
    for (unsigned i = 0; i < HALVES; i++) {
        if (fake.weak[i] && !unseen) {
            fake_flash_slot()[i * HALF + next_random() % HALF] ^=
                (uint8_t)(1U << next_random() % 8);
        }
    }
}

void flash_unlock(void)
{
    fake.unlocked = true;
}

void flash_lock(void)
{
    fake.unlocked = false;
}

static bool begin_operation(uint32_t address, unsigned halves)
{
    unsigned half = (address - WIRE_SLOT_BASE) / HALF;

    CONTRACT(fake.unlocked && address >= WIRE_SLOT_BASE && half + halves <= HALVES);
    fake.operations++;
    if (fake.cut_armed && fake.until_cut-- == 0) {
        fake.dark = true;
    }
    for (unsigned i = 0; i < halves; i++) {
        fake.weak[half + i] = fake.dark;
    }
    return !fake.dark;
}

enum status flash_erase_page(uint32_t address)
{
    uint8_t *page = (uint8_t *)(uintptr_t)address;

    CONTRACT(address % FLASH_PAGE_SIZE == 0);
    if (fake.dark) {
        return STATUS_IO;
    }
    bool whole = begin_operation(address, 2);
    fake.erases[(address - WIRE_SLOT_BASE) / FLASH_PAGE_SIZE]++;
    for (unsigned i = 0; i < FLASH_PAGE_SIZE; i++) {
        page[i] &= whole ? 0 : fake.unseen ? 0xFF : next_random();
    }
    return whole ? STATUS_OK : STATUS_IO;
}

enum status flash_program_half_page(uint32_t address, const uint32_t words[16])
{
    uint8_t *half = (uint8_t *)(uintptr_t)address;
    const uint8_t *bytes = (const uint8_t *)words;

    CONTRACT(address % HALF == 0);
    if (fake.dark) {
        return STATUS_IO;
    }
    bool whole = begin_operation(address, 1);
    for (unsigned i = 0; i < HALF; i++) {
        CONTRACT(half[i] == 0); // programming over what is not erased is refused by the controller
        half[i] = (uint8_t)(bytes[i] & (whole || fake.unseen ? 0xFF : next_random()));
    }
    if (whole && address == fake.broken && fake.broken_times > 0) {
        fake.broken_times--;
        half[5] ^= 4;
    }
    return whole ? STATUS_OK : STATUS_IO;
}
