// SPDX-License-Identifier: Apache-2.0
// Reading, committing and compacting. What a cut may have left behind is put in order by journal_recover.c before
// anything here runs.
#include "node/store/journal.h"

#include "base/contract.h"
#include "base/crc32.h"
#include "node/port/eeprom.h"
#include "node/store/journal_layout.h"

static struct journal_place place;

// Offset of the newest record of `id` inside the half in use, 0 when there is none.
static uint32_t find_newest(uint8_t id)
{
    uint32_t found = 0;

    for (uint32_t at = JOURNAL_HEAD_SIZE; at < place.tail;) {
        struct journal_header header = journal_header_at(place.base + at);
        if (header.id == id) {
            found = at;
        }
        at += journal_record_size(header.size, (header.flags & JOURNAL_MORE) != 0);
    }
    return found;
}

static uint32_t size_of_newest(uint8_t id)
{
    uint32_t at = find_newest(id);

    return at == 0 ? 0 : journal_header_at(place.base + at).size;
}

enum status journal_read(uint8_t id, void *buffer, size_t capacity, size_t *size)
{
    uint32_t at = find_newest(id);

    *size = at == 0 ? 0 : journal_header_at(place.base + at).size;
    if (*size > capacity) {
        return STATUS_TOO_BIG;
    }
    eeprom_read(place.base + at + 4, buffer, *size);
    return STATUS_OK;
}

// ---- writing ----

// Where records are written, in the half in use or in the one that will be; keeps the first failure.
struct writer {
    uint32_t base;
    uint32_t generation;
    uint32_t at;
    enum status status;
};

static void put_word(struct writer *writer, uint32_t word)
{
    if (writer->status == STATUS_OK) {
        writer->status = eeprom_write_word(writer->base + writer->at, word);
    }
    writer->at += 4;
}

static void append(struct writer *writer, struct journal_item item, bool more)
{
    struct journal_header header = {item.id, more ? JOURNAL_MORE : 0, (uint16_t)item.value.size};
    uint32_t crc = journal_begin_crc(writer->generation, header);

    put_word(writer, journal_pack(header));
    for (size_t i = 0; i < item.value.size; i += 4) {
        uint32_t word = 0;
        size_t left = item.value.size - i;
        memcpy(&word, item.value.data + i, left < 4 ? left : 4);
        crc = crc32_update(crc, &word, sizeof word);
        put_word(writer, word);
    }
    put_word(writer, crc);
    if (!more) {
        put_word(writer, journal_seal_of(crc));
    }
}

static void append_all(struct writer *writer, const struct journal_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        append(writer, items[i], i + 1 < count);
    }
}

static bool is_replaced(uint8_t id, const struct journal_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].id == id) {
            return true;
        }
    }
    return false;
}

static uint32_t size_of_items(const struct journal_item *items, size_t count)
{
    uint32_t total = 0;

    for (size_t i = 0; i < count; i++) {
        CONTRACT(items[i].value.size <= JOURNAL_VALUE_MAX && items[i].id != 0 &&
                 items[i].id < JOURNAL_IDS);
        total += journal_record_size((uint32_t)items[i].value.size, i + 1 < count);
    }
    return total;
}

// A compaction seals every eighth record: a seal each would cost room, and one for all would let a single bad word take
// all of them with it.
static bool has_seal(unsigned nth)
{
    enum { GROUP = 8 };

    return nth % GROUP == GROUP - 1;
}

// Bytes that the records which `items` (one at least) do not replace take after a compaction.
static uint32_t size_of_kept(const struct journal_item *items, size_t count)
{
    uint32_t total = 0;
    unsigned nth = 0;

    for (uint8_t id = 1; id < JOURNAL_IDS; id++) {
        uint32_t size = size_of_newest(id);
        if (size != 0 && !is_replaced(id, items, count)) {
            total += journal_record_size(size, !has_seal(nth++));
        }
    }
    return total;
}

static void copy_record(struct writer *writer, uint8_t id, bool more)
{
    uint8_t value[JOURNAL_VALUE_MAX];
    size_t size;
    enum status status = journal_read(id, value, sizeof value, &size);

    if (status != STATUS_OK) {
        writer->status = status;
    } else {
        append(writer, (struct journal_item){id, span_of(value, size)}, more);
    }
}

// With nothing behind them the last one has a seal in any case.
static void copy_kept(struct writer *writer, const struct journal_item *items, size_t count)
{
    uint8_t last = 0;
    unsigned nth = 0;

    for (uint8_t id = 1; id < JOURNAL_IDS && count == 0; id++) {
        last = size_of_newest(id) != 0 ? id : last;
    }
    for (uint8_t id = 1; id < JOURNAL_IDS; id++) {
        if (size_of_newest(id) != 0 && !is_replaced(id, items, count)) {
            bool sealed = has_seal(nth++) || id == last;
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

// Writes what is kept and what is new into the other half; the head makes all of it count at once.
static enum status compact(const struct journal_item *items, size_t count)
{
    struct writer writer = {JOURNAL_HALF_SIZE - place.base, place.generation + 1, JOURNAL_HEAD_SIZE,
                            journal_void_head(JOURNAL_HALF_SIZE - place.base)};

    copy_kept(&writer, items, count);
    append_all(&writer, items, count);
    if (writer.status == STATUS_OK) {
        writer.status = end_log(writer.base, writer.at);
    }
    if (writer.status == STATUS_OK) {
        writer.status = journal_write_head(writer.base, writer.generation);
    }
    if (writer.status == STATUS_OK) {
        place = (struct journal_place){writer.base, writer.generation, writer.at};
        (void)journal_void_head(JOURNAL_HALF_SIZE -
                                place.base); // if it fails, the next start does it
    }
    return writer.status;
}

enum status journal_commit(const struct journal_item *items, size_t count)
{
    CONTRACT(count > 0);
    uint32_t added = size_of_items(items, count);

    if (place.tail + added > JOURNAL_HALF_SIZE) {
        if (JOURNAL_HEAD_SIZE + size_of_kept(items, count) + added > JOURNAL_HALF_SIZE) {
            return STATUS_TOO_BIG;
        }
        return compact(items, count);
    }
    struct writer writer = {place.base, place.generation, place.tail,
                            end_log(place.base, place.tail + added)};
    append_all(&writer, items, count);
    if (writer.status == STATUS_OK) {
        place.tail = writer.at;
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

    return status == STATUS_AGAIN ? compact(NULL, 0) : status;
}
