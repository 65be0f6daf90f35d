// SPDX-License-Identifier: Apache-2.0
// The chip is not reset with the MCU: at the start it may be asleep, erasing, or in the middle of a command. Every wait
// polls its status and has a bound (docs/memory.md).
#include "node/port/nor.h"

#include <stdbool.h>

#include "node/driver/nor/command.h"
#include "node/driver/nor/identify.h"
#include "node/port/clock.h"
#include "node/port/counters.h"
#include "node/port/nor_bus.h"
#include "node/port/watchdog.h"

enum {
    SETTLE_US = 1000, // CS high, so that a command cut short is over
    WAKE_US = 100,    // AB to the first command, B9 to sleep, 66 99 to ready; class 30 µs
    START_BOUND_MS = 4000,
    FEED_EVERY_MS = 1000,
    PROGRAM_BOUND_MS = 10,
    SECTOR_BOUND_MS = 1000,
    BLOCK_BOUND_MS = 4000,
    STATUS_BOUND_MS = 100,
};
#define ID_NONE_HIGH 0xFFFFFFU // a floating line
#define ID_NONE_LOW  0U        // a line held low

static struct {
    uint32_t size_bytes; // 0 = not open
    bool asleep;         // this firmware sent it to sleep, and nothing else has woken it since
} chip;

// ---- the start ----

static enum status wait_for_old_work(void)
{
    for (uint32_t waited = 0; waited < START_BOUND_MS; waited += FEED_EVERY_MS) {
        if (nor_status() == NOR_STATUS_NO_CHIP || nor_wait_ready(FEED_EVERY_MS) == STATUS_OK) {
            return STATUS_OK;
        }
        watchdog_feed();
    }
    return STATUS_TIMEOUT;
}

static enum status wake(void)
{
    nor_bus_open();
    chip.asleep = false;
    clock_wait_us(SETTLE_US);
    nor_command(NOR_WAKE);
    clock_wait_us(WAKE_US);
    return wait_for_old_work();
}

static bool is_nobody(uint32_t id)
{
    return id == ID_NONE_HIGH || id == ID_NONE_LOW;
}

static uint32_t read_id_twice(void)
{
    uint32_t id = nor_read_id();

    if (is_nobody(id)) {
        nor_command(NOR_RESET_ENABLE);
        nor_command(NOR_RESET);
        clock_wait_us(WAKE_US);
        id = nor_read_id();
    }
    return id;
}

static enum status clear_protection(void)
{
    static const uint8_t open[] = {NOR_WRITE_STATUS, 0x00};

    nor_command(NOR_WRITE_ENABLE);
    nor_bus_select(true);
    nor_bus_write(open, sizeof open);
    nor_bus_select(false);
    return nor_wait_ready(STATUS_BOUND_MS);
}

static enum status identify(void)
{
    uint32_t id = read_id_twice();
    uint32_t size_bytes = is_nobody(id) ? 0 : nor_capacity(id);

    if (size_bytes == 0) {
        return STATUS_NOT_FOUND;
    }
    if ((nor_status() & NOR_STATUS_PROTECTED) != 0 &&
        (clear_protection() != STATUS_OK || (nor_status() & NOR_STATUS_PROTECTED) != 0)) {
        return STATUS_NOT_FOUND;
    }
    chip.size_bytes = size_bytes;
    return STATUS_OK;
}

static void fall_asleep(void)
{
    nor_command(NOR_DEEP_SLEEP);
    clock_wait_us(WAKE_US);
    nor_bus_park();
    chip.asleep = true;
    chip.size_bytes = 0;
}

enum status nor_open(void)
{
    chip.size_bytes = 0;
    enum status status = wake();
    if (status == STATUS_OK) {
        status = identify();
    }
    if (status != STATUS_OK) {
        fall_asleep();
    }
    return status;
}

void nor_sleep(void)
{
    if (chip.asleep) {
        return;
    }
    if (chip.size_bytes == 0) {
        (void)wake(); // asleep or at work since before the reset
    } else {
        (void)nor_wait_ready(BLOCK_BOUND_MS);
    }
    fall_asleep();
}

uint32_t nor_size_bytes(void)
{
    return chip.size_bytes;
}

// ---- the work ----

static enum status check(uint32_t address, size_t size)
{
    if (chip.size_bytes == 0) {
        return STATUS_IO;
    }
    bool inside = address <= chip.size_bytes && size <= chip.size_bytes - address;
    return inside ? STATUS_OK : STATUS_INVALID;
}

enum status nor_read(uint32_t address, void *buffer, size_t size)
{
    enum status status = check(address, size);

    if (status == STATUS_OK) {
        nor_command_in(NOR_READ, address, buffer, size);
    }
    return status;
}

static bool is_writable(void)
{
    nor_command(NOR_WRITE_ENABLE);
    return (nor_status() & (NOR_STATUS_WRITABLE | NOR_STATUS_PROTECTED)) == NOR_STATUS_WRITABLE;
}

// A chip that refuses gets one chance: its protection may have come back with a supply dip.
static enum status enable_write(void)
{
    if (is_writable()) {
        return STATUS_OK;
    }
    enum status status = clear_protection();
    if (status == STATUS_OK && is_writable()) {
        return STATUS_OK;
    }
    counter_add(COUNTER_NOR);
    return STATUS_IO;
}

// A program across a page's end would wrap inside the page.
static size_t part_size(uint32_t address, size_t left)
{
    size_t room = NOR_PAGE_SIZE - address % NOR_PAGE_SIZE;

    return left < room ? left : room;
}

enum status nor_program(uint32_t address, struct span bytes)
{
    enum status status = check(address, bytes.size);

    while (bytes.size > 0 && status == STATUS_OK) {
        size_t size = part_size(address, bytes.size);
        status = enable_write();
        if (status == STATUS_OK) {
            nor_command_out(NOR_PROGRAM, address, bytes.data, size);
            status = nor_wait_ready(PROGRAM_BOUND_MS);
        }
        address += (uint32_t)size;
        bytes = span_after(bytes, size);
    }
    return status;
}

static enum status erase(enum nor_opcode opcode, uint32_t address, uint32_t size, uint32_t bound_ms)
{
    enum status status = address % size == 0 ? check(address, size) : STATUS_INVALID;

    if (status == STATUS_OK) {
        status = enable_write();
    }
    if (status == STATUS_OK) {
        nor_command_out(opcode, address, NULL, 0);
        status = nor_wait_ready(bound_ms);
    }
    return status;
}

enum status nor_erase_sector(uint32_t address)
{
    return erase(NOR_ERASE_SECTOR, address, NOR_SECTOR_SIZE, SECTOR_BOUND_MS);
}

enum status nor_erase_block64k(uint32_t address)
{
    return erase(NOR_ERASE_BLOCK64K, address, NOR_BLOCK_SIZE, BLOCK_BOUND_MS);
}
