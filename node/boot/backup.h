// SPDX-License-Identifier: Apache-2.0
// What ran before an install, image and settings, kept in the NOR until the new image has confirmed itself.
//
//   0x020000   header   0        4        8            12            16              20              24        28
//                       +--------+--------+------------+-------------+---------------+---------------+---------+
//                       | "nbBK" | format | image size | image crc32 | settings size | settings crc32| crc32   |
//                       +--------+--------+------------+-------------+---------------+---------------+---------+
//                         u32, little-endian as the MCU's own; the last one covers the 24 bytes before it
//   0x021000   image
//   0x03F000   settings: for each record   id u8 | size u8 | value
//
// The header is programmed last, so it vouches for what it names. That it is this node's own and of this install says
// the journal, which holds the SHA-256 of image, settings and header in this order: a chip from another node has
// another. A change of meaning or place raises the format.
#ifndef NBOTA_NODE_BOOT_BACKUP_H
#define NBOTA_NODE_BOOT_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/store/journal.h"
#include "node/store/record.h"

#define BACKUP_MAGIC 0x4B42626EU // "nbBK"
enum {
    BACKUP_FORMAT = 1,
    BACKUP_HEADER_AT = 0x020000,
    BACKUP_HEADER_SIZE = 28,
    BACKUP_IMAGE_AT = 0x021000,
    BACKUP_SETTINGS_AT = 0x03F000,
    BACKUP_SETTINGS_MAX = JOURNAL_HALF_SIZE, // bytes; they take less than in the journal
    BACKUP_END = 0x040000,                   // so much of a chip is needed
    BACKUP_ROUNDS = 2,                       // tries of what did not turn out right
};

// The header's words, in their order.
struct backup {
    uint32_t magic;
    uint32_t format;
    uint32_t image_size;
    uint32_t image_crc32;
    uint32_t settings_size;
    uint32_t settings_crc32;
    uint32_t crc32;
};
_Static_assert(sizeof(struct backup) == BACKUP_HEADER_SIZE, "the drawing above");

// The three need an open chip and feed the watchdog.

// Whether there is something to keep and a place for it.
bool backup_is_possible(void);
// Keeps the image in the slot and the settings of the journal, and reads them back; what was there is lost with the first
// step. Blocks 4 s for a full slot. STATUS_IO, STATUS_TIMEOUT, STATUS_CORRUPT: it did not become what was written.
enum status backup_write(struct backup_record *record);
// Whether NOR holds, whole, the backup that `record` ties to this node. Blocks 2 s for a full slot. STATUS_CORRUPT: it does
// not; STATUS_IO, STATUS_TIMEOUT: nobody can tell.
enum status backup_check(const struct backup_record *record, struct backup *backup);

// What the header's last word is to be.
uint32_t backup_header_crc(const struct backup *backup);

// ---- its settings ----

// What gives way when the records of before do not fit beside those that came since.
enum backup_thrift { BACKUP_KEEP_ALL, BACKUP_DROP_HISTORY, BACKUP_DROP_REPORTS, BACKUP_THRIFTS };

// In RAM, so that each look finds the same.
struct backup_settings {
    uint8_t bytes[BACKUP_SETTINGS_MAX];
    uint32_t size;
    enum backup_thrift thrift;
};

// Reads those of a backup that was checked. STATUS_CORRUPT: they are not what they were then; STATUS_IO.
enum status backup_load_settings(struct backup_settings *settings, const struct backup *backup);

// The records that belong to an image: settings, IMEI, product, format.
bool backup_keeps(uint8_t id);
// They come back as they were kept; what `settings->thrift` lets go does not. `settings` is borrowed.
struct journal_source backup_source(struct backup_settings *settings);

#endif
