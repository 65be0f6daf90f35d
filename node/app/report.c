// SPDX-License-Identifier: Apache-2.0
#include "node/app/report.h"

#include "node/app/app.h"
#include "node/app/endpoint.h"
#include "node/core/settings.h"
#include "node/store/history.h"
#include "wire/report.h"

static bool taken_is_newest; // of the reports put and taken since the reset
static uint8_t unkept;       // code of the last one that the EEPROM did not take; 0 = none
static bool taken_is_unkept;
static bool is_told; // the one that is kept, and the EEPROM does not forget it

static void copy_text(char to[RECORD_TEXT_MAX + 1], const char *from)
{
    struct fmt out;

    fmt_init(&out, to, RECORD_TEXT_MAX + 1);
    fmt_add(&out, "%s", from);
}

void report_put(struct record_change *change, enum ota_code code, const char *title,
                const char *version)
{
    struct report_record report = {.code = (uint8_t)code};

    if (!endpoint_has_data_server()) {
        return;
    }
    copy_text(report.title, title);
    copy_text(report.version, version);
    record_put_report(change, &report);
    taken_is_newest = false;
    is_told = false;
}

static bool commit(const struct record_change *change)
{
    bool is_kept = history_commit(change->items, change->count) == STATUS_OK;

    if (!is_kept) {
        log_line("EEPROM write failed");
    }
    return is_kept;
}

void report_set(enum ota_code code)
{
    struct record_change change;

    record_change_init(&change);
    report_put(&change, code, "", "");
    taken_is_unkept = false;
    unkept = commit(&change) ? 0 : (uint8_t)code;
}

bool report_take(struct fmt *out)
{
    struct report_record report;
    char deui[VALUE_SIZE];

    record_read_report(&report);
    taken_is_unkept = unkept != 0;
    if (taken_is_unkept) {
        report = (struct report_record){.code = unkept};
    }
    if (report.code == 0 || (is_told && !taken_is_unkept)) {
        return false;
    }
    taken_is_newest = true;
    report_build(out, value_get(SETTING_DEUI, deui), (enum ota_code)report.code, report.title,
                 report.version);
    return true;
}

void report_delivered(void)
{
    struct record_change change;

    if (taken_is_unkept) {
        unkept = 0;
        return;
    }
    if (!taken_is_newest) {
        return;
    }
    record_change_init(&change);
    record_put_report(&change, &(struct report_record){0});
    is_told = !commit(&change);
}
