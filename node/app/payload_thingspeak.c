// SPDX-License-Identifier: Apache-2.0
// ThingSpeak: numbered fields. The first three are those of shipped nodes, the sensor's values follow in the order of a
// history row; one that was not measured is left out.
#include "node/app/app.h"
#include "node/app/payload_forms.h"
#include "node/core/settings.h"

enum {
    FIRST_OF_SENSOR = 4,
    VALUES_SIZE = 2 * SENSOR_RECORD_MAX + 8, // a record in hex with its quotes is the longest
};

static void add_value(unsigned field, struct span value, struct fmt *out)
{
    if (span_equals(value, span_of_text("null"))) {
        return;
    }
    fmt_add(out, "&field%u=", field);
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] != '"') {
            fmt_add(out, "%c", value.data[i]);
        }
    }
}

static void add_values(const struct sensor_record *record, struct fmt *out)
{
    char text[VALUES_SIZE];
    struct fmt values;
    unsigned field = FIRST_OF_SENSOR;
    size_t begin = 0;

    fmt_init(&values, text, sizeof text);
    product_sensor->add_json_row(record, &values);
    for (size_t i = 0; i <= values.length; i++) {
        if (i == values.length || text[i] == ',') {
            add_value(field++, span_of(text + begin, i - begin), out);
            begin = i + 1;
        }
    }
}

void payload_thingspeak_add(const struct measurement *measurement, struct fmt *out)
{
    unsigned battery_mv = measurement->battery_mv;

    fmt_add(out, "field1=%lu&field2=%u.%02u&field3=%u", (unsigned long)value_number(SETTING_CFGMOD),
            battery_mv / 1000, battery_mv / 10 % 100, (unsigned)measurement->signal);
    add_values(&measurement->record, out);
}
