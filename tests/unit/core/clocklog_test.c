// SPDX-License-Identifier: Apache-2.0
#include "node/core/clocklog.h"
#include "tests/host/cmocka_all.h"

enum { NOON = 1772366400 }; // 2026-03-01 12:00:00 UTC

static struct clocklog read(const char *value)
{
    return clocklog_read(span_of_text(value));
}

static void clocklog_reads_its_four_fields(void **state)
{
    (void)state;
    struct clocklog log = read("1,65535,15,8");

    assert_true(log.is_on);
    assert_int_equal(log.start_s, CLOCKLOG_FROM_NOW);
    assert_int_equal(log.period_s, 900);
    assert_int_equal(log.rows, 8);
    log = read("0,3599,255,32");
    assert_false(log.is_on);
    assert_int_equal(log.start_s, 3599);
    assert_int_equal(log.period_s, 15300);
    assert_int_equal(log.rows, 32);
}

static void clocklog_period_is_at_least_a_minute(void **state)
{
    (void)state;
    assert_int_equal(read("1,0,0,8").period_s, 60);
}

static void clocklog_that_is_none_is_off(void **state)
{
    (void)state;
    assert_false(read("").is_on);
    assert_false(read("1,2,3").is_on);
    assert_false(read("1,x,15,8").is_on);
}

static void clocklog_from_now_begins_after_a_period(void **state)
{
    (void)state;
    struct clocklog log = read("1,65535,15,8");

    assert_int_equal(clocklog_first_s(&log, NOON + 1), 900);
    log = read("1,0,15,8");
    assert_int_equal(clocklog_first_s(&log, 0), 900); // nobody knows the second of the hour
}

static void clocklog_begins_at_its_second_of_the_hour(void **state)
{
    (void)state;
    struct clocklog log = read("1,60,15,8");

    assert_int_equal(clocklog_first_s(&log, NOON), 60);
    assert_int_equal(clocklog_first_s(&log, NOON + 60), 0);
    assert_int_equal(clocklog_first_s(&log, NOON + 61), 899);
    assert_int_equal(clocklog_first_s(&log, NOON + 3599), 61);
    log = read("1,60,7,8"); // does not divide the hour
    assert_int_equal(clocklog_first_s(&log, NOON + 61), 3599);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocklog_reads_its_four_fields),
        cmocka_unit_test(clocklog_period_is_at_least_a_minute),
        cmocka_unit_test(clocklog_that_is_none_is_off),
        cmocka_unit_test(clocklog_from_now_begins_after_a_period),
        cmocka_unit_test(clocklog_begins_at_its_second_of_the_hour),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
