// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "node/port/sensor.h"
#include "tests/fake/i2c.h"
#include "tests/host/cmocka_all.h"

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

static void reading_follows_the_datasheets_formulas(void **state)
{
    struct sensor_reading reading;

    (void)state;
    assert_int_equal(sht31_read(&reading), STATUS_OK);
    assert_int_equal(reading.temperature_centi, 8552); // -45 + 175 · 48879 / 65535 = 85.523
    assert_int_equal(reading.humidity_centi, 7458);    // 100 · 48879 / 65535 = 74.585
    assert_int_equal(fake_sht31.measurements, 1);
}

static void lowest_and_highest_raw_values_do_not_overflow(void **state)
{
    static const uint8_t ends[] = {0x00, 0x00, 0x81, 0xFF, 0xFF, 0xAC};
    static const uint8_t turned[] = {0xFF, 0xFF, 0xAC, 0x00, 0x00, 0x81};
    struct sensor_reading reading;

    (void)state;
    memcpy(fake_sht31.frame, ends, sizeof ends);
    assert_int_equal(sht31_read(&reading), STATUS_OK);
    assert_int_equal(reading.temperature_centi, -4500);
    assert_int_equal(reading.humidity_centi, 10000);
    memcpy(fake_sht31.frame, turned, sizeof turned);
    assert_int_equal(sht31_read(&reading), STATUS_OK);
    assert_int_equal(reading.temperature_centi, 13000);
    assert_int_equal(reading.humidity_centi, 0);
}

static void sensor_at_the_other_address_is_found(void **state)
{
    struct sensor_reading reading;

    (void)state;
    fake_sht31.address = 0x45;
    assert_int_equal(sht31_read(&reading), STATUS_OK);
}

static void missing_sensor_is_not_found(void **state)
{
    struct sensor_reading reading;

    (void)state;
    fake_sht31.address = 0;
    assert_int_equal(sht31_read(&reading), STATUS_NOT_FOUND);
}

static void a_wrong_crc_of_either_word_is_corrupt(void **state)
{
    struct sensor_reading reading;

    (void)state;
    fake_sht31.frame[2] ^= 1;
    assert_int_equal(sht31_read(&reading), STATUS_CORRUPT);
    fake_sht31.frame[2] ^= 1;
    fake_sht31.frame[5] ^= 0x80;
    assert_int_equal(sht31_read(&reading), STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reading_follows_the_datasheets_formulas, fresh),
        cmocka_unit_test_setup(lowest_and_highest_raw_values_do_not_overflow, fresh),
        cmocka_unit_test_setup(sensor_at_the_other_address_is_found, fresh),
        cmocka_unit_test_setup(missing_sensor_is_not_found, fresh),
        cmocka_unit_test_setup(a_wrong_crc_of_either_word_is_corrupt, fresh),
    };
    return cmocka_run_group_tests_name("sht31", tests, NULL, NULL);
}
