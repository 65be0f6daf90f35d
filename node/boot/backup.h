// SPDX-License-Identifier: Apache-2.0
// What ran before an install, image and settings, kept in the NOR until the new image has confirmed itself.
//
//   0x020000   header   0        4        8            12              16
//                       +--------+--------+------------+---------------+
//                       | "nbBK" | format | image size | settings size |
//                       +--------+--------+------------+---------------+
//                         u32, little-endian as the MCU's own
//   0x021000   image
//   0x03F000   settings: for each record   id u8 | size u8 | value
//
// That all of it is whole, this node's own and of this install says the journal, which holds the SHA-256 of image,
// settings and header in this order. What comes back is compared with it once more where the chip cannot reach it, in
// the slot and in RAM. A change of meaning or place raises the format.
#ifndef NBOTA_NODE_BOOT_BACKUP_H
#define NBOTA_NODE_BOOT_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "node/store/journal.h"
#include "node/store/record.h"

#define BACKUP_MAGIC 0x4B42626EU // "nbBK"
enum {
    BACKUP_FORMAT = 2,
    BACKUP_HEADER_AT = 0x020000,
    BACKUP_HEADER_SIZE = 16,
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
    uint32_t settings_size;
};
_Static_assert(sizeof(struct backup) == BACKUP_HEADER_SIZE, "the drawing above");

// The three need an open chip and feed the watchdog.

// Whether there is something to keep and a place for it.
bool backup_is_possible(void);
// Keeps the image in the slot and the settings of the journal, and reads them back; what was there is lost with the first
// step. Blocks 4 s for a full slot. STATUS_IO, STATUS_TIMEOUT, STATUS_CORRUPT: it did not become what was written.
enum status backup_write(struct backup_record *record);
// Whether NOR holds, whole, the backup that `record` ties to this node. Blocks 2 s for a full slot. STATUS_CORRUPT: it does
// not; STATUS_IO, STATUS_TIMEOUT: nobody can tell. With STATUS_OK its settings stay in RAM.
enum status backup_check(const struct backup_record *record, struct backup *backup);
// Whether the slot holds the image of the backup that was checked last. Blocks 0.6 s for a full slot.
bool backup_is_in_slot(const struct backup_record *record, const struct backup *backup);

// ---- its settings ----

// What gives way when the records of before do not fit beside those that came since.
enum backup_thrift { BACKUP_KEEP_ALL, BACKUP_DROP_HISTORY, BACKUP_DROP_REPORTS, BACKUP_THRIFTS };

// Reads them into RAM, `size` bytes; STATUS_IO. For backup_check(), which verifies them there.
enum status backup_load_settings(uint32_t size);
struct span backup_settings(void);

// The records that belong to an image: settings, IMEI, product, format.
bool backup_keeps(uint8_t id);
// The settings in RAM come back as they were kept; what `thrift` lets go does not. Valid until the next call.
struct journal_source backup_source(enum backup_thrift thrift);

#endif
