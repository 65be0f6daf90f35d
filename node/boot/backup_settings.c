// SPDX-License-Identifier: Apache-2.0
#include "base/crc32.h"
#include "node/boot/backup.h"
#include "node/port/nor.h"

enum {
    HEAD_SIZE = 2,
    HISTORY_RECORDS = 8,
};

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
    const struct backup_settings *settings = context;

    return backup_keeps(id) || is_let_go(settings->thrift, id);
}

enum status backup_load_settings(struct backup_settings *settings, const struct backup *backup)
{
    enum status status = nor_read(BACKUP_SETTINGS_AT, settings->bytes, backup->settings_size);

    settings->size = backup->settings_size;
    if (status != STATUS_OK) {
        return status;
    }
    return crc32_update(0, settings->bytes, settings->size) == backup->settings_crc32
               ? STATUS_OK
               : STATUS_CORRUPT;
}

static enum status read(void *context, uint8_t id, uint8_t *value, size_t *size)
{
    const struct backup_settings *settings = context;
    const uint8_t *end = settings->bytes + settings->size;

    for (const uint8_t *at = settings->bytes; end - at >= HEAD_SIZE; at += HEAD_SIZE + at[1]) {
        if (at[0] == id && end - at >= HEAD_SIZE + at[1]) {
            *size = at[1];
            memcpy(value, at + HEAD_SIZE, at[1]);
        }
    }
    return STATUS_OK;
}

struct journal_source backup_source(struct backup_settings *settings)
{
    return (struct journal_source){covers, read, settings};
}
