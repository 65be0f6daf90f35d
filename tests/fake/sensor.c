// SPDX-License-Identifier: Apache-2.0
// A sensor that always measures -5.12 °C and 45.67 %.
#include "node/port/sensor.h"

static void measure(struct sensor_record *record)
{
    *record = (struct sensor_record){4, {0xFE, 0x00, 0x11, 0xD7}};
}

static void add_json(const struct sensor_record *record, struct fmt *out)
{
    (void)record;
    fmt_add(out, "\"temperature\":-5.1,\"humidity\":45.6");
}

static void add_json_row(const struct sensor_record *record, struct fmt *out)
{
    (void)record;
    fmt_add(out, "-5.1,45.6");
}

static void add_hex(const struct sensor_record *record, struct fmt *out)
{
    (void)record;
    fmt_add(out, "ffcd01c8");
}

static const struct sensor sensor = {"mzzzilzzcvtg", measure, add_json,
                                     add_json_row,   add_hex, add_hex};
const struct sensor *const product_sensor = &sensor;
