// SPDX-License-Identifier: Apache-2.0
// Reading, committing and compacting. What a cut may have left behind is put in order by journal_recover.c before
// anything here runs. A word that goes bad later costs the record it is in: that one reads as none.
#include "node/store/journal.h"

#include "base/contract.h"
#include "node/port/eeprom.h"
#include "node/store/journal_layout.h"

static struct journal_place place;

// An id that is not there has the header of a record of nothing.
static struct journal_header header_of_newest(uint8_t id)
{
    uint32_t at = place.newest[id];
    struct journal_header header = journal_header_at(place.base + at);

    return at != 0 && journal_is_plausible(at, header) ? header : (struct journal_header){0};
}

static uint32_t size_of_newest(uint8_t id)
{
    return header_of_newest(id).size;
}

enum status journal_read(uint8_t id, void *buffer, size_t capacity, size_t *size)
{
    struct journal_header header = header_of_newest(id);

    *size = header.size;
    if (*size > capacity) {
        return STATUS_TOO_BIG;
    }
    if (!journal_load(&place, place.newest[id], header, buffer) && place.is_sealed) {
        *size = 0;
    }
    return STATUS_OK;
}

// ---- writing ----

static uint32_t size_of_items(const struct journal_item *items, size_t count)
{
    uint32_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += journal_record_size((uint32_t)items[i].value.size, i + 1 < count);
    }
    return total;
}

// Bytes that the records which `items` (one at least) do not replace take after a compaction.
static uint32_t size_of_kept(const struct journal_item *items, size_t count)
{
    uint32_t total = 0;
    unsigned nth = 0;

    for (uint8_t id = 1; id < JOURNAL_IDS; id++) {
        uint32_t size = size_of_newest(id);
        if (size != 0 && !journal_is_replaced(id, items, count)) {
            total += journal_record_size(size, !journal_has_seal(nth++));
        }
    }
    return total;
}

static void copy_record(struct journal_writer *writer, uint8_t id, bool more)
{
    uint8_t value[JOURNAL_VALUE_MAX];
    size_t size;

    (void)journal_read(id, value, sizeof value, &size); // as long as any value
    journal_append(writer, (struct journal_item){id, span_of(value, size)}, more);
}

// With nothing behind them the last one has a seal in any case.
static void copy_kept(struct journal_writer *writer, const struct journal_item *items, size_t count)
{
    uint8_t last = 0;
    unsigned nth = 0;

    for (uint8_t id = 1; id < JOURNAL_IDS && count == 0; id++) {
        last = size_of_newest(id) != 0 ? id : last;
    }
    for (uint8_t id = 1; id < JOURNAL_IDS; id++) {
        bool is_there =
            id == last || size_of_newest(id) != 0; // `last` even if it reads wrong by now
        if (is_there && !journal_is_replaced(id, items, count)) {
            bool sealed = journal_has_seal(nth++) || id == last;
            copy_record(writer, id, !sealed);
        }
    }
}

// What an older use of the half left behind the end at `end` must not look like a record. Comes before the words
// that make the new end count.
static enum status end_log(uint32_t base, uint32_t end)
{
    if (end + 4 > JOURNAL_HALF_SIZE || journal_word(base + end) == 0) {
        return STATUS_OK;
    }
    return eeprom_write_word(base + end, 0);
}

struct journal_writer journal_begin_half(void)
{
    uint32_t base = JOURNAL_HALF_SIZE - place.base;

    return (struct journal_writer){base, place.generation + 1, JOURNAL_HEAD_SIZE,
                                   journal_void_head(base)};
}

enum status journal_end_half(struct journal_writer *writer)
{
    if (writer->status == STATUS_OK) {
        writer->status = end_log(writer->base, writer->at);
    }
    if (writer->status == STATUS_OK) {
        writer->status = journal_write_head(writer->base, writer->generation);
    }
    if (writer->status == STATUS_OK) {
        place.base = writer->base;
        place.generation = writer->generation;
        journal_scan(&place);
        (void)journal_void_head(JOURNAL_HALF_SIZE -
                                place.base); // if it fails, the next start does it
    }
    return writer->status;
}

// Writes what is kept and what is new into the other half.
static enum status compact(const struct journal_item *items, size_t count)
{
    struct journal_writer writer = journal_begin_half();

    copy_kept(&writer, items, count);
    journal_append_all(&writer, items, count);
    return journal_end_half(&writer);
}

enum status journal_commit(const struct journal_item *items, size_t count)
{
    journal_expect_sound(items, count);
    uint32_t added = size_of_items(items, count);

    if (!place.is_whole || place.tail + added > JOURNAL_HALF_SIZE) {
        if (JOURNAL_HEAD_SIZE + size_of_kept(items, count) + added > JOURNAL_HALF_SIZE) {
            return STATUS_TOO_BIG;
        }
        return compact(items, count);
    }
    struct journal_writer writer = {place.base, place.generation, place.tail,
                                    end_log(place.base, place.tail + added)};
    journal_append_all(&writer, items, count);
    place.is_whole =
        writer.status == STATUS_OK; // what was begun and not finished stays where it is
    if (place.is_whole) {
        (void)journal_take_in(&place, writer.at);
    }
    return writer.status;
}

uint32_t journal_mark(void)
{
    return place.generation << 16 ^ place.tail;
}

size_t journal_room(void)
{
    uint32_t taken = JOURNAL_HEAD_SIZE + size_of_kept(NULL, 0) + journal_record_size(0, false);

    return taken < JOURNAL_HALF_SIZE ? JOURNAL_HALF_SIZE - taken : 0;
}

enum status journal_open(void)
{
    enum status status = journal_recover(&place);

    return status == STATUS_OK && !place.is_whole ? compact(NULL, 0) : status;
}
