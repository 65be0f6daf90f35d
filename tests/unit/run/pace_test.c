// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include "vnode/run/pace.h"

#define SECOND_NS 1000000000ULL

static void a_second_takes_a_second(void **state)
{
    (void)state;
    struct pace pace;

    pace_start(&pace, 1, 5 * SECOND_NS);
    assert_in_range(pace_wait_ms(&pace, 6 * SECOND_NS), 900, 1000);
}

static void at_speed_ten_a_tenth(void **state)
{
    (void)state;
    struct pace pace;

    pace_start(&pace, 10, 0);
    assert_in_range(pace_wait_ms(&pace, 10 * SECOND_NS), 900, 1000);
}

static void without_pace_nobody_waits(void **state)
{
    (void)state;
    struct pace pace;

    pace_start(&pace, 0, 0);
    assert_int_equal(pace_wait_ms(&pace, 3600 * SECOND_NS), 0);
}

static void a_short_delay_is_made_up_for(void **state)
{
    (void)state;
    struct pace pace;

    pace_start(&pace, 1, 0);
    pace.real_start_ns -= SECOND_NS;
    assert_int_equal(pace_wait_ms(&pace, 0), 0);
    assert_int_equal(pace_wait_ms(&pace, SECOND_NS / 2), 0);
}

static void a_process_that_was_stopped_does_not_hurry(void **state)
{
    (void)state;
    struct pace pace;

    pace_start(&pace, 1, 0);
    pace.real_start_ns -= 100 * SECOND_NS;
    assert_int_equal(pace_wait_ms(&pace, 0), 0);
    assert_in_range(pace_wait_ms(&pace, SECOND_NS), 900, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_takes_a_second),
        cmocka_unit_test(at_speed_ten_a_tenth),
        cmocka_unit_test(without_pace_nobody_waits),
        cmocka_unit_test(a_short_delay_is_made_up_for),
        cmocka_unit_test(a_process_that_was_stopped_does_not_hurry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
