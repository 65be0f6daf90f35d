// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // gmtime_r
#include <time.h>

#include "base/calendar.h"
#include "tests/host/cmocka_all.h"

static void calendar_agrees_with_the_host_on_every_day_there_is(void **state)
{
    (void)state;
    for (uint32_t day = 0; day <= UINT32_MAX / 86400; day++) {
        time_t moment = (time_t)day * 86400 + (time_t)(day * 7919 % 86400);
        if (moment > UINT32_MAX) {
            break;
        }
        struct tm host;
        gmtime_r(&moment, &host);
        struct calendar date = calendar_of_unix((uint32_t)moment);
        assert_int_equal(date.year, host.tm_year + 1900);
        assert_int_equal(date.month, host.tm_mon + 1);
        assert_int_equal(date.day, host.tm_mday);
        assert_int_equal(date.hour, host.tm_hour);
        assert_int_equal(date.minute, host.tm_min);
        assert_int_equal(date.second, host.tm_sec);
        assert_int_equal(calendar_to_unix(&date), (uint32_t)moment);
        assert_true(calendar_is_valid(&date) || date.year == 2106);
    }
}

static void calendar_knows_what_does_not_exist(void **state)
{
    (void)state;
    static const struct calendar bad[] = {
        {1969, 12, 31, 0, 0, 0}, {2106, 1, 1, 0, 0, 0},    {2026, 0, 1, 0, 0, 0},
        {2026, 13, 1, 0, 0, 0},  {2026, 4, 31, 0, 0, 0},   {2026, 2, 29, 0, 0, 0},
        {2100, 2, 29, 0, 0, 0},  {2026, 1, 0, 0, 0, 0},    {2026, 1, 1, 24, 0, 0},
        {2026, 1, 1, 0, 60, 0},  {2026, 1, 1, 23, 59, 60},
    };

    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(calendar_is_valid(&bad[i]));
    }
    assert_true(calendar_is_valid(&(struct calendar){2028, 2, 29, 23, 59, 59}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calendar_agrees_with_the_host_on_every_day_there_is),
        cmocka_unit_test(calendar_knows_what_does_not_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
