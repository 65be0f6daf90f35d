// SPDX-License-Identifier: Apache-2.0
#include "node/app/ota_record.h"

#include "node/app/app.h"
#include "node/app/install_news.h"
#include "node/app/report.h"
#include "node/app/security.h"
#include "node/port/power.h"
#include "node/store/history.h"
#include "node/store/record.h"

// Then an open download is given up and reported. A supply that comes and goes is not the download's fault: a node that
// is awake for minutes a day is to get there.
enum { BOOTS_WITHOUT_PROGRESS = 3, POWER_ONS_WITHOUT_PROGRESS = 50 };

static enum status commit(const struct record_change *change)
{
    enum status status = history_commit(change->items, change->count);

    if (status != STATUS_OK) {
        log_line("EEPROM write failed");
    }
    return status;
}

// ---- the download ----

void ota_record_read_open(struct session_target *open)
{
    struct download_record record;

    memset(open, 0, sizeof *open);
    record_read_download(&record);
    if (!record.erased) {
        return;
    }
    open->size_bytes = record.size_bytes;
    memcpy(open->title, record.title, sizeof open->title);
    memcpy(open->version, record.version, sizeof open->version);
    memcpy(open->checksum, record.checksum, sizeof open->checksum);
}

static struct download_record record_of(const struct session_target *target)
{
    struct download_record record = {.size_bytes = target->size_bytes};

    memcpy(record.title, target->title, sizeof record.title);
    memcpy(record.version, target->version, sizeof record.version);
    memcpy(record.checksum, target->checksum, sizeof record.checksum);
    return record;
}

enum status ota_record_begin(const struct session_target *target)
{
    struct record_change change;
    struct download_record record = record_of(target);

    record_change_init(&change);
    record_put_download(&change, &record);
    record_put_install(&change, &(struct install_record){0});
    return commit(&change);
}

enum status ota_record_erased(const struct session_target *target)
{
    struct record_change change;
    struct download_record record = record_of(target);

    record.erased = true;
    record_change_init(&change);
    record_put_download(&change, &record);
    return commit(&change);
}

enum status ota_record_resumed(const struct session_target *open)
{
    struct download_record record;

    record_read_download(&record);
    return record.told ? ota_record_erased(open) : STATUS_OK;
}

enum status ota_record_progress(const struct session_target *open)
{
    struct download_record record;

    record_read_download(&record);
    return record.boots + record.power_ons != 0 ? ota_record_erased(open) : STATUS_OK;
}

enum status ota_record_order(const struct session_target *target, uint32_t image_size,
                             uint32_t image_crc32)
{
    struct record_change change;
    struct install_record install = {
        .state = INSTALL_ORDERED,
        .size_bytes = image_size,
        .crc32 = image_crc32,
    };

    memcpy(install.title, target->title, sizeof install.title);
    memcpy(install.version, target->version, sizeof install.version);
    record_change_init(&change);
    record_put_download(&change, &(struct download_record){0});
    record_put_install(&change, &install);
    return commit(&change);
}

void ota_record_end(const struct session_target *open, enum ota_code code)
{
    struct record_change change;
    struct download_record known;
    struct download_record record = record_of(open);

    record.erased = record.told = true;
    record_read_download(&known);
    record_change_init(&change);
    if (known.size_bytes != record.size_bytes || (known.size_bytes != 0 && !known.told)) {
        record_put_download(&change, &record);
    }
    report_put(&change, code, "", "");
    (void)commit(&change);
}

// ---- the start ----

// False: this start is one too many.
static bool count_start(struct download_record *record)
{
    bool blames = power_reset_blames_application();
    uint8_t *count = blames ? &record->boots : &record->power_ons;

    return (*count)++ < (blames ? BOOTS_WITHOUT_PROGRESS : POWER_ONS_WITHOUT_PROGRESS);
}

static bool adopt_download(void)
{
    struct record_change change;
    struct download_record record;

    record_read_download(&record);
    if (record.size_bytes == 0 || record.told) {
        return false;
    }
    record_change_init(&change);
    bool goes_on = count_start(&record);
    if (!goes_on) {
        record = (struct download_record){0};
        log_line("ota error %d:%s", (int)OTA_TIMEOUT, code_text(OTA_TIMEOUT));
        report_put(&change, OTA_TIMEOUT, "", "");
    }
    record_put_download(&change, &record);
    (void)commit(&change);
    return goes_on;
}

// ---- the trigger ----

static enum status put_trigger(struct span value)
{
    struct journal_item item = {RECORD_TRIGGER, value};
    enum status status = history_commit(&item, 1);

    if (status != STATUS_OK) {
        log_line("EEPROM write failed");
    }
    return status;
}

void ota_record_keep_trigger(void)
{
    static const uint8_t one = 1;

    (void)put_trigger(span_of(&one, 1));
}

bool ota_record_has_trigger(void)
{
    uint8_t byte;
    size_t size = 0;

    (void)journal_read(RECORD_TRIGGER, &byte, sizeof byte, &size);
    return size != 0;
}

// One that cannot be dropped does not count: it would come back at each start.
bool ota_record_take_trigger(void)
{
    return ota_record_has_trigger() && put_trigger(span_of(NULL, 0)) == STATUS_OK;
}

bool ota_record_adopt(bool settings_dropped)
{
    security_mend();
    install_adopt(settings_dropped);
    return adopt_download();
}
