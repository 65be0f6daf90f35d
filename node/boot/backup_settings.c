// SPDX-License-Identifier: Apache-2.0
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

// The stream was checked as a whole; a chip that reads otherwise now must not lead astray all the same.
static enum status read(void *context, uint8_t id, uint8_t *value, size_t *size)
{
    const struct backup_settings *settings = context;
    uint8_t head[HEAD_SIZE];
    enum status status = STATUS_OK;

    for (uint32_t at = 0; at + HEAD_SIZE <= settings->size; at += HEAD_SIZE + (uint32_t)head[1]) {
        status = nor_read(BACKUP_SETTINGS_AT + at, head, sizeof head);
        if (status != STATUS_OK) {
            return status;
        }
        if (head[0] == id) {
            *size = head[1];
            return at + HEAD_SIZE + head[1] <= settings->size
                       ? nor_read(BACKUP_SETTINGS_AT + at + HEAD_SIZE, value, head[1])
                       : STATUS_CORRUPT;
        }
    }
    return STATUS_OK;
}

struct journal_source backup_source(struct backup_settings *settings)
{
    return (struct journal_source){covers, read, settings};
}
