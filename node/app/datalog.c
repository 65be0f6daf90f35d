// SPDX-License-Identifier: Apache-2.0
#include "node/app/datalog.h"

#include "base/crc32.h"
#include "node/app/app.h"
#include "node/app/seconds.h"
#include "node/core/clocklog.h"
#include "node/core/settings.h"
#include "node/port/clock.h"
#include "node/store/history.h"

static struct {
    bool is_armed;
    bool knew_time;      // …when it was armed
    uint32_t setting;    // CRC32 of the setting that was read
    uint32_t due_s;      // since the reset
    struct clocklog log; // the setting as it was…
    uint32_t mark;       // …at this journal_mark()
    bool has_complained; // the journal has no room, which is said once
} datalog;

static void append(uint32_t unix_s, const struct sensor_record *record, bool unsent)
{
    struct history_row row = {unix_s, unsent, *record};
    enum status status = history_append(&row);

    if (status == STATUS_TOO_BIG && !datalog.has_complained) {
        datalog.has_complained = true;
        log_line("The settings leave no room for the data log");
    } else if (status != STATUS_OK && status != STATUS_TOO_BIG) {
        log_line("EEPROM write failed");
    }
}

void datalog_keep_unsent(const struct measurement *measurement)
{
    append(measurement->unix_s, &measurement->record, true);
}

static struct clocklog read_setting(void)
{
    char value[VALUE_SIZE];

    if (datalog.mark != journal_mark()) {
        struct span setting = span_of_text(value_get(SETTING_CLOCKLOG, value));
        uint32_t crc = crc32_update(0, setting.data, setting.size);
        datalog.mark = journal_mark();
        datalog.log = clocklog_read(setting);
        datalog.is_armed = datalog.is_armed && crc == datalog.setting;
        datalog.setting = crc;
    }
    return datalog.log;
}

// A new setting and the first time of day begin anew.
static void arm(const struct clocklog *log, uint32_t now_ms)
{
    uint32_t unix_s = seconds_utc(now_ms);

    if (datalog.is_armed &&
        (datalog.knew_time || unix_s == 0 || log->start_s == CLOCKLOG_FROM_NOW)) {
        return;
    }
    datalog.is_armed = true;
    datalog.knew_time = unix_s != 0;
    datalog.due_s = seconds_since_reset(now_ms) + clocklog_first_s(log, unix_s);
}

static void take_row(uint32_t now_ms)
{
    struct sensor_record record;

    product_sensor->measure(&record);
    append(seconds_utc(now_ms), &record, false);
}

uint32_t datalog_run(uint32_t now_ms)
{
    struct clocklog log = read_setting();

    if (!log.is_on) {
        datalog.is_armed = false;
        return UINT32_MAX;
    }
    arm(&log, now_ms);
    uint32_t now_s = seconds_since_reset(now_ms);
    if (now_s >= datalog.due_s) {
        take_row(now_ms);
        datalog.due_s += (1 + (now_s - datalog.due_s) / log.period_s) * log.period_s;
    }
    return (datalog.due_s - now_s) * 1000;
}
