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

static bool is_replaced(uint8_t id, const struct journal_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].id == id) {
            return true;
        }
    }
    return false;
}

static void expect_sound(const struct journal_item *items, size_t count)
{
    CONTRACT(count > 0);
    for (size_t i = 0; i < count; i++) {
        CONTRACT(items[i].value.size <= JOURNAL_VALUE_MAX && items[i].id != 0 &&
                 items[i].id < JOURNAL_IDS);
    }
}

static uint32_t size_of_items(const struct journal_item *items, size_t count)
{
    uint32_t total = 0;

    for (size_t i = 0; i < count; i++) {
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

// The value that counts for `id` behind a compaction which `source`, if there is one, has a say in.
static enum status read_kept(const struct journal_source *source, uint8_t id,
                             uint8_t value[JOURNAL_VALUE_MAX], size_t *size)
{
    if (source != NULL && source->covers(source->context, id)) {
        *size = 0;
        return source->read(source->context, id, value, size);
    }
    return journal_read(id, value, JOURNAL_VALUE_MAX, size);
}

static void copy_record(struct journal_writer *writer, const struct journal_source *source,
                        uint8_t id, unsigned *nth, bool is_last)
{
    uint8_t value[JOURNAL_VALUE_MAX];
    size_t size;
    enum status status = read_kept(source, id, value, &size);

    if (status != STATUS_OK) {
        writer->status = status;
    } else if (size != 0) {
        bool sealed = has_seal((*nth)++) || is_last;
        journal_append(writer, (struct journal_item){id, span_of(value, size)}, !sealed);
    }
}

// With nothing behind them the last one has a seal in any case.
static void copy_kept(struct journal_writer *writer, const struct journal_source *source,
                      const struct journal_item *items, size_t count)
{
    uint8_t last = 0;
    unsigned nth = 0;

    for (uint8_t id = 1; id < JOURNAL_IDS && count == 0; id++) {
        last = size_of_newest(id) != 0 ? id : last;
    }
    for (uint8_t id = 1; id < JOURNAL_IDS && writer->status == STATUS_OK; id++) {
        if (!is_replaced(id, items, count)) {
            copy_record(writer, source, id, &nth, id == last);
        }
    }
}

// What is not copied needs no record that deletes it; the last item carries the seal.
static void append_present(struct journal_writer *writer, const struct journal_item *items,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].value.size != 0 || i + 1 == count) {
            journal_append(writer, items[i], i + 1 < count);
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
static enum status compact(const struct journal_source *source, const struct journal_item *items,
                           size_t count)
{
    struct journal_writer writer = {JOURNAL_HALF_SIZE - place.base, place.generation + 1,
                                    JOURNAL_HEAD_SIZE,
                                    journal_void_head(JOURNAL_HALF_SIZE - place.base)};

    copy_kept(&writer, source, items, count);
    append_present(&writer, items, count);
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
    expect_sound(items, count);
    uint32_t added = size_of_items(items, count);

    if (place.tail + added > JOURNAL_HALF_SIZE) {
        if (JOURNAL_HEAD_SIZE + size_of_kept(items, count) + added > JOURNAL_HALF_SIZE) {
            return STATUS_TOO_BIG;
        }
        return compact(NULL, items, count);
    }
    struct journal_writer writer = {place.base, place.generation, place.tail,
                                    end_log(place.base, place.tail + added)};
    journal_append_all(&writer, items, count);
    if (writer.status == STATUS_OK) {
        place.tail = writer.at;
    }
    return writer.status;
}

enum status journal_restore(const struct journal_source *source, const struct journal_item *items,
                            size_t count)
{
    expect_sound(items, count);
    return compact(source, items, count);
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

    return status == STATUS_AGAIN ? compact(NULL, NULL, 0) : status;
}
