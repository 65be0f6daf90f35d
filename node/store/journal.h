// SPDX-License-Identifier: Apache-2.0
// Records in the data EEPROM that survive a power cut at any moment: after it a record has its old or
// its new value, never a mix, no other record is touched, and every later reset finds the same.
//
//   one half (3072 bytes); the other has the same shape and an older generation
//   +------------+-------+-------+--------+------+--------+------+--------+- - -
//   | generation | check | again | proven | record | seal | record | seal | …
//   +------------+-------+-------+--------+------+--------+------+--------+- - -
//   record:  id u8 | flags u8 | size u16 | value, padded with zeros to words | CRC32 u32
//
// The CRC covers the generation too, so what an older use of the half left behind never counts.
// Records are appended; the newest of an id counts; the records of one commit follow each other and end
// with one seal. A full half is compacted into the other one, eight records to a seal, whose head is written last; then
// the head of the full one is voided, so that only one half is left to choose. Every write is one whole word (RM0376
// 3.3.4).
//
// A cut leaves at most the word under way torn, and a torn word may read otherwise each time until it is
// written again. So what makes something count is always followed by a word that says it was complete:
// the seal behind a CRC, `again` and `proven` behind `check`. Where that word is missing, journal_open()
// decides once and writes its decision down before anybody has read a value: it copies what counts into the
// other half. Nothing that makes something count is ever rewritten in place, because a word is erased first; only
// `again` is, while `check` and the other half vouch for it.
//
// A word whose cell fails reads wrong without a cut. It costs the record it is in at most: any three words of a head are
// enough, and a record's place is found by its CRC.
#ifndef NBOTA_NODE_STORE_JOURNAL_H
#define NBOTA_NODE_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum {
    JOURNAL_SIZE = 6144, // the whole data EEPROM of category 5
    JOURNAL_HALF_SIZE = JOURNAL_SIZE / 2,
    JOURNAL_VALUE_MAX = 255, // bytes of one value
    JOURNAL_IDS = 96,        // ids 1..95
};

// What one commit changes. An empty value deletes the record.
struct journal_item {
    uint8_t id;        // 1..JOURNAL_IDS-1, each at most once in a commit
    struct span value; // ≤ JOURNAL_VALUE_MAX bytes, borrowed for the call
};

// Finds the newest half and its end; must come first. An EEPROM without any journal is formatted.
// Costs no write after an orderly end, one compaction at most after a cut or where a word reads wrong. STATUS_IO when
// the EEPROM refuses a write: what counts can be read all the same, and be added to.
enum status journal_open(void);

// Copies the value of `id` into `buffer`; `*size` (bytes) is 0 when there is no such record, or none that fits its CRC.
// STATUS_TOO_BIG when it does not fit, then nothing is copied.
enum status journal_read(uint8_t id, void *buffer, size_t capacity, size_t *size);

// Another number after each commit that changed something: what was read before may have changed.
uint32_t journal_mark(void);

// Makes all `count` changes together: after a cut either all or none of them count.
// Blocks up to 6.4 ms a word. STATUS_TOO_BIG when the values do not fit the EEPROM beside the others
// (nothing changed), STATUS_IO.
enum status journal_commit(const struct journal_item *items, size_t count);

// Where a restore takes values from. The caller's, borrowed for the call; must answer the same each time.
struct journal_source {
    // Whether it decides about `id`.
    bool (*covers)(void *context, uint8_t id);
    // Copies its value of `id` into `value` (JOURNAL_VALUE_MAX bytes); `*size` stays 0 when there is none.
    enum status (*read)(void *context, uint8_t id, uint8_t *value, size_t *size);
    void *context;
};

// Puts back what `source` covers, each id as it has it: what it does not have is gone afterwards. All other records
// stay, `items` (one at least) come on top of both. After a cut either all of it counts or nothing. Blocks for one
// compaction, 5 s at most. STATUS_TOO_BIG (it does not fit), STATUS_IO, or what the source failed with: nothing changed.
enum status journal_restore(const struct journal_source *source, const struct journal_item *items,
                            size_t count);

// Bytes that one more value, or an older one's new content beside its old, may have.
size_t journal_room(void);

#endif
