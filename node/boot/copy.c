// SPDX-License-Identifier: Apache-2.0
#include "node/boot/copy.h"

#include "node/boot/boot.h"
#include "node/boot/page.h"
#include "node/boot/slot.h"
#include "node/port/flash.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"

enum {
    NOTE_EVERY = 4096, // bytes between two notes of progress in EEPROM
};

static enum status read_page(const struct copy_source *source, uint32_t offset,
                             uint32_t page[PAGE_WORDS])
{
    uint32_t left = offset < source->size_bytes ? source->size_bytes - offset : 0;

    memset(page, 0, FLASH_PAGE_SIZE); // erased, behind the image
    return nor_read(source->address + offset, page,
                    left < FLASH_PAGE_SIZE ? left : FLASH_PAGE_SIZE);
}

static enum status copy_page(const struct copy_source *source, uint32_t offset, bool rewrite)
{
    uint32_t page[PAGE_WORDS];
    enum status status = read_page(source, offset, page);

    if (status != STATUS_OK) {
        return status;
    }
    if (!rewrite && memcmp(slot_bytes() + offset, page, FLASH_PAGE_SIZE) == 0) {
        return STATUS_OK;
    }
    return page_write(WIRE_SLOT_BASE + offset, page) == STATUS_OK ? STATUS_OK : STATUS_CORRUPT;
}

// On the way back the whole slot is written: behind a shorter image what a cut has torn would be compared by a later
// install.
static uint32_t end_of(const struct install_record *record, const struct copy_source *source)
{
    return record->state == INSTALL_GOING_BACK ? (uint32_t)WIRE_SLOT_SIZE : source->size_bytes;
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
static enum status copy_body(struct install_record *record, const struct copy_source *source,
                             bool rewrite)
{
    uint32_t first = record->done_bytes == 0 ? FLASH_PAGE_SIZE : record->done_bytes;
    uint32_t distrusted_until = record->done_bytes + NOTE_EVERY;
    uint32_t end = end_of(record, source);
    enum status status = STATUS_OK;

    for (uint32_t offset = first; offset < end && status == STATUS_OK; offset += FLASH_PAGE_SIZE) {
        if (offset % NOTE_EVERY == 0 && offset > record->done_bytes) {
            status = note(record, offset);
        }
        if (status == STATUS_OK) {
            status = copy_page(source, offset, rewrite || offset < distrusted_until);
        }
        watchdog_feed();
    }
    return status;
}

// Until the end nothing may look like an application. Not once more at each start: whoever is cut at each would wear out
// this page alone. What a cut tore of it is erased when it is written.
static enum status take_vectors(void)
{
    return boot_application_is_plausible() ? flash_erase_page(WIRE_SLOT_BASE) : STATUS_OK;
}

static enum status copy_once(struct install_record *record, const struct copy_source *source,
                             bool rewrite)
{
    flash_unlock();
    enum status status = take_vectors();
    if (status == STATUS_OK) {
        status = copy_body(record, source, rewrite);
    }
    if (status == STATUS_OK) {
        status = copy_page(source, 0, true);
    }
    flash_lock();
    return status;
}

// A page that compared equal may not have kept it: then everything is written anew. So it is on the way back: behind a copy
// that was cut, torn pages may lie anywhere in the slot.
enum status copy_to_slot(struct install_record *record, const struct copy_source *source)
{
    for (unsigned round = 0; round < COPY_ROUNDS; round++) {
        bool rewrite = round > 0 || record->state == INSTALL_GOING_BACK;
        enum status status = copy_once(record, source, rewrite);
        if (status != STATUS_OK || source->agrees(source->context)) {
            return status;
        }
        status = boot_write_state(record, record->state, 0);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_CORRUPT;
}
