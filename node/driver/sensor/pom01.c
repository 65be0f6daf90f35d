// SPDX-License-Identifier: Apache-2.0
// Power outage monitor: two opto-couplers say whether there is mains voltage and enough of it (docs/products.md, "POM01").
//
// Record, 2 bytes: power outage, low voltage, 1 = yes.
#include "node/driver/sensor/sensors.h"
#include "node/port/input.h"

enum { OUTAGE, LOW_VOLTAGE, RECORD_SIZE };

// The transistor of a lit coupler pulls its input low.
static void measure(struct sensor_record *record)
{
    record->size = RECORD_SIZE;
    record->bytes[OUTAGE] = input_look(INPUT_1) ? 1 : 0;
    record->bytes[LOW_VOLTAGE] = input_look(INPUT_2) ? 1 : 0;
}

static void add_json(const struct sensor_record *record, struct fmt *out)
{
    fmt_add(out, "\"power_outage\":%u,\"low_voltage\":%u", (unsigned)record->bytes[OUTAGE],
            (unsigned)record->bytes[LOW_VOLTAGE]);
}

static void add_json_row(const struct sensor_record *record, struct fmt *out)
{
    fmt_add(out, "%u,%u", (unsigned)record->bytes[OUTAGE], (unsigned)record->bytes[LOW_VOLTAGE]);
}

static void add_hex(const struct sensor_record *record, struct fmt *out)
{
    fmt_add(out, "%02x%02x", (unsigned)record->bytes[OUTAGE], (unsigned)record->bytes[LOW_VOLTAGE]);
}

const struct sensor pom01_sensor = {
    .hex_layout = "milvt",
    .measure = measure,
    .add_json = add_json,
    .add_json_row = add_json_row,
    .add_hex = add_hex,
    .add_hex_row = add_hex,
};
