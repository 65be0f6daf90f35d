// SPDX-License-Identifier: Apache-2.0
// The one report that waits for a data session; it survives resets until it was delivered.
#include "node/app/app.h"
#include "node/store/record.h"

static void copy_text(char to[RECORD_TEXT_MAX + 1], const char *from)
{
    struct fmt out;

    fmt_init(&out, to, RECORD_TEXT_MAX + 1);
    fmt_add(&out, "%s", from);
}

void report_set(enum ota_code code, const char *title, const char *version)
{
    struct report_record report = {.code = (uint8_t)code};
    struct record_change change;

    copy_text(report.title, title);
    copy_text(report.version, version);
    record_change_init(&change);
    record_put_report(&change, &report);
    if (record_commit(&change) != STATUS_OK) {
        log_line("EEPROM write failed");
    }
}
