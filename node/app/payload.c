// SPDX-License-Identifier: Apache-2.0
#include "node/app/payload.h"

#include "base/calendar.h"
#include "node/app/app.h"
#include "node/core/settings.h"
#include "node/port/battery.h"
#include "node/port/clock.h"
#include "node/port/modem.h"
#include "node/port/sensor.h"

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
