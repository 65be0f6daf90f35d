// SPDX-License-Identifier: Apache-2.0
#include "node/store/record.h"

#include "base/contract.h"
#include "base/endian.h"

enum { // of the download
    FLAG_TOLD = 1,
    FLAG_ERASED = 2,
};
enum { // of the install
    FLAG_MANIFEST = 1,
    FLAG_BACKUP = 2,
};
enum { // bytes of the longest record
    LONGEST = 1 + 2 + 16 + 2 * (1 + RECORD_TEXT_MAX),
};
_Static_assert(3 * LONGEST <= RECORD_CHANGE_SIZE, "download, install and report, and some numbers");

// ---- reading: a cursor that turns to failed for good at the first byte missing ----

struct reader {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

static uint8_t take_u8(struct reader *reader)
{
    if (reader->at == reader->end) {
        reader->failed = true;
        return 0;
    }
    return *reader->at++;
}

static uint32_t take_u32(struct reader *reader)
{
    if (reader->end - reader->at < 4) {
        reader->failed = true;
        return 0;
    }
    reader->at += 4;
    return load_le32(reader->at - 4);
}

static void take_text(struct reader *reader, char *text, size_t capacity)
{
    size_t size = take_u8(reader);

    if (reader->failed || size >= capacity || (size_t)(reader->end - reader->at) < size) {
        reader->failed = true;
        return;
    }
    memcpy(text, reader->at, size);
    text[size] = '\0';
    reader->at += size;
}

static struct reader begin_read(uint8_t id, uint8_t bytes[JOURNAL_VALUE_MAX])
{
    size_t size = 0;
    enum status status = journal_read(id, bytes, JOURNAL_VALUE_MAX, &size);
    struct reader reader = {bytes, bytes + size, status != STATUS_OK};

    if (take_u8(&reader) != RECORD_FORMAT) {
        reader.failed = true;
    }
    return reader;
}

void record_read_download(struct download_record *record)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_DOWNLOAD, bytes);

    memset(record, 0, sizeof *record);
    record->boots = take_u8(&reader);
    uint8_t flags = take_u8(&reader);
    record->told = (flags & FLAG_TOLD) != 0;
    record->erased = (flags & FLAG_ERASED) != 0;
    record->size_bytes = take_u32(&reader);
    take_text(&reader, record->title, sizeof record->title);
    take_text(&reader, record->version, sizeof record->version);
    take_text(&reader, record->checksum, sizeof record->checksum);
    if (reader.failed) {
        memset(record, 0, sizeof *record);
    }
}

static uint32_t read_progress(void)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_PROGRESS, bytes);
    uint32_t done_bytes = take_u32(&reader);

    return reader.failed ? 0 : done_bytes;
}

void record_read_install(struct install_record *record)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_INSTALL, bytes);

    memset(record, 0, sizeof *record);
    record->state = (enum install_state)take_u8(&reader);
    uint8_t flags = take_u8(&reader);
    record->has_manifest = (flags & FLAG_MANIFEST) != 0;
    record->has_backup = (flags & FLAG_BACKUP) != 0;
    record->size_bytes = take_u32(&reader);
    record->crc32 = take_u32(&reader);
    record->counter = take_u32(&reader);
    record->revoked = take_u32(&reader);
    take_text(&reader, record->title, sizeof record->title);
    take_text(&reader, record->version, sizeof record->version);
    record->done_bytes = read_progress();
    if (reader.failed) {
        memset(record, 0, sizeof *record);
    }
}

void record_read_report(struct report_record *record)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_REPORT, bytes);

    memset(record, 0, sizeof *record);
    record->code = take_u8(&reader);
    take_text(&reader, record->title, sizeof record->title);
    take_text(&reader, record->version, sizeof record->version);
    if (reader.failed) {
        memset(record, 0, sizeof *record);
    }
}

void record_read_trial(struct trial_record *record)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_TRIAL, bytes);

    record->boots = take_u8(&reader);
    record->power_ons = take_u8(&reader);
    if (reader.failed) {
        memset(record, 0, sizeof *record);
    }
}

void record_read_security(struct security_record *record)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_SECURITY, bytes);

    record->counter = take_u32(&reader);
    record->revoked = take_u32(&reader);
    if (reader.failed) {
        memset(record, 0, sizeof *record);
    }
}

