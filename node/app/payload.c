// SPDX-License-Identifier: Apache-2.0
#include "node/app/payload.h"

#include "base/calendar.h"
#include "node/app/app.h"
#include "node/app/report.h"
#include "node/core/settings.h"
#include "node/port/battery.h"
#include "node/port/clock.h"
#include "node/port/modem.h"
#include "node/port/sensor.h"
#include "wire/downlink.h"

enum {
    DOWNLINK_MAX = 1024, // docs/protocol.md, "downlinks"
    SHOWN_MAX = 64,      // bytes of a downlink on the console
};

// 1970 until a network has said what time it is.
static void add_time(struct fmt *out)
{
    const struct modem_identity *modem = modem_identity();
    uint32_t passed_s = (clock_now_ms() - modem->read_ms) / 1000;
    struct calendar now = calendar_of_unix(modem->unix_s == 0 ? 0 : modem->unix_s + passed_s);

    fmt_add(out, "\"time\":\"%04u/%02u/%02u %02u:%02u:%02u\",", (unsigned)now.year,
            (unsigned)now.month, (unsigned)now.day, (unsigned)now.hour, (unsigned)now.minute,
            (unsigned)now.second);
}

void payload_build(struct fmt *out)
{
    char deui[VALUE_SIZE];
    struct sensor_record record;
    unsigned battery_mv = battery_read_mv();

    product_sensor->measure(&record);
    fmt_add(out, "{\"IMEI\":\"%s\",\"IMSI\":\"%s\",\"Model\":\"%s\",\"mod\":1,",
            value_get(SETTING_DEUI, deui), modem_identity()->imsi, app_identity.product->name);
    fmt_add(out, "\"battery\":%u.%02u,\"signal\":%d,", battery_mv / 1000, battery_mv / 10 % 100,
            modem_identity()->signal);
    add_time(out);
    fmt_add(out, "\"interrupt\":0,\"interrupt_level\":0,");
    product_sensor->add_json(&record, out);
    fmt_add(out, "}");
}

// ---- downlinks ----

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

void payload_take(struct span payload)
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
