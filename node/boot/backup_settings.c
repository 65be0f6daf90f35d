// SPDX-License-Identifier: Apache-2.0
#include "node/boot/backup.h"
#include "node/port/nor.h"

enum {
    HEAD_SIZE = 2,
    HISTORY_RECORDS = 8,
};

static struct {
    uint8_t bytes[BACKUP_SETTINGS_MAX];
    uint32_t size;
    enum backup_thrift thrift;
} kept;

bool backup_keeps(uint8_t id)
{
    return (id >= RECORD_SETTING_FIRST && id <= RECORD_SETTING_LAST) || id == RECORD_IMEI ||
           id == RECORD_PRODUCT || id == RECORD_SETTINGS_FORMAT;
}

static bool is_let_go(enum backup_thrift thrift, uint8_t id)
{
    if (id >= RECORD_HISTORY && id < RECORD_HISTORY + HISTORY_RECORDS) {
        return thrift >= BACKUP_DROP_HISTORY;
    }
    return thrift >= BACKUP_DROP_REPORTS &&
           (id == RECORD_DOWNLOAD || id == RECORD_REPORT || id == RECORD_TRIGGER);
}

static bool covers(void *context, uint8_t id)
{
    (void)context;
    return backup_keeps(id) || is_let_go(kept.thrift, id);
}

enum status backup_load_settings(uint32_t size)
{
    kept.size = size;
    return nor_read(BACKUP_SETTINGS_AT, kept.bytes, size);
}

struct span backup_settings(void)
{
    return span_of(kept.bytes, kept.size);
}

static enum status read(void *context, uint8_t id, uint8_t *value, size_t *size)
{
    const uint8_t *end = kept.bytes + kept.size;

    (void)context;
    for (const uint8_t *at = kept.bytes; end - at >= HEAD_SIZE; at += HEAD_SIZE + at[1]) {
        if (at[0] == id && end - at >= HEAD_SIZE + at[1]) {
            *size = at[1];
            memcpy(value, at + HEAD_SIZE, at[1]);
        }
    }
    return STATUS_OK;
}

struct journal_source backup_source(enum backup_thrift thrift)
{
    kept.thrift = thrift;
    return (struct journal_source){covers, read, NULL};
}
