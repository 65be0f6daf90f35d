// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"
#include "vnode/chip/module.h"

enum { DRAWS = 10000, ONCE = 100 };

static struct modem modem;

static int set_up(void **state)
{
    (void)state;
    modem = (struct modem){.faults = {.loss_per_mille = 300, .loss_random = 7}};
    return 0;
}

static void a_network_without_loss_delays_nothing_and_draws_nothing(void **state)
{
    uint32_t ip_bytes = ONCE;

    (void)state;
    modem.faults.loss_per_mille = 0;
    assert_false(loss_takes(&modem));
    assert_int_equal(loss_delays(&modem, &ip_bytes), 0);
    assert_int_equal(ip_bytes, ONCE);
    assert_int_equal(modem.faults.loss_random, 7);
}

static void datagrams_are_lost_as_often_as_was_said(void **state)
{
    unsigned lost = 0;

    (void)state;
    for (unsigned i = 0; i < DRAWS; i++) {
        lost += loss_takes(&modem);
    }
    assert_in_range(lost, DRAWS * 28 / 100, DRAWS * 32 / 100);
    assert_int_equal(modem.counters.lost_packets, lost);
}

// 3 s, then 6 s more, 12 s more …
static void each_loss_of_a_segment_costs_its_bytes_and_twice_the_wait(void **state)
{
    unsigned seen[6] = {0};

    (void)state;
    for (unsigned i = 0; i < DRAWS; i++) {
        uint32_t ip_bytes = ONCE;
        uint64_t delay_s = loss_delays(&modem, &ip_bytes) / MODULE_S;
        unsigned times = ip_bytes / ONCE - 1;
        assert_in_range(times, 0, 5);
        assert_int_equal(delay_s, 3 * ((1U << times) - 1));
        seen[times]++;
    }
    assert_in_range(seen[0], DRAWS * 68 / 100, DRAWS * 72 / 100);
    assert_in_range(seen[1], DRAWS * 19 / 100, DRAWS * 23 / 100);
    assert_true(seen[5] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_network_without_loss_delays_nothing_and_draws_nothing, set_up),
        cmocka_unit_test_setup(datagrams_are_lost_as_often_as_was_said, set_up),
        cmocka_unit_test_setup(each_loss_of_a_segment_costs_its_bytes_and_twice_the_wait, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
