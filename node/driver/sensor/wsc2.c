// SPDX-License-Identifier: Apache-2.0
// A 9-in-1 weather station on the RS485 line, as the WSC2 reads it (docs/products.md, "WSC2").
//
// Record: its holding registers 01F4..0201 as they came, 28 bytes.
#include "base/endian.h"
#include "node/driver/sensor/modbus.h"
#include "node/driver/sensor/sensor_line.h"
#include "node/driver/sensor/sensors.h"

enum {
    ADDRESS = 1,
    FIRST = 0x01F4,
    COUNT = 14,
    RECORD_SIZE = 2 * COUNT,
};

// Where each value lies and how many decimals it has.
static const struct field {
    const char *name;
    uint8_t offset;
    uint8_t size;
    bool has_tenths;
    bool is_signed;
} fields[] = {
    {"wind_speed", 0, 2, true, false}, // m/s
    {"wind_speed_level", 2, 2, false, false},
    {"wind_direction", 4, 2, false, false}, // 0..7, 0 = north
    {"wind_direction_angle", 6, 2, false, false},
    {"humidity", 8, 2, true, false},
    {"temperature", 10, 2, true, true},
    {"noise", 12, 2, true, false}, // dB
    {"pm2_5", 14, 2, false, false},
    {"pm10", 16, 2, false, false},
    {"pressure", 18, 2, true, false},      // kPa
    {"illumination", 20, 4, false, false}, // lx; the register behind it has the same in 100 lx
    {"rain_gauge", 26, 2, true, false},    // mm
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

static void measure(struct sensor_record *record)
{
    struct line_format format;

    sensor_line_begin(&format);
    enum status status = modbus_read_registers(&format, ADDRESS, FIRST, COUNT, record->bytes);
    record->size = status == STATUS_OK ? RECORD_SIZE : 0;
    sensor_line_end();
}

static int32_t value_of(const struct sensor_record *record, const struct field *field)
{
    const uint8_t *bytes = record->bytes + field->offset;

    if (field->size == 4) {
        return (int32_t)(load_be32(bytes) & INT32_MAX);
    }
    return field->is_signed ? (int16_t)load_be16(bytes) : load_be16(bytes);
}

static void add_value(const struct sensor_record *record, const struct field *field,
                      struct fmt *out)
{
    if (record->size != RECORD_SIZE) {
        fmt_add(out, "null");
        return;
    }
    int32_t value = value_of(record, field);
    uint32_t size = (uint32_t)(value < 0 ? -value : value);
    if (field->has_tenths) {
        fmt_add(out, "%s%lu.%lu", value < 0 ? "-" : "", (unsigned long)(size / 10),
                (unsigned long)(size % 10));
    } else {
        fmt_add(out, "%ld", (long)value);
    }
}

static void add_json(const struct sensor_record *record, struct fmt *out)
{
    for (unsigned i = 0; i < FIELDS; i++) {
        fmt_add(out, "%s\"%s\":", i == 0 ? "" : ",", fields[i].name);
        add_value(record, &fields[i], out);
    }
}

static void add_json_row(const struct sensor_record *record, struct fmt *out)
{
    for (unsigned i = 0; i < FIELDS; i++) {
        fmt_add(out, "%s", i == 0 ? "" : ",");
        add_value(record, &fields[i], out);
    }
}

static void add_hex(const struct sensor_record *record, struct fmt *out)
{
    for (unsigned i = 0; i < RECORD_SIZE; i++) {
        fmt_add(out, "%02x", record->size == RECORD_SIZE ? (unsigned)record->bytes[i] : 0xFFU);
    }
}

const struct sensor wsc2_sensor = {
    .hex_layout = "milvt",
    .measure = measure,
    .add_json = add_json,
    .add_json_row = add_json_row,
    .add_hex = add_hex,
    .add_hex_row = add_hex,
};
