// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "node/driver/sensor/sensors.h"
#include "tests/fake/i2c.h"
#include "tests/unit/sensor/texts.h"

// 0xBEEF has the CRC 0x92: the example of the datasheet, section 4.12.
static int fresh(void **state)
{
    static const uint8_t beef[] = {0xBE, 0xEF, 0x92, 0xBE, 0xEF, 0x92};

    (void)state;
    memset(&fake_sht31, 0, sizeof fake_sht31);
    fake_sht31.address = 0x44;
    memcpy(fake_sht31.frame, beef, sizeof beef);
    return 0;
}

static struct sensor_record measured(void)
{
    struct sensor_record record = {0};

    sht31_sensor.measure(&record);
    return record;
}

static void expect_values(const char *bytes)
{
    struct sensor_record record = measured();

    assert_int_equal(record.size, 4);
    assert_memory_equal(record.bytes, bytes, 4);
}

// -45 + 175 · 48879 / 65535 = 85.523, 100 · 48879 / 65535 = 74.585
static void reading_follows_the_datasheets_formulas(void **state)
{
    (void)state;
    expect_values("\x21\x68\x1D\x22"); // 8552, 7458
    assert_int_equal(fake_sht31.measurements, 1);
}

static void lowest_and_highest_raw_values_do_not_overflow(void **state)
{
    static const uint8_t ends[] = {0x00, 0x00, 0x81, 0xFF, 0xFF, 0xAC};
    static const uint8_t turned[] = {0xFF, 0xFF, 0xAC, 0x00, 0x00, 0x81};

    (void)state;
    memcpy(fake_sht31.frame, ends, sizeof ends);
    expect_values("\xEE\x6C\x27\x10"); // -4500, 10000
    memcpy(fake_sht31.frame, turned, sizeof turned);
    expect_values("\x32\xC8\x00\x00"); // 13000, 0
}

static void sensor_at_the_other_address_is_found(void **state)
{
    (void)state;
    fake_sht31.address = 0x45;
    assert_int_equal(measured().size, 4);
}

static void missing_sensor_makes_an_empty_record(void **state)
{
    (void)state;
    fake_sht31.address = 0;
    assert_int_equal(measured().size, 0);
}

static void a_wrong_crc_of_either_word_makes_an_empty_record(void **state)
{
    (void)state;
    fake_sht31.frame[2] ^= 1;
    assert_int_equal(measured().size, 0);
    fake_sht31.frame[2] ^= 1;
    fake_sht31.frame[5] ^= 0x80;
    assert_int_equal(measured().size, 0);
}

static void values_are_printed_in_tenths(void **state)
{
    const struct sensor_record record = {4, {0x21, 0x68, 0x1D, 0x22}};

    (void)state;
    expect_text(sht31_sensor.add_json, &record, "\"temperature\":85.5,\"humidity\":74.5");
    expect_text(sht31_sensor.add_json_row, &record, "85.5,74.5");
    expect_text(sht31_sensor.add_hex, &record, "035702e9");
    expect_text(sht31_sensor.add_hex_row, &record, "035702e9");
}

static void frost_keeps_its_sign(void **state)
{
    const struct sensor_record frost = {4, {0xFE, 0x00, 0x11, 0xD7}};       // -5.12
    const struct sensor_record light_frost = {4, {0xFF, 0xC9, 0x00, 0x00}}; // -0.55

    (void)state;
    expect_text(sht31_sensor.add_json_row, &frost, "-5.1,45.6");
    expect_text(sht31_sensor.add_hex, &frost, "ffcd01c8");
    expect_text(sht31_sensor.add_json_row, &light_frost, "-0.5,0.0");
}

static void no_answer_is_null_in_json_and_impossible_in_hex(void **state)
{
    const struct sensor_record none = {0};

    (void)state;
    expect_text(sht31_sensor.add_json, &none, "\"temperature\":null,\"humidity\":null");
    expect_text(sht31_sensor.add_json_row, &none, "null,null");
    expect_text(sht31_sensor.add_hex, &none, "7fffffff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reading_follows_the_datasheets_formulas, fresh),
        cmocka_unit_test_setup(lowest_and_highest_raw_values_do_not_overflow, fresh),
        cmocka_unit_test_setup(sensor_at_the_other_address_is_found, fresh),
        cmocka_unit_test_setup(missing_sensor_makes_an_empty_record, fresh),
        cmocka_unit_test_setup(a_wrong_crc_of_either_word_makes_an_empty_record, fresh),
        cmocka_unit_test(values_are_printed_in_tenths),
        cmocka_unit_test(frost_keeps_its_sign),
        cmocka_unit_test(no_answer_is_null_in_json_and_impossible_in_hex),
    };
    return cmocka_run_group_tests_name("sht31", tests, NULL, NULL);
}
