// SPDX-License-Identifier: Apache-2.0
#include "node/app/downlink.h"

#include "node/app/app.h"
#include "node/app/report.h"
#include "wire/downlink.h"

enum { SHOWN_MAX = 64 }; // bytes of a downlink on the console

static bool is_text(struct span payload)
{
    for (size_t i = 0; i < payload.size; i++) {
        if (payload.data[i] < ' ' || payload.data[i] > '~') {
            return false;
        }
    }
    return true;
}

// Text as it is; raw bytes in hex, for they would not show on a terminal.
static void show(struct span payload)
{
    char text[2 * SHOWN_MAX + 1];
    struct fmt out;

    payload.size = payload.size < SHOWN_MAX ? payload.size : SHOWN_MAX;
    fmt_init(&out, text, sizeof text);
    if (is_text(payload)) {
        fmt_add_bytes(&out, payload);
    } else {
        for (size_t i = 0; i < payload.size; i++) {
            fmt_add(&out, "%02X", (unsigned)payload.data[i]);
        }
    }
    log_line("Received downlink data:%s", text);
}

static enum downlink_kind decode(struct span payload, struct fmt *line)
{
    return payload.size > DOWNLINK_MAX ? DOWNLINK_UNKNOWN : downlink_decode(payload, line);
}

// The console's other commands do not come from afar yet.
static bool execute(struct span line)
{
    bool is_upgrade = span_equals(line, span_of_text("AT+UPGRADE"));

    if (is_upgrade) {
        ota_request();
    }
    return is_upgrade;
}

void downlink_take(struct span payload)
{
    char text[DOWNLINK_LINE_SIZE];
    struct fmt line;

    show(payload);
    fmt_init(&line, text, sizeof text);
    enum downlink_kind kind = decode(payload, &line);
    if (kind == DOWNLINK_OTA_MALFORMED) {
        log_line("ota error %d:%s", (int)OTA_FORMAT, code_text(OTA_FORMAT));
        report_set(OTA_FORMAT);
    } else if (kind == DOWNLINK_UNKNOWN || !execute(fmt_span(&line))) {
        log_line("Downstream parameter error");
    }
}
