// SPDX-License-Identifier: Apache-2.0
// What journal_open() finds of the log, after a cut too, and how it makes sure that every later reset finds the same.
#include "base/crc32.h"
#include "node/port/eeprom.h"
#include "node/store/journal.h"
#include "node/store/journal_layout.h"

#define SEAL_MIX 0x7365616cU

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

uint32_t journal_crc(uint32_t generation, struct journal_header header, const void *value)
{
    static const uint8_t padding[3] = {0};
    uint32_t words[2] = {generation, journal_pack(header)};
    uint32_t crc = crc32_update(0, words, sizeof words);

    crc = crc32_update(crc, value, header.size);
    return crc32_update(crc, padding, -(size_t)header.size % 4);
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

bool journal_is_plausible(uint32_t at, struct journal_header header)
{
    return header.id != 0 && header.id < JOURNAL_IDS && header.flags <= JOURNAL_MORE &&
           header.size <= JOURNAL_VALUE_MAX &&
           at + journal_record_size(header.size, header.flags != 0) <= JOURNAL_HALF_SIZE;
}

bool journal_load(const struct journal_place *place, uint32_t at, struct journal_header header,
                  void *value)
{
    uint32_t value_at = place->base + at + 4;

    eeprom_read(value_at, value, header.size);
    return journal_word(value_at + padded(header.size)) ==
           journal_crc(place->generation, header, value);
}

// Nothing sound of this generation stands behind a commit that was cut. So what is sound behind a bad word was complete
// before that word went bad: it costs the record it is in and no other. Any word may be the bad one, a header too, so
// each is tried as one.
bool journal_take_in(struct journal_place *place, uint32_t limit)
{
    uint8_t value[JOURNAL_VALUE_MAX];
    uint32_t end = place->tail;

    for (uint32_t at = end; at < limit;) {
        struct journal_header header = journal_header_at(place->base + at);
        if (!journal_is_plausible(at, header) || !journal_load(place, at, header, value)) {
            at += 4;
            continue;
        }
        place->is_whole = place->is_whole && at == end;
        place->newest[header.id] = (uint16_t)at;
        at += journal_record_size(header.size, header.flags != 0);
        end = at;
        place->tail = header.flags != 0 ? place->tail : end;
    }
    return end == place->tail;
}

static bool look_through(struct journal_place *place, uint32_t limit)
{
    memset(place->newest, 0, sizeof place->newest);
    place->tail = JOURNAL_HEAD_SIZE;
    place->is_whole = true;
    return journal_take_in(place, limit);
}

// A seal in front of another commit needs no look: it was complete when that one began.
static bool is_sealed(const struct journal_place *place)
{
    uint32_t end = place->base + place->tail;

    return place->tail == JOURNAL_HEAD_SIZE ||
           journal_word(end - 4) == journal_seal_of(journal_word(end - 8));
}

// A commit that was begun shows behind the end; the end itself is a zero word, or that of the half.
static bool is_ended(const struct journal_place *place)
{
    return place->tail + 4 > JOURNAL_HALF_SIZE || journal_word(place->base + place->tail) == 0;
}

// Another look leaves out what a cut left of a commit. In front of it no word is torn.
void journal_scan(struct journal_place *place)
{
    uint32_t limit = JOURNAL_HALF_SIZE;

    while (!look_through(place, limit)) {
        limit = place->tail;
    }
    place->is_sealed = is_sealed(place);
    place->is_whole =
        place->is_whole && place->is_sealed && is_ended(place) && journal_head_is_whole(place);
}

// A word that refuses to be written is no reason to forget where the journal ends: what is written next would lie over it.
enum status journal_recover(struct journal_place *place)
{
    enum status status = journal_choose_half(place);

    journal_scan(place);
    return status;
}
