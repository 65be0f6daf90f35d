// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include "vnode/run/pace.h"

#define SECOND_NS UINT64_C(1000000000)
#define MS_NS     UINT64_C(1000000)

static struct pace pace;

static void start(double speed)
{
    pace_start(&pace, speed, 5 * SECOND_NS, 1000 * SECOND_NS);
}

static int wait_ms(uint64_t virtual_ns, uint64_t real_ns)
{
    return pace_wait_ms(&pace, 5 * SECOND_NS + virtual_ns, 1000 * SECOND_NS + real_ns);
}

static void a_second_takes_a_second(void **state)
{
    (void)state;
    start(1);
    assert_int_equal(wait_ms(SECOND_NS, 0), 1000);
    assert_int_equal(wait_ms(SECOND_NS, 400 * MS_NS), 600);
}

static void at_speed_ten_a_tenth(void **state)
{
    (void)state;
    start(10);
    assert_int_equal(wait_ms(10 * SECOND_NS, 0), 1000);
}

static void without_pace_nobody_waits(void **state)
{
    (void)state;
    start(0);
    assert_int_equal(wait_ms(3600 * SECOND_NS, 0), 0);
}

static void a_short_delay_is_made_up_for(void **state)
{
    (void)state;
    start(1);
    assert_int_equal(wait_ms(0, 50 * MS_NS), 0);
    assert_int_equal(wait_ms(60 * MS_NS, 50 * MS_NS), 10);
}

static void a_process_that_was_stopped_does_not_hurry(void **state)
{
    (void)state;
    start(1);
    assert_int_equal(wait_ms(0, 51 * MS_NS), 0);
    assert_int_equal(wait_ms(SECOND_NS, 51 * MS_NS), 1000);
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
