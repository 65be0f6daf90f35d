// SPDX-License-Identifier: Apache-2.0
// Words of the journal, shared by its sources; nobody else includes it. The drawing is in journal.h.
#ifndef NBOTA_NODE_STORE_JOURNAL_LAYOUT_H
#define NBOTA_NODE_STORE_JOURNAL_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/store/journal.h"

enum {
    JOURNAL_HEAD_SIZE = 16,
    JOURNAL_MORE = 1, // flag: the next record belongs to the same commit
};

struct journal_header {
    uint8_t id;
    uint8_t flags;
    uint16_t size; // bytes of the value
};

// Where the journal stands.
struct journal_place {
    uint32_t base;       // offset of the half in use
    uint32_t generation; // its generation
    uint32_t tail;       // offset of the next record inside the half
    // Every word before the tail reads right, and will next time. If not, nothing is appended: the next commit copies what
    // counts into the other half.
    bool is_whole;
    bool
        is_sealed; // the last commit's CRC is whole for good; before that it decided once and must not be asked again
    // Offset of the newest record of each id inside the half, 0 = there is none. Found once: a word that goes bad later
    // leads nobody to a wrong place.
    uint16_t newest[JOURNAL_IDS];
};

uint32_t journal_word(uint32_t offset);
struct journal_header journal_header_at(uint32_t offset);
uint32_t journal_pack(struct journal_header header);
// CRC of a record with `value`, header.size bytes.
uint32_t journal_crc(uint32_t generation, struct journal_header header, const void *value);
uint32_t journal_seal_of(uint32_t crc);
// Bytes of a record with its seal, if it has one.
uint32_t journal_record_size(uint32_t value_size, bool more);

// Whether there can be such a record at offset `at` of a half.
bool journal_is_plausible(uint32_t at, struct journal_header header);
// Reads the value of that record, header.size bytes; false when it is not what was written.
bool journal_load(const struct journal_place *place, uint32_t at, struct journal_header header,
                  void *value);

// Makes the half at `base` count, from its second word on.
enum status journal_write_head(uint32_t base, uint32_t generation);
// Makes it count no more.
enum status journal_void_head(uint32_t base);

// Chooses the half that counts (base and generation) and voids the other one; formats an EEPROM without any.
enum status journal_choose_half(struct journal_place *place);
bool journal_head_is_whole(const struct journal_place *place);
// Finds the records from the tail on, up to `limit` inside the half; false: the last ones miss the end of their commit.
bool journal_take_in(struct journal_place *place, uint32_t limit);
// Finds all records of the half in use and the end of its last complete commit.
void journal_scan(struct journal_place *place);
// Both. Where `place` is not whole, mending it in place could be cut too.
enum status journal_recover(struct journal_place *place);

// Where records are written; keeps the first failure. STATUS_TOO_BIG: the half is full.
struct journal_writer {
    uint32_t base;
    uint32_t generation;
    uint32_t at; // offset inside the half
    enum status status;
};

// One record; without `more` behind it a seal.
void journal_append(struct journal_writer *writer, struct journal_item item, bool more);
// One commit.
void journal_append_all(struct journal_writer *writer, const struct journal_item *items,
                        size_t count);

// Contract: one item at least, none too long, each of an id there is.
void journal_expect_sound(const struct journal_item *items, size_t count);
bool journal_is_replaced(uint8_t id, const struct journal_item *items, size_t count);
// A compaction seals every eighth record: a seal each would cost room, and one for all would let a single bad word take
// all of them with it.
bool journal_has_seal(unsigned nth);

// Begins to write the half that is not in use, from its head's end on.
struct journal_writer journal_begin_half(void);
// The head makes all of it count at once. Without success everything is as it was.
enum status journal_end_half(struct journal_writer *writer);

#endif
