// SPDX-License-Identifier: Apache-2.0
#include "node/boot/slot.h"

#include <stdbool.h>

#include "base/endian.h"
#include "node/port/flash.h"
#include "node/port/watchdog.h"
#include "wire/image.h"
#include "wire/info.h"

const uint8_t *slot_bytes(void)
{
    return (const uint8_t *)(uintptr_t)WIRE_SLOT_BASE;
}

static bool page_is_zero(uint32_t offset)
{
    for (uint32_t i = 0; i < FLASH_PAGE_SIZE; i++) {
        if (slot_bytes()[offset + i] != 0) {
            return false;
        }
    }
    return true;
}

static uint32_t find_end(void)
{
    uint32_t end = WIRE_SLOT_SIZE;

    while (end > FLASH_PAGE_SIZE && page_is_zero(end - FLASH_PAGE_SIZE)) {
        end -= FLASH_PAGE_SIZE;
    }
    return end;
}

uint32_t slot_image_size(void)
{
    uint32_t size = load_le32(slot_bytes() + INFO_OFFSET + offsetof(struct info_block, image_size));
    struct image_info info;
    bool is_good = size >= INFO_END && size <= WIRE_SLOT_SIZE &&
                   info_decode(span_of(slot_bytes(), size), &info) == STATUS_OK;

    return is_good ? size : find_end();
}

enum status slot_erase_behind(uint32_t size_bytes)
{
    uint32_t offset = (size_bytes + FLASH_PAGE_SIZE - 1) / FLASH_PAGE_SIZE * FLASH_PAGE_SIZE;
    enum status status = STATUS_OK;

    flash_unlock();
    for (; offset < WIRE_SLOT_SIZE && status == STATUS_OK; offset += FLASH_PAGE_SIZE) {
        status = flash_erase_page(WIRE_SLOT_BASE + offset);
        watchdog_feed();
    }
    flash_lock();
    return status;
}
