// SPDX-License-Identifier: Apache-2.0
#include "node/boot/backup.h"

#include "base/sha256.h"
#include "node/boot/slot.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"

enum { STEP = NOR_PAGE_SIZE }; // bytes between two feeds of the watchdog
_Static_assert(BACKUP_IMAGE_AT + (int)WIRE_SLOT_SIZE == BACKUP_SETTINGS_AT, "a full slot fits");
_Static_assert(BACKUP_SETTINGS_AT + BACKUP_SETTINGS_MAX <= BACKUP_END, "and so do the settings");

// The rest of it is compared by its digest.
static bool is_sound(const struct backup *backup)
{
    return backup->format == BACKUP_FORMAT && backup->image_size <= WIRE_SLOT_SIZE &&
           backup->settings_size <= BACKUP_SETTINGS_MAX;
}

static enum status add_image(struct sha256 *hash, uint32_t size)
{
    uint8_t bytes[STEP];
    enum status status = STATUS_OK;

    for (uint32_t at = 0; at < size && status == STATUS_OK; at += STEP) {
        uint32_t taken = size - at < STEP ? size - at : STEP;
        status = nor_read(BACKUP_IMAGE_AT + at, bytes, taken);
        sha256_update(hash, bytes, taken);
        watchdog_feed();
    }
    return status;
}

// The image is in `hash` already.
static bool agrees(struct sha256 *hash, const struct backup_record *record,
                   const struct backup *backup)
{
    struct span settings = backup_settings();
    uint8_t digest[SHA256_SIZE];

    sha256_update(hash, settings.data, settings.size);
    sha256_update(hash, backup, sizeof *backup);
    sha256_final(hash, digest);
    return memcmp(digest, record->digest, sizeof digest) == 0;
}

static enum status check_once(const struct backup_record *record, struct backup *backup)
{
    struct sha256 hash;
    enum status status = nor_read(BACKUP_HEADER_AT, backup, sizeof *backup);

    if (status != STATUS_OK || !is_sound(backup)) {
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    }
    sha256_init(&hash);
    status = add_image(&hash, backup->image_size);
    if (status == STATUS_OK) {
        status = backup_load_settings(backup->settings_size);
    }
    if (status != STATUS_OK) {
        return status;
    }
    return agrees(&hash, record, backup) ? STATUS_OK : STATUS_CORRUPT;
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

bool backup_is_in_slot(const struct backup_record *record, const struct backup *backup)
{
    struct sha256 hash;

    sha256_init(&hash);
    sha256_update(&hash, slot_bytes(), backup->image_size);
    return agrees(&hash, record, backup);
}
