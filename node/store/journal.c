// SPDX-License-Identifier: Apache-2.0
#include "node/store/journal.h"

#include "base/contract.h"
#include "base/crc32.h"
#include "node/port/eeprom.h"

enum {
    HEAD_SIZE = 8,
    OVERHEAD = 8,           // header and CRC word of a record
    FLAG_MORE = 1,          // the next record belongs to the same commit
    CHECK_MIX = 0x6e6a6f75, // "njou": tells a journal from any other content
};

struct header {
    uint8_t id;
    uint8_t flags;
    uint16_t size;
};

// Where the journal stands; rebuilt by journal_open().
static struct {
    uint32_t base;       // offset of the half in use
    uint32_t generation; // its generation
    uint32_t tail;       // offset of the next record inside the half
} journal;

static uint32_t read_word(uint32_t offset)
{
    uint32_t word;

    eeprom_read(offset, &word, sizeof word);
    return word;
}

static uint32_t padded(uint32_t size)
{
    return (size + 3) & ~3U;
}

static uint32_t check_of(uint32_t generation)
{
    return ~generation ^ CHECK_MIX;
}

static struct header unpack(uint32_t word)
{
    return (struct header){(uint8_t)word, (uint8_t)(word >> 8), (uint16_t)(word >> 16)};
}

static uint32_t pack(struct header header)
{
    return (uint32_t)header.id | (uint32_t)header.flags << 8 | (uint32_t)header.size << 16;
}

static uint32_t begin_crc(uint32_t generation, uint32_t header_word)
{
    uint32_t words[2] = {generation, header_word};

    return crc32_update(0, words, sizeof words);
}

static uint32_t stored_crc(uint32_t base, uint32_t at, uint32_t generation, struct header header)
{
    uint32_t crc = begin_crc(generation, pack(header));

    for (uint32_t i = 0; i < padded(header.size); i += 4) {
        uint32_t word = read_word(base + at + 4 + i);
        crc = crc32_update(crc, &word, sizeof word);
    }
    return crc;
}

// Length of the valid record at `at`, 0 when none is there.
static uint32_t record_length(uint32_t base, uint32_t at, uint32_t generation)
{
    if (at + OVERHEAD > JOURNAL_HALF_SIZE) {
        return 0;
    }
    struct header header = unpack(read_word(base + at));
    uint32_t length = OVERHEAD + padded(header.size);
    if (header.id == 0 || header.id >= JOURNAL_IDS || header.size > JOURNAL_VALUE_MAX ||
        at + length > JOURNAL_HALF_SIZE) {
        return 0;
    }
    uint32_t crc = read_word(base + at + length - 4);
    return crc == stored_crc(base, at, generation, header) ? length : 0;
}

// End of the last complete commit.
static uint32_t find_tail(uint32_t base, uint32_t generation)
{
    uint32_t tail = HEAD_SIZE;
    uint32_t at = HEAD_SIZE;
    uint32_t length;

    while ((length = record_length(base, at, generation)) != 0) {
        bool more = (unpack(read_word(base + at)).flags & FLAG_MORE) != 0;
        at += length;
        if (!more) {
            tail = at;
        }
    }
    return tail;
}

static bool half_is_valid(uint32_t base)
{
    return read_word(base + 4) == check_of(read_word(base));
}

// A half counts from its check word on, so that word goes last.
static enum status write_head(uint32_t base, uint32_t generation)
{
    enum status status = eeprom_write_word(base, generation);

    return status != STATUS_OK ? status : eeprom_write_word(base + 4, check_of(generation));
}

// A cut may have left the last word written so weak that it reads otherwise next time: the words that
// decide what counts are written again, and what lies behind the end is made to stay behind it.
static enum status harden(void)
{
    uint32_t last = journal.base + journal.tail - 4;
    enum status status = eeprom_write_word(last, read_word(last));

    if (status == STATUS_OK && journal.tail > HEAD_SIZE) {
        status = eeprom_write_word(journal.base + 4, check_of(journal.generation));
    }
    if (status == STATUS_OK && journal.tail + 4 <= JOURNAL_HALF_SIZE &&
        read_word(journal.base + journal.tail) != 0) {
        status = eeprom_write_word(journal.base + journal.tail, 0);
    }
    return status;
}

enum status journal_open(void)
{
    bool first = half_is_valid(0);
    bool second = half_is_valid(JOURNAL_HALF_SIZE);

    if (!first && !second) {
        enum status status = write_head(0, 1);
        if (status != STATUS_OK) {
            return status;
        }
        first = true;
    }
    // Generations are compared by distance, so that the count may wrap.
    bool second_is_newer =
        second && (!first || (int32_t)(read_word(JOURNAL_HALF_SIZE) - read_word(0)) > 0);
    journal.base = second_is_newer ? JOURNAL_HALF_SIZE : 0;
    journal.generation = read_word(journal.base);
    journal.tail = find_tail(journal.base, journal.generation);
    return harden();
}

