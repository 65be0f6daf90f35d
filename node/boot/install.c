// SPDX-License-Identifier: Apache-2.0
// Whether an order is carried out. The candidate is checked before the first page is erased; once the copy
// has begun there is no way back to the old application, so it is only ever finished.
#include "node/boot/boot.h"

#include "base/crc32.h"
#include "base/endian.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"

enum { READ_SIZE = 256 };

static const uint8_t *slot(void)
{
    return (const uint8_t *)(uintptr_t)WIRE_SLOT_BASE;
}

bool boot_application_is_plausible(void)
{
    uint32_t stack = load_le32(slot());
    uint32_t entry = load_le32(slot() + 4);

    return stack > 0x20000000U && stack <= 0x20005000U && (stack & 3) == 0 && (entry & 1) != 0 &&
           entry > WIRE_SLOT_BASE && entry < WIRE_SLOT_BASE + WIRE_SLOT_SIZE;
}

enum status boot_candidate_crc(uint32_t size_bytes, uint32_t *crc)
{
    uint8_t bytes[READ_SIZE];

    *crc = 0;
    for (uint32_t done = 0; done < size_bytes; done += READ_SIZE) {
        uint32_t left = size_bytes - done;
        uint32_t taken = left < READ_SIZE ? left : READ_SIZE;
        enum status status = nor_read(WIRE_HEADER_PAGE_SIZE + done, bytes, taken);
        if (status != STATUS_OK) {
            return status;
        }
        *crc = crc32_update(*crc, bytes, taken);
        watchdog_feed();
    }
    return STATUS_OK;
}

// The header page must be of the very image that was ordered.
static bool header_agrees(const struct install_record *record)
{
    uint8_t bytes[WIRE_HEADER_SIZE];
    struct image_header header;

    return nor_read(0, bytes, sizeof bytes) == STATUS_OK &&
           image_header_decode(span_of(bytes, sizeof bytes), &header) == STATUS_OK &&
           header.firmware_size == record->size_bytes && header.firmware_crc32 == record->crc32;
}

static bool candidate_agrees(const struct install_record *record)
{
    uint32_t crc;

    return header_agrees(record) && boot_candidate_crc(record->size_bytes, &crc) == STATUS_OK &&
           crc == record->crc32;
}

static enum status write_state(struct install_record *record, enum install_state state)
{
    struct record_change change;

    record->state = state;
    record_change_init(&change);
    record_put_install(&change, record);
    return record_commit(&change);
}

static enum boot_outcome refuse(struct install_record *record)
{
    return write_state(record, INSTALL_REFUSED) == STATUS_OK ? BOOT_REFUSED : BOOT_FAILED;
}

static enum boot_outcome copy_and_verify(struct install_record *record)
{
    enum status status = boot_copy(record);

    if (status != STATUS_OK) {
        return BOOT_FAILED;
    }
    if (crc32_update(0, slot(), record->size_bytes) != record->crc32) {
        record->done_bytes = 0; // some page did not keep what was written: all over again
        (void)write_state(record, INSTALL_COPYING);
        return BOOT_FAILED;
    }
    return write_state(record, INSTALL_DONE) == STATUS_OK ? BOOT_INSTALLED : BOOT_FAILED;
}

static enum boot_outcome run_order(struct install_record *record)
{
    if (nor_open() != STATUS_OK) {
        return BOOT_FAILED;
    }
    if (!candidate_agrees(record)) {
        // Half a copy cannot run: then the candidate is read again after the next reset.
        return record->state == INSTALL_ORDERED ? refuse(record) : BOOT_FAILED;
    }
    if (record->state == INSTALL_ORDERED) {
        record->done_bytes = 0;
        if (write_state(record, INSTALL_COPYING) != STATUS_OK) {
            return BOOT_FAILED;
        }
    }
    return copy_and_verify(record);
}

enum boot_outcome boot_install(void)
{
    struct install_record record;

    record_read_install(&record);
    if (record.state != INSTALL_ORDERED && record.state != INSTALL_COPYING) {
        return BOOT_NOTHING;
    }
    enum boot_outcome outcome = run_order(&record);
    nor_sleep();
    return outcome;
}
