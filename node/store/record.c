// SPDX-License-Identifier: Apache-2.0
// Reading. What is missing, of another format or too short reads as none.
#include "node/store/record.h"

#include "base/endian.h"
#include "node/store/record_layout.h"

// A cursor that turns to failed for good at the first byte missing.

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
    record->power_ons = take_u8(&reader);
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

bool record_download_is_open(void)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_DOWNLOAD, bytes);

    return !reader.failed; // what says "none" is deleted
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
    record->other_product = take_u8(&reader) != 0;
    if (reader.failed) {
        memset(record, 0, sizeof *record);
    }
}

// Both only rise.
static void add_security(struct security_record *record, uint8_t id)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(id, bytes);
    uint32_t counter = take_u32(&reader);
    uint32_t revoked = take_u32(&reader);

    if (!reader.failed) {
        record->counter = counter > record->counter ? counter : record->counter;
        record->revoked |= revoked;
    }
}

void record_read_security(struct security_record *record)
{
    memset(record, 0, sizeof *record);
    add_security(record, RECORD_SECURITY);
    add_security(record, RECORD_SECURITY_COPY);
}

bool record_security_agrees(void)
{
    struct security_record first = {0}, copy = {0};

    add_security(&first, RECORD_SECURITY);
    add_security(&copy, RECORD_SECURITY_COPY);
    return first.counter == copy.counter && first.revoked == copy.revoked;
}

bool record_read_backup(struct backup_record *record)
{
    uint8_t bytes[JOURNAL_VALUE_MAX];
    struct reader reader = begin_read(RECORD_BACKUP, bytes);

    if (reader.failed || reader.end - reader.at != RECORD_DIGEST_SIZE) {
        return false;
    }
    memcpy(record->digest, reader.at, RECORD_DIGEST_SIZE);
    return true;
}
