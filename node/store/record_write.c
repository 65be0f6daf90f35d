// SPDX-License-Identifier: Apache-2.0
// Writing: several records gathered for one commit.
#include "base/contract.h"
#include "base/endian.h"
#include "node/store/record.h"
#include "node/store/record_layout.h"

enum { // bytes of the longest record
    LONGEST = 1 + 2 + 16 + 2 * (1 + RECORD_TEXT_MAX),
};
_Static_assert(3 * LONGEST <= RECORD_CHANGE_SIZE, "download, install and report, and some numbers");

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
    at = put_u8(at, record->power_ons);
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
    if (record->boots == 0 && record->power_ons == 0 && !record->other_product) {
        put_nothing(change, RECORD_TRIAL);
        return;
    }
    uint8_t *at = put_u8(begin(change), record->boots);
    at = put_u8(at, record->power_ons);
    end(change, RECORD_TRIAL, put_u8(at, record->other_product));
}

void record_put_security(struct record_change *change, const struct security_record *record)
{
    static const uint8_t ids[] = {RECORD_SECURITY, RECORD_SECURITY_COPY};

    for (unsigned i = 0; i < sizeof ids; i++) {
        uint8_t *at = put_u32(begin(change), record->counter);
        end(change, ids[i], put_u32(at, record->revoked));
    }
}

void record_put_backup(struct record_change *change, const struct backup_record *record)
{
    if (record == NULL) {
        put_nothing(change, RECORD_BACKUP);
        return;
    }
    uint8_t *at = begin(change);
    memcpy(at, record->digest, RECORD_DIGEST_SIZE);
    end(change, RECORD_BACKUP, at + RECORD_DIGEST_SIZE);
}

void record_drop(struct record_change *change, uint8_t id)
{
    put_nothing(change, id);
}

enum status record_commit(const struct record_change *change)
{
    return journal_commit(change->items, change->count);
}

enum status record_restore(const struct record_change *change, const struct journal_source *source)
{
    return journal_restore(source, change->items, change->count);
}