// ---- writing ----

static uint8_t *put_u8(uint8_t *at, unsigned value)
{
    *at = (uint8_t)value;
    return at + 1;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    store_le32(at, value);
    return at + 4;
}

static uint8_t *put_text(uint8_t *at, const char *text)
{
    size_t size = strlen(text);

    CONTRACT(size <= RECORD_TEXT_MAX);
    at = put_u8(at, (unsigned)size);
    memcpy(at, text, size);
    return at + size;
}

void record_change_init(struct record_change *change)
{
    change->count = 0;
    change->used = 0;
}

static uint8_t *begin(struct record_change *change)
{
    return put_u8(change->bytes + change->used, RECORD_FORMAT);
}

// The record reaches from where begin() started it to `last`.
static void end(struct record_change *change, uint8_t id, const uint8_t *last)
{
    const uint8_t *first = change->bytes + change->used;
    struct span value = span_of(first, (size_t)(last - first));

    CONTRACT(change->count < RECORD_CHANGE_ITEMS);
    change->items[change->count++] = (struct journal_item){id, value};
    change->used = (uint16_t)(change->used + value.size);
}

// What says "none" is deleted instead of written.
static void put_nothing(struct record_change *change, uint8_t id)
{
    end(change, id, change->bytes + change->used);
}

void record_put_download(struct record_change *change, const struct download_record *record)
{
    if (record->size_bytes == 0) {
        put_nothing(change, RECORD_DOWNLOAD);
        return;
    }
    uint8_t *at = begin(change);
    at = put_u8(at, record->boots);
    at = put_u8(at, (record->told ? FLAG_TOLD : 0U) | (record->erased ? FLAG_ERASED : 0U));
    at = put_u32(at, record->size_bytes);
    at = put_text(at, record->title);
    at = put_text(at, record->version);
    at = put_text(at, record->checksum);
    end(change, RECORD_DOWNLOAD, at);
}

void record_put_install(struct record_change *change, const struct install_record *record)
{
    if (record->state == INSTALL_NONE) {
        put_nothing(change, RECORD_INSTALL);
        return;
    }
    uint8_t *at = begin(change);
    at = put_u8(at, (unsigned)record->state);
    at = put_u8(at, (record->has_manifest ? FLAG_MANIFEST : 0U) |
                        (record->has_backup ? FLAG_BACKUP : 0U));
    at = put_u32(at, record->size_bytes);
    at = put_u32(at, record->crc32);
    at = put_u32(at, record->counter);
    at = put_u32(at, record->revoked);
    at = put_text(at, record->title);
    at = put_text(at, record->version);
    end(change, RECORD_INSTALL, at);
}

void record_put_progress(struct record_change *change, uint32_t done_bytes)
{
    if (done_bytes == 0) {
        put_nothing(change, RECORD_PROGRESS);
        return;
    }
    end(change, RECORD_PROGRESS, put_u32(begin(change), done_bytes));
}

void record_put_report(struct record_change *change, const struct report_record *record)
{
    if (record->code == 0) {
        put_nothing(change, RECORD_REPORT);
        return;
    }
    uint8_t *at = begin(change);
    at = put_u8(at, record->code);
    at = put_text(at, record->title);
    at = put_text(at, record->version);
    end(change, RECORD_REPORT, at);
}

void record_put_trial(struct record_change *change, const struct trial_record *record)
{
    if (record->boots == 0 && record->power_ons == 0) {
        put_nothing(change, RECORD_TRIAL);
        return;
    }
    uint8_t *at = put_u8(begin(change), record->boots);
    end(change, RECORD_TRIAL, put_u8(at, record->power_ons));
}

void record_put_security(struct record_change *change, const struct security_record *record)
{
    if (record->counter == 0 && record->revoked == 0) {
        put_nothing(change, RECORD_SECURITY);
        return;
    }
    uint8_t *at = put_u32(begin(change), record->counter);
    end(change, RECORD_SECURITY, put_u32(at, record->revoked));
}

enum status record_commit(const struct record_change *change)
{
    return change->count == 0 ? STATUS_OK : journal_commit(change->items, change->count);
}
