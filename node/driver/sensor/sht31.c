// SPDX-License-Identifier: Apache-2.0
// Sensirion SHT3x: single shot, high repeatability, no clock stretching (datasheet sections 4.3 and 4.12).
#include "node/port/clock.h"
#include "node/port/i2c.h"
#include "node/port/power.h"
#include "node/port/sensor.h"

enum {
    ADDRESS_LOW = 0x44, // ADDR pin low
    ADDRESS_HIGH = 0x45,
    MEASURE_MS = 17, // 15.5 at most, and a tick of the clock
    FRAME_SIZE = 6,  // two words, each with its CRC
    RAW_MAX = 65535,
    CRC_POLYNOMIAL = 0x31,
    CRC_INIT = 0xFF,
};

static const uint8_t measure[] = {0x24, 0x00};

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

static uint32_t word(const uint8_t bytes[2])
{
    return (uint32_t)bytes[0] << 8 | bytes[1];
}

// 100 · (-45 + 175 · raw / 65535) and 100 · 100 · raw / 65535, rounded.
static void convert(const uint8_t frame[FRAME_SIZE], struct sensor_reading *reading)
{
    uint32_t temperature = (17500 * word(frame) + RAW_MAX / 2) / RAW_MAX;
    uint32_t humidity = (10000 * word(frame + 3) + RAW_MAX / 2) / RAW_MAX;

    reading->temperature_centi = (int16_t)((int32_t)temperature - 4500);
    reading->humidity_centi = (uint16_t)humidity;
}

static enum status start(uint8_t *address)
{
    *address = ADDRESS_LOW;
    enum status status = i2c_write(*address, measure, sizeof measure);
    if (status == STATUS_NOT_FOUND) {
        *address = ADDRESS_HIGH;
        status = i2c_write(*address, measure, sizeof measure);
    }
    return status;
}

enum status sht31_read(struct sensor_reading *reading)
{
    uint8_t frame[FRAME_SIZE];
    uint8_t address;
    enum status status = start(&address);

    if (status == STATUS_OK) {
        sleep_ms(MEASURE_MS);
        status = i2c_read(address, frame, sizeof frame);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (crc8(frame) != frame[2] || crc8(frame + 3) != frame[5]) {
        return STATUS_CORRUPT;
    }
    convert(frame, reading);
    return STATUS_OK;
}
