// SPDX-License-Identifier: Apache-2.0
// What journal_open() finds after a cut, and how it makes sure that every later reset finds the same. The only word
// that can be torn is the one that was written last, so each rule asks which word that was.
#include "base/crc32.h"
#include "node/port/eeprom.h"
#include "node/store/journal.h"
#include "node/store/journal_layout.h"

enum {
    AT_GENERATION = 0,
    AT_CHECK = 4,
    AT_AGAIN = 8,
    AT_PROVEN = 12,
};
#define CHECK_MIX  0x6e6a6f75U // "njou": tells a journal from any other content
#define PROVEN_MIX 0x70726f76U
#define SEAL_MIX   0x7365616cU

uint32_t journal_word(uint32_t offset)
{
    uint32_t word;

    eeprom_read(offset, &word, sizeof word);
    return word;
}

struct journal_header journal_header_at(uint32_t offset)
{
    uint32_t word = journal_word(offset);

    return (struct journal_header){(uint8_t)word, (uint8_t)(word >> 8), (uint16_t)(word >> 16)};
}

uint32_t journal_pack(struct journal_header header)
{
    return (uint32_t)header.id | (uint32_t)header.flags << 8 | (uint32_t)header.size << 16;
}

uint32_t journal_begin_crc(uint32_t generation, struct journal_header header)
{
    uint32_t words[2] = {generation, journal_pack(header)};

    return crc32_update(0, words, sizeof words);
}

uint32_t journal_seal_of(uint32_t crc)
{
    return ~crc ^ SEAL_MIX;
}

static uint32_t padded(uint32_t size)
{
    return (size + 3) & ~3U;
}

uint32_t journal_record_size(uint32_t value_size, bool more)
{
    return 4 + padded(value_size) + 4 + (more ? 0 : 4);
}

// ---- the head ----

static uint32_t check_of(uint32_t generation)
{
    return ~generation ^ CHECK_MIX;
}

static uint32_t proven_of(uint32_t generation)
{
    return ~generation ^ PROVEN_MIX;
}

static enum status put(uint32_t offset, uint32_t word, enum status before)
{
    return before == STATUS_OK ? eeprom_write_word(offset, word) : before;
}

enum status journal_write_head(uint32_t base, uint32_t generation)
{
    enum status status = put(base + AT_GENERATION, generation, STATUS_OK);

    status = put(base + AT_CHECK, check_of(generation), status);
    status = put(base + AT_AGAIN, check_of(generation), status);
    return put(base + AT_PROVEN, proven_of(generation), status);
}

// Backwards, so that at any moment each word still vouches for those before it. Zeros are written over zeros too: a torn
// word may read as one.
enum status journal_void_head(uint32_t base)
{
    enum status status = put(base + AT_PROVEN, 0, STATUS_OK);

    status = put(base + AT_AGAIN, 0, status);
    status = put(base + AT_CHECK, 0, status);
    return put(base + AT_GENERATION, 0, status);
}

// The generation is written first and goes last.
static bool is_void(uint32_t base)
{
    return journal_word(base + AT_GENERATION) == 0 && journal_word(base + AT_CHECK) == 0 &&
           journal_word(base + AT_AGAIN) == 0 && journal_word(base + AT_PROVEN) == 0;
}

// `again` is begun when `check` is whole, and is erased before it.
static bool half_has(uint32_t base, uint32_t word_at)
{
    return journal_word(base + word_at) == check_of(journal_word(base + AT_GENERATION));
}

static bool half_is_valid(uint32_t base)
{
    return half_has(base, AT_CHECK) || half_has(base, AT_AGAIN);
}

// `proven` is begun when both check words are whole.
static bool half_is_proven(const struct journal_place *place)
{
    return journal_word(place->base + AT_PROVEN) == proven_of(place->generation);
}

// Generations are compared by distance, so that the count may wrap.
static bool is_newer(uint32_t generation, uint32_t than)
{
    return (int32_t)(generation - than) > 0;
}

// Leaves one half alone to count, so that nothing read from it can change any more. The newer one's `again` may be torn,
// unless `proven` says that it is not: it is written anew while the older one is whole. An older half is chosen only
// because the newer one was not finished; then its own words are whole, and the newer one's check word may be torn, so
// that they must not be touched.
static enum status void_other_half(const struct journal_place *place)
{
    uint32_t other = JOURNAL_HALF_SIZE - place->base;
    enum status status = STATUS_OK;

