// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include "cli/trigger_plan.h"

enum { UPLINK_MS = 1000000 };

static void nothing_leaves_before_an_uplink(void **state)
{
    (void)state;
    struct trigger_plan plan = {0};

    assert_false(trigger_plan_take(&plan, 0));
    assert_false(trigger_plan_take(&plan, INT64_MAX));
    assert_int_equal(trigger_plan_wait_ms(&plan, 5, 200), 200);
}

static void the_first_leaves_with_the_uplink_and_the_others_at_growing_gaps(void **state)
{
    (void)state;
    static const int64_t expected[] = {0, 100, 300, 700, 1500, 2500, 3500, 4500};
    struct trigger_plan plan = {0};
    size_t count = 0;

    trigger_plan_uplink(&plan, UPLINK_MS);
    for (int64_t after = 0; after <= 4999; after++) {
        if (trigger_plan_take(&plan, UPLINK_MS + after)) {
            assert_int_equal(after, expected[count]);
            count++;
        }
    }
    assert_int_equal(count, sizeof expected / sizeof expected[0]);
    assert_int_equal(plan.sent, count);
}

static void it_waits_until_the_next_is_due(void **state)
{
    (void)state;
    struct trigger_plan plan = {0};

    trigger_plan_uplink(&plan, UPLINK_MS);
    assert_int_equal(trigger_plan_wait_ms(&plan, UPLINK_MS, 200), 0);
    assert_true(trigger_plan_take(&plan, UPLINK_MS));
    assert_int_equal(trigger_plan_wait_ms(&plan, UPLINK_MS + 30, 200), 70);
    assert_int_equal(trigger_plan_wait_ms(&plan, UPLINK_MS + 300, 200), 0);
}

static void it_rests_when_the_node_has_gone_and_begins_anew_with_its_next_uplink(void **state)
{
    (void)state;
    struct trigger_plan plan = {0};

    trigger_plan_uplink(&plan, UPLINK_MS);
    assert_true(trigger_plan_take(&plan, UPLINK_MS + TRIGGER_WINDOW_MS));
    assert_false(trigger_plan_take(&plan, UPLINK_MS + TRIGGER_WINDOW_MS + 1001));
    assert_false(plan.is_open);
    trigger_plan_uplink(&plan, UPLINK_MS + 7200000);
    assert_true(trigger_plan_take(&plan, UPLINK_MS + 7200000));
    assert_int_equal(plan.uplinks, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_leaves_before_an_uplink),
        cmocka_unit_test(the_first_leaves_with_the_uplink_and_the_others_at_growing_gaps),
        cmocka_unit_test(it_waits_until_the_next_is_due),
        cmocka_unit_test(it_rests_when_the_node_has_gone_and_begins_anew_with_its_next_uplink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
