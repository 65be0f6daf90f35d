// SPDX-License-Identifier: Apache-2.0
#include "base/sha256.h"
#include "node/boot/backup.h"
#include "node/boot/boot.h"
#include "node/boot/slot.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"

enum { STEP = NOR_PAGE_SIZE }; // bytes between two feeds of the watchdog

bool backup_is_possible(void)
{
    return nor_size_bytes() >= BACKUP_END && boot_application_is_plausible();
}

static enum status erase(void)
{
    enum status status = STATUS_OK;

    for (uint32_t at = BACKUP_HEADER_AT; at < BACKUP_END && status == STATUS_OK;
         at += NOR_BLOCK_SIZE) {
        status = nor_erase_block64k(at);
        watchdog_feed();
    }
    return status;
}

static enum status write_image(struct backup *backup, struct sha256 *hash)
{
    enum status status = STATUS_OK;

    backup->image_size = slot_image_size();
    for (uint32_t at = 0; at < backup->image_size && status == STATUS_OK; at += STEP) {
        uint32_t left = backup->image_size - at;
        struct span part = span_of(slot_bytes() + at, left < STEP ? left : STEP);
        status = nor_program(BACKUP_IMAGE_AT + at, part);
        sha256_update(hash, part.data, part.size);
        watchdog_feed();
    }
    return status;
}

static enum status write_setting(uint8_t id, struct backup *backup, struct sha256 *hash)
{
    uint8_t bytes[2 + JOURNAL_VALUE_MAX] = {id};
    size_t size = 0;
    enum status status = journal_read(id, bytes + 2, JOURNAL_VALUE_MAX, &size);

    if (status != STATUS_OK || size == 0) {
        return status;
    }
    bytes[1] = (uint8_t)size;
    struct span part = span_of(bytes, 2 + size);
    status = nor_program(BACKUP_SETTINGS_AT + backup->settings_size, part);
    backup->settings_size += (uint32_t)part.size;
    sha256_update(hash, part.data, part.size);
    watchdog_feed();
    return status;
}

static enum status write_settings(struct backup *backup, struct sha256 *hash)
{
    enum status status = STATUS_OK;

    for (uint8_t id = 1; id < JOURNAL_IDS && status == STATUS_OK; id++) {
        status = backup_keeps(id) ? write_setting(id, backup, hash) : STATUS_OK;
    }
    return status;
}

static enum status write_header(struct backup *backup, struct sha256 *hash)
{
    backup->magic = BACKUP_MAGIC;
    backup->format = BACKUP_FORMAT;
    sha256_update(hash, backup, sizeof *backup);
    return nor_program(BACKUP_HEADER_AT, span_of(backup, sizeof *backup));
}

static enum status write_once(struct backup_record *record)
{
    struct backup backup = {0};
    struct sha256 hash;
    enum status status = erase();

    sha256_init(&hash);
    if (status == STATUS_OK) {
        status = write_image(&backup, &hash);
    }
    if (status == STATUS_OK) {
        status = write_settings(&backup, &hash);
    }
    if (status == STATUS_OK) {
        status = write_header(&backup, &hash);
    }
    sha256_final(&hash, record->digest);
    return status == STATUS_OK ? backup_check(record, &backup) : status;
}

enum status backup_write(struct backup_record *record)
{
    enum status status = STATUS_CORRUPT;

    for (unsigned round = 0; round < BACKUP_ROUNDS && status == STATUS_CORRUPT; round++) {
        status = write_once(record);
    }
    return status;
}
