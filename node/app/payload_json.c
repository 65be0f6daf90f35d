// SPDX-License-Identifier: Apache-2.0
// General JSON: the form of shipped nodes, with the fields of this product's sensor.
#include "base/calendar.h"
#include "node/app/app.h"
#include "node/app/payload_forms.h"
#include "node/core/settings.h"

static void add_time(uint32_t unix_s, struct fmt *out)
{
    struct calendar date =
        calendar_of_unix(unix_s); // 1970 until a network has said what time it is

    fmt_add(out, "\"%04u/%02u/%02u %02u:%02u:%02u\"", (unsigned)date.year, (unsigned)date.month,
            (unsigned)date.day, (unsigned)date.hour, (unsigned)date.minute, (unsigned)date.second);
}

void payload_json_add(const struct measurement *measurement, struct fmt *out)
{
    char deui[VALUE_SIZE];
    unsigned battery_mv = measurement->battery_mv;

    fmt_add(out, "{\"IMEI\":\"%s\",\"IMSI\":\"%s\",\"Model\":\"%s\",\"mod\":%lu,",
            value_get(SETTING_DEUI, deui), modem_identity()->imsi, app_identity.product->name,
            (unsigned long)value_number(SETTING_CFGMOD));
    fmt_add(out, "\"battery\":%u.%02u,\"signal\":%u,\"time\":", battery_mv / 1000,
            battery_mv / 10 % 100, (unsigned)measurement->signal);
    add_time(measurement->unix_s, out);
    fmt_add(out, ",\"interrupt\":%u,\"interrupt_level\":%u,", (unsigned)measurement->interrupt,
            (unsigned)measurement->interrupt_level);
    product_sensor->add_json(&measurement->record, out);
}

void payload_add_row(const struct history_row *row, struct fmt *out)
{
    fmt_add(out, "[");
    product_sensor->add_json_row(&row->record, out);
    fmt_add(out, ",");
    add_time(row->unix_s, out);
    fmt_add(out, "]");
}

void payload_json_add_row(unsigned number, const struct history_row *row, struct fmt *out)
{
    fmt_add(out, ",\"%u\":", number);
    payload_add_row(row, out);
}
