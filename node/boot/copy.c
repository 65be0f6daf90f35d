// SPDX-License-Identifier: Apache-2.0
// The copy from NOR to the slot, page by page; equal pages are skipped. What a cut has torn may read as if it were
// good and change later, so after a reset everything behind the last note is written anew, equal or not.
#include "node/boot/boot.h"

#include "node/boot/page.h"
#include "node/port/flash.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"

enum {
    NOTE_EVERY = 4096, // bytes between two notes of progress in EEPROM
};

static enum status read_page(uint32_t offset, uint32_t size_bytes, uint32_t page[PAGE_WORDS])
{
    uint32_t left = size_bytes - offset;

    memset(page, 0, FLASH_PAGE_SIZE); // behind the image the page stays erased
    return nor_read(WIRE_HEADER_PAGE_SIZE + offset, page,
                    left < FLASH_PAGE_SIZE ? left : FLASH_PAGE_SIZE);
}

static enum status copy_page(uint32_t offset, uint32_t size_bytes, bool rewrite)
{
    uint32_t page[PAGE_WORDS];
    uint32_t address = WIRE_SLOT_BASE + offset;
    enum status status = read_page(offset, size_bytes, page);

    if (status != STATUS_OK) {
        return status;
    }
    if (!rewrite && memcmp((const void *)(uintptr_t)address, page, FLASH_PAGE_SIZE) == 0) {
        return STATUS_OK;
    }
    return page_write(address, page);
}

static enum status note(struct install_record *record, uint32_t done_bytes)
{
    struct record_change change;

    record->done_bytes = done_bytes;
    record_change_init(&change);
    record_put_progress(&change, done_bytes);
    return record_commit(&change);
}

// All pages but the first.
static enum status copy_body(struct install_record *record, bool rewrite)
{
    uint32_t first = record->done_bytes == 0 ? FLASH_PAGE_SIZE : record->done_bytes;
    uint32_t distrusted_until = record->done_bytes + NOTE_EVERY;
    enum status status = STATUS_OK;

    for (uint32_t offset = first; offset < record->size_bytes && status == STATUS_OK;
         offset += FLASH_PAGE_SIZE) {
        if (offset % NOTE_EVERY == 0 && offset > record->done_bytes) {
            status = note(record, offset);
        }
        if (status == STATUS_OK) {
            status = copy_page(offset, record->size_bytes, rewrite || offset < distrusted_until);
        }
        watchdog_feed();
    }
    return status;
}

enum status boot_copy(struct install_record *record, bool rewrite)
{
    flash_unlock();
    enum status status = flash_erase_page(WIRE_SLOT_BASE);
    if (status == STATUS_OK) {
        status = copy_body(record, rewrite);
    }
    if (status == STATUS_OK) {
        status = copy_page(0, record->size_bytes, true);
    }
    flash_lock();
    return status;
}
