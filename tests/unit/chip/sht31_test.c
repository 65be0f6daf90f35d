// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"
#include "vnode/chip/sht31.h"

enum { MS = 1000 * 1000 };

static struct sht31 sensor;

static int setup(void **state)
{
    (void)state;
    sht31_init(&sensor);
    return 0;
}

static void shoot(uint64_t now_ns)
{
    assert_true(sht31_start(&sensor, 0x44, false, now_ns));
    assert_true(sht31_put(&sensor, 0x24, now_ns));
    assert_true(sht31_put(&sensor, 0x00, now_ns));
    sht31_stop(&sensor);
}

static void fetch(uint8_t answer[6], uint64_t now_ns)
{
    assert_true(sht31_start(&sensor, 0x44, true, now_ns));
    for (unsigned i = 0; i < 6; i++) {
        answer[i] = sht31_get(&sensor);
    }
    sht31_stop(&sensor);
}

// A cleared status word reads 00 00 with the CRC 81.
static void words_carry_their_crc(void **state)
{
    uint8_t answer[6];

    (void)state;
    assert_true(sht31_start(&sensor, 0x44, false, 0));
    assert_true(sht31_put(&sensor, 0xF3, 0));
    assert_true(sht31_put(&sensor, 0x2D, 0));
    sht31_stop(&sensor);
    fetch(answer, 0);
    assert_memory_equal(answer, "\x00\x00\x81", 3);
}

static void a_measurement_reads_back_what_was_set(void **state)
{
    uint8_t answer[6];

    (void)state;
    sensor.temperature_centi = -1234;
    sensor.humidity_centi = 9876;
    shoot(0);
    fetch(answer, 16ULL * MS);
    long raw = answer[0] << 8 | answer[1];
    assert_in_range(17500 * raw / 65535 - 4500 + 2000, -1235 + 2000, -1233 + 2000);
    raw = answer[3] << 8 | answer[4];
    assert_in_range(10000 * raw / 65535, 9875, 9876);
}

static void a_read_before_the_end_is_refused(void **state)
{
    (void)state;
    shoot(0);
    assert_false(sht31_start(&sensor, 0x44, true, 15ULL * MS));
    assert_true(sht31_start(&sensor, 0x44, true, 16ULL * MS));
}

static void a_result_is_read_once(void **state)
{
    uint8_t answer[6];

    (void)state;
    shoot(0);
    fetch(answer, 16ULL * MS);
    assert_false(sht31_start(&sensor, 0x44, true, 17ULL * MS));
}

static void another_address_and_an_absent_sensor_do_not_answer(void **state)
{
    (void)state;
    assert_false(sht31_start(&sensor, 0x45, false, 0));
    sensor.absent = true;
    assert_false(sht31_start(&sensor, 0x44, false, 0));
}

static void an_unknown_command_is_not_acknowledged(void **state)
{
    (void)state;
    assert_true(sht31_start(&sensor, 0x44, false, 0));
    assert_true(sht31_put(&sensor, 0x12, 0));
    assert_false(sht31_put(&sensor, 0x34, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(words_carry_their_crc, setup),
        cmocka_unit_test_setup(a_measurement_reads_back_what_was_set, setup),
        cmocka_unit_test_setup(a_read_before_the_end_is_refused, setup),
        cmocka_unit_test_setup(a_result_is_read_once, setup),
        cmocka_unit_test_setup(another_address_and_an_absent_sensor_do_not_answer, setup),
        cmocka_unit_test_setup(an_unknown_command_is_not_acknowledged, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
