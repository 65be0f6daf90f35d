// SPDX-License-Identifier: Apache-2.0
#include "node/boot/backup.h"

#include "base/crc32.h"
#include "base/sha256.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"

enum { STEP = NOR_PAGE_SIZE }; // bytes between two feeds of the watchdog
_Static_assert(BACKUP_IMAGE_AT + (int)WIRE_SLOT_SIZE == BACKUP_SETTINGS_AT, "a full slot fits");
_Static_assert(BACKUP_SETTINGS_AT + BACKUP_SETTINGS_MAX <= BACKUP_END, "and so do the settings");

uint32_t backup_header_crc(const struct backup *backup)
{
    return crc32_update(0, backup, offsetof(struct backup, crc32));
}

static bool is_sound(const struct backup *backup)
{
    return backup->magic == BACKUP_MAGIC && backup->format == BACKUP_FORMAT &&
           backup->crc32 == backup_header_crc(backup) && backup->image_size <= WIRE_SLOT_SIZE &&
           backup->settings_size <= BACKUP_SETTINGS_MAX;
}

static enum status add(struct sha256 *hash, uint32_t address, uint32_t size)
{
    uint8_t bytes[STEP];
    enum status status = STATUS_OK;

    for (uint32_t at = 0; at < size && status == STATUS_OK; at += STEP) {
        uint32_t taken = size - at < STEP ? size - at : STEP;
        status = nor_read(address + at, bytes, taken);
        sha256_update(hash, bytes, taken);
        watchdog_feed();
    }
    return status;
}

static enum status check_once(const struct backup_record *record, struct backup *backup)
{
    uint8_t digest[SHA256_SIZE];
    struct sha256 hash;
    enum status status = nor_read(BACKUP_HEADER_AT, backup, sizeof *backup);

    if (status != STATUS_OK || !is_sound(backup)) {
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    }
    sha256_init(&hash);
    status = add(&hash, BACKUP_IMAGE_AT, backup->image_size);
    if (status == STATUS_OK) {
        status = add(&hash, BACKUP_SETTINGS_AT, backup->settings_size);
    }
    sha256_update(&hash, backup, sizeof *backup);
    sha256_final(&hash, digest);
    if (status != STATUS_OK) {
        return status;
    }
    return memcmp(digest, record->digest, sizeof digest) == 0 ? STATUS_OK : STATUS_CORRUPT;
}

// What reads wrong once may have been disturbed on its way; a chip that is gone reads as if it were empty, and only its
// identity tells. A chip that is too small is another one.
enum status backup_check(const struct backup_record *record, struct backup *backup)
{
    for (unsigned round = 0; round < BACKUP_ROUNDS; round++) {
        bool has_room = nor_size_bytes() >= BACKUP_END;
        enum status status = has_room ? check_once(record, backup) : STATUS_CORRUPT;
        if (status != STATUS_CORRUPT) {
            return status;
        }
        if (nor_open() != STATUS_OK) {
            return STATUS_IO;
        }
    }
    return STATUS_CORRUPT;
}
