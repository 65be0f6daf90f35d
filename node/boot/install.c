// SPDX-License-Identifier: Apache-2.0
// Whether an order is carried out. The candidate is checked before the first page is erased; once the copy
// has begun there is no way back to the old application, so it is only ever finished.
#include "node/boot/boot.h"

#include "base/crc32.h"
#include "node/port/nor.h"
#include "wire/image.h"

enum { COPY_ROUNDS = 3 }; // in one boot; the next reset tries again

static const uint8_t *slot(void)
{
    return (const uint8_t *)(uintptr_t)WIRE_SLOT_BASE;
}

bool boot_application_is_plausible(void)
{
    return image_can_start(slot());
}

// A copy that was begun and not finished has left half an application, whatever its first page looks like.
bool boot_application_may_start(void)
{
    struct install_record record;

    record_read_install(&record);
    return record.state != INSTALL_COPYING && record.state != INSTALL_RECEIVING &&
           boot_application_is_plausible();
}

enum status boot_write_state(struct install_record *record, enum install_state state,
                             uint32_t done_bytes)
{
    struct record_change change;

    record->state = state;
    record->done_bytes = done_bytes;
    record_change_init(&change);
    record_put_install(&change, record);
    record_put_progress(&change, done_bytes);
    return record_commit(&change);
}

static bool slot_agrees(const struct install_record *record)
{
    return crc32_update(0, slot(), record->size_bytes) == record->crc32;
}

// A page that compared equal may not have kept it: then everything is written anew.
static enum boot_outcome copy_and_verify(struct install_record *record)
{
    for (unsigned round = 0; round < COPY_ROUNDS; round++) {
        if (boot_copy(record, round > 0) != STATUS_OK) {
            return BOOT_FAILED;
        }
        if (slot_agrees(record)) {
            return boot_write_state(record, INSTALL_DONE, 0) == STATUS_OK ? BOOT_INSTALLED
                                                                          : BOOT_FAILED;
        }
        if (boot_write_state(record, INSTALL_COPYING, 0) != STATUS_OK) {
            return BOOT_FAILED;
        }
    }
    return BOOT_FAILED;
}

// Half a copy cannot run: a candidate that reads wrong is then read again after the next reset.
static enum boot_outcome reject(struct install_record *record, enum status status)
{
    if (status != STATUS_CORRUPT || record->state == INSTALL_COPYING) {
        return BOOT_FAILED;
    }
    return boot_write_state(record, INSTALL_REFUSED, 0) == STATUS_OK ? BOOT_REFUSED : BOOT_FAILED;
}

static enum boot_outcome run_order(struct install_record *record)
{
    if (nor_open() != STATUS_OK) {
        return BOOT_FAILED;
    }
    enum status status = boot_check_candidate(record);
    if (status != STATUS_OK) {
        return reject(record, status);
    }
    if (record->state != INSTALL_COPYING &&
        boot_write_state(record, INSTALL_COPYING, 0) != STATUS_OK) {
        return BOOT_FAILED;
    }
    return copy_and_verify(record);
}

static bool is_ordered(const struct install_record *record)
{
    struct download_record download;

    if (record->state == INSTALL_COPYING) {
        return true;
    }
    record_read_download(&download);
    return download.size_bytes == 0 &&
           (record->state == INSTALL_ORDERED || record->state == INSTALL_DELAYED);
}

enum boot_outcome boot_install(void)
{
    struct install_record record;

    record_read_install(&record);
    if (!is_ordered(&record)) {
        return BOOT_NOTHING;
    }
    enum boot_outcome outcome = run_order(&record);
    nor_sleep();
    return outcome;
}
