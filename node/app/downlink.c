// SPDX-License-Identifier: Apache-2.0
#include "node/app/downlink.h"

#include "node/app/app.h"
#include "node/app/report.h"
#include "wire/downlink.h"

enum {
    DOWNLINK_MAX = 1024, // docs/protocol.md, "downlinks"
    SHOWN_MAX = 64,      // bytes of a downlink on the console
};

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

void downlink_take(struct span payload)
{
    struct downlink downlink = {DOWNLINK_UNKNOWN};

    show(payload);
    if (payload.size <= DOWNLINK_MAX) {
        downlink_decode(payload, &downlink);
    }
    switch (downlink.kind) {
    case DOWNLINK_OTA:
        ota_request();
        break;
    case DOWNLINK_OTA_MALFORMED:
        log_line("ota error %d:%s", (int)OTA_FORMAT, code_text(OTA_FORMAT));
        report_set(OTA_FORMAT);
        break;
    case DOWNLINK_UNKNOWN:
    default:
        log_line("Downstream parameter error");
        break;
    }
}