// Offset of the newest record of `id` inside the half in use, 0 when there is none.
static uint32_t find_newest(uint8_t id)
{
    uint32_t found = 0;

    for (uint32_t at = HEAD_SIZE; at < journal.tail;) {
        struct header header = unpack(read_word(journal.base + at));
        if (header.id == id) {
            found = at;
        }
        at += OVERHEAD + padded(header.size);
    }
    return found;
}

enum status journal_read(uint8_t id, void *buffer, size_t capacity, size_t *size)
{
    uint32_t at = find_newest(id);

    *size = at == 0 ? 0 : unpack(read_word(journal.base + at)).size;
    if (*size > capacity) {
        return STATUS_TOO_BIG;
    }
    eeprom_read(journal.base + at + 4, buffer, *size);
    return STATUS_OK;
}

// Where records are written, in the half in use or in the one that will be.
struct writer {
    uint32_t base;
    uint32_t generation;
    uint32_t at;
};

static enum status append(struct writer *writer, struct journal_item item, uint8_t flags)
{
    struct header header = {item.id, flags, (uint16_t)item.value.size};
    uint32_t crc = begin_crc(writer->generation, pack(header));
    uint32_t offset = writer->base + writer->at;
    enum status status = eeprom_write_word(offset, pack(header));

    for (size_t i = 0; i < item.value.size && status == STATUS_OK; i += 4) {
        uint32_t word = 0;
        size_t left = item.value.size - i;
        memcpy(&word, item.value.data + i, left < 4 ? left : 4);
        crc = crc32_update(crc, &word, sizeof word);
        status = eeprom_write_word(offset + 4 + (uint32_t)i, word);
    }
    if (status == STATUS_OK) {
        status = eeprom_write_word(offset + 4 + padded(header.size), crc);
    }
    writer->at += OVERHEAD + padded(header.size);
    return status;
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
        total += OVERHEAD + padded((uint32_t)items[i].value.size);
    }
    return total;
}

// Bytes that the records which `items` do not replace take after a compaction.
static uint32_t size_of_kept(const struct journal_item *items, size_t count)
{
    uint32_t total = 0;

    for (uint8_t id = 1; id < JOURNAL_IDS; id++) {
        uint32_t at = find_newest(id);
        uint32_t size = at == 0 ? 0 : unpack(read_word(journal.base + at)).size;
        if (size != 0 && !is_replaced(id, items, count)) {
            total += OVERHEAD + padded(size);
        }
    }
    return total;
}

static enum status copy_record(struct writer *writer, uint8_t id)
{
    uint8_t value[JOURNAL_VALUE_MAX];
    size_t size;
    enum status status = journal_read(id, value, sizeof value, &size);

    if (status != STATUS_OK || size == 0) {
        return status;
    }
    return append(writer, (struct journal_item){id, span_of(value, size)}, 0);
}

static enum status append_all(struct writer *writer, const struct journal_item *items, size_t count)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = append(writer, items[i], i + 1 < count ? FLAG_MORE : 0);
    }
    return status;
}

static enum status end_log(const struct writer *writer)
{
    if (writer->at + 4 > JOURNAL_HALF_SIZE || read_word(writer->base + writer->at) == 0) {
        return STATUS_OK;
    }
    return eeprom_write_word(writer->base + writer->at, 0);
}

// Writes what is kept and what is new into the other half; the head makes all of it count at once.
static enum status compact(const struct journal_item *items, size_t count)
{
    struct writer writer = {JOURNAL_HALF_SIZE - journal.base, journal.generation + 1, HEAD_SIZE};
    enum status status = eeprom_write_word(writer.base + 4, 0);

    for (uint8_t id = 1; id < JOURNAL_IDS && status == STATUS_OK; id++) {
        if (!is_replaced(id, items, count)) {
            status = copy_record(&writer, id);
        }
    }
    if (status == STATUS_OK) {
        status = append_all(&writer, items, count);
    }
    if (status == STATUS_OK) {
        status = end_log(&writer);
    }
    if (status == STATUS_OK) {
        status = write_head(writer.base, writer.generation);
    }
    if (status == STATUS_OK) {
        journal.base = writer.base;
        journal.generation = writer.generation;
        journal.tail = writer.at;
    }
    return status;
}

enum status journal_commit(const struct journal_item *items, size_t count)
{
    CONTRACT(count > 0);
    uint32_t added = size_of_items(items, count);

    if (journal.tail + added > JOURNAL_HALF_SIZE) {
        if (HEAD_SIZE + size_of_kept(items, count) + added > JOURNAL_HALF_SIZE) {
            return STATUS_TOO_BIG;
        }
        return compact(items, count);
    }
    struct writer writer = {journal.base, journal.generation, journal.tail};
    enum status status = append_all(&writer, items, count);
    if (status == STATUS_OK) {
        journal.tail = writer.at;
    }
    return status;
}
