// SPDX-License-Identifier: Apache-2.0
// Sensirion SHT3x: single shot, high repeatability, no clock stretching (datasheet sections 4.3 and 4.12).
//
// Record, 4 bytes: temperature in 0.01 °C as i16, relative humidity in 0.01 % as u16, both big-endian.
#include "base/endian.h"
#include "base/status.h"
#include "node/driver/sensor/sensors.h"
#include "node/port/clock.h"
#include "node/port/i2c.h"
#include "node/port/power.h"

enum {
    ADDRESS_LOW = 0x44, // ADDR pin low
    ADDRESS_HIGH = 0x45,
    MEASURE_MS = 17, // 15.5 at most, and a tick of the clock
    FRAME_SIZE = 6,  // two words, each with its CRC
    RAW_MAX = 65535,
    CRC_POLYNOMIAL = 0x31,
    CRC_INIT = 0xFF,
    RECORD_SIZE = 4,
};

// No sensor in the HEX frame: 3276.7 °C and 6553.5 %, which nothing measures.
static const char no_hex[] = "7fffffff";

static const uint8_t single_shot[] = {0x24, 0x00};

static uint8_t crc8(const uint8_t bytes[2])
{
    uint8_t crc = CRC_INIT;

    for (unsigned i = 0; i < 2; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (uint8_t)(crc << 1 ^ ((crc & 0x80) != 0 ? CRC_POLYNOMIAL : 0));
        }
    }
    return crc;
}

static void sleep_ms(uint32_t duration_ms)
{
    uint32_t began_ms = clock_now_ms();
    uint32_t passed_ms = 0;

    while (passed_ms < duration_ms) {
        power_wait_for_event(duration_ms - passed_ms);
        passed_ms = clock_now_ms() - began_ms;
    }
}

// 100 · (-45 + 175 · raw / 65535) and 100 · 100 · raw / 65535, rounded.
static void convert(const uint8_t frame[FRAME_SIZE], struct sensor_record *record)
{
    uint32_t temperature = (17500U * load_be16(frame) + RAW_MAX / 2) / RAW_MAX;
    uint32_t humidity = (10000U * load_be16(frame + 3) + RAW_MAX / 2) / RAW_MAX;

    store_be16(record->bytes, (uint16_t)(temperature - 4500));
    store_be16(record->bytes + 2, (uint16_t)humidity);
    record->size = RECORD_SIZE;
}

static enum status start(uint8_t *address)
{
    *address = ADDRESS_LOW;
    enum status status = i2c_write(*address, single_shot, sizeof single_shot);
    if (status == STATUS_NOT_FOUND) {
        *address = ADDRESS_HIGH;
        status = i2c_write(*address, single_shot, sizeof single_shot);
    }
    return status;
}

static enum status take_frame(uint8_t frame[FRAME_SIZE])
{
    uint8_t address;
    enum status status = start(&address);

    if (status == STATUS_OK) {
        sleep_ms(MEASURE_MS);
        status = i2c_read(address, frame, FRAME_SIZE);
    }
    return status;
}

static void measure(struct sensor_record *record)
{
    uint8_t frame[FRAME_SIZE];

    record->size = 0;
    if (take_frame(frame) == STATUS_OK && crc8(frame) == frame[2] && crc8(frame + 3) == frame[5]) {
        convert(frame, record);
    }
}

static bool has_values(const struct sensor_record *record)
{
    return record->size == RECORD_SIZE;
}

static int temperature_tenths(const struct sensor_record *record)
{
    return (int16_t)load_be16(record->bytes) / 10;
}

static unsigned humidity_tenths(const struct sensor_record *record)
{
    return load_be16(record->bytes + 2) / 10U;
}

static void add_temperature(const struct sensor_record *record, struct fmt *out)
{
    int tenths = temperature_tenths(record);
    unsigned size = (unsigned)(tenths < 0 ? -tenths : tenths);

    fmt_add(out, "%s%u.%u", tenths < 0 ? "-" : "", size / 10, size % 10);
}

static void add_humidity(const struct sensor_record *record, struct fmt *out)
{
    fmt_add(out, "%u.%u", humidity_tenths(record) / 10, humidity_tenths(record) % 10);
}

static void add_json(const struct sensor_record *record, struct fmt *out)
{
    if (!has_values(record)) {
        fmt_add(out, "\"temperature\":null,\"humidity\":null");
        return;
    }
    fmt_add(out, "\"temperature\":");
    add_temperature(record, out);
    fmt_add(out, ",\"humidity\":");
    add_humidity(record, out);
}

static void add_json_row(const struct sensor_record *record, struct fmt *out)
{
    if (!has_values(record)) {
        fmt_add(out, "null,null");
        return;
    }
    add_temperature(record, out);
    fmt_add(out, ",");
    add_humidity(record, out);
}

static void add_hex(const struct sensor_record *record, struct fmt *out)
{
    if (!has_values(record)) {
        fmt_add(out, "%s", no_hex);
        return;
    }
    fmt_add(out, "%04x%04x", (unsigned)temperature_tenths(record) & 0xFFFF,
            humidity_tenths(record));
}

const struct sensor sht31_sensor = {
    .hex_layout = "mzzzilzzcvtg", // no DS18B20, no input, no ADC: zeros
    .measure = measure,
    .add_json = add_json,
    .add_json_row = add_json_row,
    .add_hex = add_hex,
    .add_hex_row = add_hex,
};
