// SPDX-License-Identifier: Apache-2.0
// The weather station's and the outage monitor's sensor sets.
#include <string.h>

#include "base/crc16.h"
#include "base/endian.h"
#include "node/driver/sensor/sensors.h"
#include "node/port/rs485.h"
#include "tests/fake/line.h"
#include "tests/fake/time.h"
#include "tests/unit/sensor/texts.h"

void rs485_format(struct line_format *format)
{
    *format = (struct line_format){9600, LINE_PARITY_NONE, LINE_STOP_1};
}

uint32_t rs485_supply_ms(void)
{
    return 0;
}

// 3.4 m/s, level 2, east, 91 degrees, 58.1 %, -5.2 °C, 41.7 dB, PM2.5 12, PM10 19, 101.3 kPa, 70000 lx, 700, 1.5 mm.
static const uint8_t registers[] = {0x00, 0x22, 0x00, 0x02, 0x00, 0x02, 0x00, 0x5B, 0x02, 0x45,
                                    0xFF, 0xCC, 0x01, 0xA1, 0x00, 0x0C, 0x00, 0x13, 0x03, 0xF5,
                                    0x00, 0x01, 0x11, 0x70, 0x02, 0xBC, 0x00, 0x0F};

static int fresh(void **state)
{
    uint8_t answer[3 + sizeof registers + 2] = {0x01, 0x03, sizeof registers};

    (void)state;
    memset(&fake_line, 0, sizeof fake_line);
    fake_time_set(0);
    memcpy(answer + 3, registers, sizeof registers);
    store_le16(answer + 3 + sizeof registers, crc16_modbus(span_of(answer, 3 + sizeof registers)));
    fake_line_answer(0, answer, sizeof answer);
    return 0;
}

static void one_question_brings_the_whole_station(void **state)
{
    struct sensor_record record;

    (void)state;
    wsc2_sensor.measure(&record);
    assert_int_equal(fake_line.questions, 1);
    assert_memory_equal(fake_line.asked[0].bytes, "\x01\x03\x01\xF4\x00\x0E", 6);
    assert_int_equal(record.size, sizeof registers);
    assert_memory_equal(record.bytes, registers, sizeof registers);
    assert_false(fake_line.supplied);
}

static void its_values_have_names_and_units(void **state)
{
    struct sensor_record record = {sizeof registers, {0}};

    (void)state;
    memcpy(record.bytes, registers, sizeof registers);
    expect_text(wsc2_sensor.add_json, &record,
                "\"wind_speed\":3.4,\"wind_speed_level\":2,\"wind_direction\":2,"
                "\"wind_direction_angle\":91,\"humidity\":58.1,\"temperature\":-5.2,"
                "\"noise\":41.7,\"pm2_5\":12,\"pm10\":19,\"pressure\":101.3,"
                "\"illumination\":70000,\"rain_gauge\":1.5");
    expect_text(wsc2_sensor.add_json_row, &record,
                "3.4,2,2,91,58.1,-5.2,41.7,12,19,101.3,70000,1.5");
    expect_text(wsc2_sensor.add_hex, &record,
                "0022000200020"
                "05b0245ffcc01a1000c001303f50001117002bc000f");
}

static void without_a_station_all_values_are_null(void **state)
{
    struct sensor_record record;

    (void)state;
    memset(&fake_line, 0, sizeof fake_line);
    wsc2_sensor.measure(&record);
    assert_int_equal(record.size, 0);
    expect_text(wsc2_sensor.add_json_row, &record,
                "null,null,null,null,null,null,null,null,null,null,null,null");
    expect_text(wsc2_sensor.add_hex, &record,
                "ffffffffffffffffffffffffffff"
                "ffffffffffffffffffffffffffff");
}

static void an_outage_and_low_voltage_are_high_inputs(void **state)
{
    struct sensor_record record;

    (void)state;
    pom01_sensor.measure(&record);
    expect_text(pom01_sensor.add_json, &record, "\"power_outage\":0,\"low_voltage\":0");
    fake_line.inputs[INPUT_1] = true;
    pom01_sensor.measure(&record);
    expect_text(pom01_sensor.add_json_row, &record, "1,0");
    fake_line.inputs[INPUT_1] = false;
    fake_line.inputs[INPUT_2] = true;
    pom01_sensor.measure(&record);
    expect_text(pom01_sensor.add_json, &record, "\"power_outage\":0,\"low_voltage\":1");
    expect_text(pom01_sensor.add_hex, &record, "0001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, fresh)
        TEST(one_question_brings_the_whole_station),
        TEST(its_values_have_names_and_units),
        TEST(without_a_station_all_values_are_null),
        TEST(an_outage_and_low_voltage_are_high_inputs),
    };
    return cmocka_run_group_tests_name("wsc2", tests, NULL, NULL);
}
