// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/nor_chip.h"

#include <string.h>

#include "base/contract.h"
#include "node/port/clock.h"
#include "node/port/nor_bus.h"
#include "node/port/watchdog.h"

enum {
    BIT_TIME_NS = 500,
    BUSY = 0x01,
    WRITABLE = 0x02,
    COMMAND_MAX = 4 + 256 + 8,
};

struct fake_nor fake_nor;

static uint8_t memory[FAKE_NOR_SIZE];
static uint8_t command[COMMAND_MAX];
static size_t command_size;
static size_t answered;
static bool accepted; // the chip listens to this command
static bool writable;
static bool reset_enabled;
static uint64_t fed_us;

void fake_nor_reset(void)
{
    memset(&fake_nor, 0, sizeof fake_nor);
    memset(memory, 0xFF, sizeof memory);
    memset(fake_nor.sfdp, 0xFF, sizeof fake_nor.sfdp);
    fake_nor.bytes = memory;
    fake_nor.id = 0x5E4016;
    fake_nor.asleep = true;
    fake_nor.page_us = 500;
    fake_nor.erase_us = 45000;
    writable = reset_enabled = false;
    fed_us = 0;
}

// ---- time ----

static void pass(uint64_t us)
{
    fake_nor.now_us += us;
    fake_nor.busy_us -= us < fake_nor.busy_us ? (uint32_t)us : fake_nor.busy_us;
    if (fake_nor.now_us - fed_us > fake_nor.longest_unfed_us) {
        fake_nor.longest_unfed_us = fake_nor.now_us - fed_us;
    }
}

void clock_wait_us(uint32_t duration_us)
{
    pass(duration_us);
}

void watchdog_feed(void)
{
    fed_us = fake_nor.now_us;
}

// ---- the chip ----

static bool listens(uint8_t opcode)
{
    if (fake_nor.asleep) {
        return opcode == 0xAB;
    }
    return fake_nor.busy_us == 0 || opcode == 0x05;
}

static uint32_t address(void)
{
    return ((uint32_t)command[1] << 16 | (uint32_t)command[2] << 8 | command[3]) % FAKE_NOR_SIZE;
}

static uint8_t status(void)
{
    return (uint8_t)((fake_nor.busy_us > 0 ? BUSY : 0) | (writable ? WRITABLE : 0) |
                     fake_nor.protection);
}

static uint8_t answer(size_t index)
{
    switch (command[0]) {
    case 0x05:
        return status();
    case 0x9F:
        return fake_nor.needs_reset ? 0 : (uint8_t)(fake_nor.id >> (16 - 8 * (index % 3)));
    case 0x03:
        return memory[(address() + index) % FAKE_NOR_SIZE];
    case 0x5A: // one dummy byte
        return index == 0 || address() + index - 1 >= sizeof fake_nor.sfdp
                   ? 0xFF
                   : fake_nor.sfdp[address() + index - 1];
    default:
        return 0xFF;
    }
}

static void program(void)
{
    uint32_t page = address() & ~255U;

    for (size_t i = 4; i < command_size; i++) {
        memory[page + ((address() + i - 4) & 255U)] &= command[i];
    }
    fake_nor.busy_us = fake_nor.page_us;
}

static void erase(uint32_t size)
{
    memset(memory + (address() & ~(size - 1)), 0xFF, size);
    fake_nor.busy_us = fake_nor.erase_us;
}

static void write_status(void)
{
    if (!fake_nor.protection_stays) {
        fake_nor.protection = command[1] & 0x1C;
    }
    fake_nor.busy_us = 5000;
}

static void change(void)
{
    if (!writable) {
        return;
    }
    switch (command[0]) {
    case 0x01:
        write_status();
        break;
    case 0x02:
        program();
        break;
    case 0x20:
        erase(4096);
        break;
    case 0xD8:
        erase(65536);
        break;
    default:
        return;
    }
    writable = false;
}

static void execute(void)
{
    uint8_t opcode = command[0];
    bool was_enabled = reset_enabled;

    reset_enabled = opcode == 0x66;
    fake_nor.wakes += opcode == 0xAB;
    if (opcode == 0xAB) {
        fake_nor.asleep = false;
    } else if (opcode == 0xB9) {
        fake_nor.asleep = true;
    } else if (opcode == 0x06) {
        // The status write itself must stay possible, or no driver could ever clear the bits.
        writable = !fake_nor.refuses_enable || fake_nor.protection == 0;
        fake_nor.refuses_enable = false;
    } else if (opcode == 0x99 && was_enabled) {
        fake_nor.needs_reset = false;
    } else {
        change();
    }
}

// ---- the bus ----

void nor_bus_open(void)
{
    nor_bus_park();
    fake_nor.bus_open = true;
}

void nor_bus_park(void)
{
    fake_nor.bus_open = false;
    fake_nor.selected = false;
}

void nor_bus_select(bool selected)
{
    CONTRACT(fake_nor.bus_open && fake_nor.selected != selected);
    fake_nor.selected = selected;
    if (selected) {
        command_size = answered = 0;
        accepted = false;
    } else if (accepted) {
        execute();
    }
}

void nor_bus_write(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        CONTRACT(fake_nor.selected && command_size < COMMAND_MAX && answered == 0);
        command[command_size++] = bytes[i];
        if (command_size == 1 && fake_nor.line == FAKE_NOR_FITTED) {
            accepted = listens(bytes[0]);
            fake_nor.ignored += !accepted;
        }
    }
    pass(size * 8 * BIT_TIME_NS / 1000);
}

void nor_bus_read(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t silence = fake_nor.line == FAKE_NOR_HELD_LOW ? 0x00 : 0xFF;
        bytes[i] = accepted ? answer(answered) : silence;
        answered++;
    }
    pass(size * 8 * BIT_TIME_NS / 1000);
}