    if (is_void(other)) {
        return STATUS_OK;
    }
    if (is_newer(place->generation, journal_word(other + AT_GENERATION)) &&
        !half_is_proven(place)) {
        status = eeprom_write_word(place->base + AT_AGAIN, check_of(place->generation));
    }
    return status == STATUS_OK ? journal_void_head(other) : status;
}

// ---- the log ----

struct found {
    uint32_t length; // of the record and its seal; 0 = no record
    bool more;
    bool sealed;
};

static uint32_t stored_crc(uint32_t offset, uint32_t generation, struct journal_header header)
{
    uint32_t crc = journal_begin_crc(generation, header);

    for (uint32_t i = 0; i < padded(header.size); i += 4) {
        uint32_t word = journal_word(offset + 4 + i);
        crc = crc32_update(crc, &word, sizeof word);
    }
    return crc;
}

static struct found look_at(const struct journal_place *place, uint32_t at)
{
    struct found none = {0};

    if (at + journal_record_size(0, true) > JOURNAL_HALF_SIZE) {
        return none;
    }
    struct journal_header header = journal_header_at(place->base + at);
    bool more = (header.flags & JOURNAL_MORE) != 0;
    uint32_t length = journal_record_size(header.size, more);
    if (header.id == 0 || header.id >= JOURNAL_IDS || header.size > JOURNAL_VALUE_MAX ||
        at + length > JOURNAL_HALF_SIZE) {
        return none;
    }
    uint32_t crc_at = place->base + at + 4 + padded(header.size);
    uint32_t crc = journal_word(crc_at);
    if (crc != stored_crc(place->base + at, place->generation, header)) {
        return none;
    }
    return (struct found){length, more, more || journal_word(crc_at + 4) == journal_seal_of(crc)};
}

// Sets the end of the last complete commit; false when that commit lacks its seal. A seal in front of
// another commit needs no look: it was complete when that one began.
static bool find_tail(struct journal_place *place)
{
    uint32_t at = JOURNAL_HEAD_SIZE;
    bool sealed = true;

    place->tail = at;
    for (struct found found = look_at(place, at); found.length != 0; found = look_at(place, at)) {
        at += found.length;
        if (!found.more) {
            place->tail = at;
            sealed = found.sealed;
        }
    }
    return sealed;
}

// A commit that was begun shows behind the end; the end itself is a zero word, or that of the half.
static bool is_ended(const struct journal_place *place)
{
    return place->tail + 4 > JOURNAL_HALF_SIZE || journal_word(place->base + place->tail) == 0;
}

// `again` was begun, perhaps torn, so the check word is whole for good.
static bool is_certain(uint32_t base)
{
    return journal_word(base + AT_AGAIN) != 0 || journal_word(base + AT_PROVEN) != 0;
}

// The older one of two valid halves is voided only when the newer one is complete. Until then it is certain, and the
// newer one's check word may be the torn one.
static uint32_t choose_of_two(void)
{
    bool second_is_newer = is_newer(journal_word(JOURNAL_HALF_SIZE), journal_word(0));
    uint32_t newer = second_is_newer ? JOURNAL_HALF_SIZE : 0;
    uint32_t older = JOURNAL_HALF_SIZE - newer;

    return !is_certain(newer) && is_certain(older) ? older : newer;
}

static enum status choose_half(struct journal_place *place)
{
    bool first = half_is_valid(0);
    bool second = half_is_valid(JOURNAL_HALF_SIZE);

    if (!first && !second) {
        *place = (struct journal_place){0, 1, JOURNAL_HEAD_SIZE};
        return journal_write_head(0, 1);
    }
    if (first && second) {
        place->base = choose_of_two();
    } else {
        place->base = second ? JOURNAL_HALF_SIZE : 0;
    }
    place->generation = journal_word(place->base + AT_GENERATION);
    return STATUS_OK;
}

enum status journal_recover(struct journal_place *place)
{
    enum status status = choose_half(place);

    if (status == STATUS_OK) {
        status = void_other_half(place);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bool is_whole = find_tail(place) && is_ended(place) && half_is_proven(place);
    return is_whole ? STATUS_OK : STATUS_AGAIN;
}
