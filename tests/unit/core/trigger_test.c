// SPDX-License-Identifier: Apache-2.0
#include "node/core/trigger.h"

#include "tests/host/cmocka_all.h"

static struct trigger trigger;
static uint32_t now_ms;

static void begin(enum trigger_sense sense, bool high)
{
    now_ms = UINT32_MAX - 10; // the clock wraps amidst
    trigger_init(&trigger, sense, high);
}

// An edge to that level; true when it counts once the contact is quiet.
static bool edge_to(bool high)
{
    bool fires = trigger_step(&trigger, now_ms, true, high);

    while (trigger_next_ms(&trigger, now_ms) != UINT32_MAX) {
        now_ms += trigger_next_ms(&trigger, now_ms);
        fires = trigger_step(&trigger, now_ms, false, high) || fires;
    }
    return fires;
}

static void each_sense_fires_at_its_own_edge(void **state)
{
    static const struct {
        enum trigger_sense sense;
        bool falls, rises;
    } cases[] = {
        {TRIGGER_OFF, false, false},
        {TRIGGER_BOTH, true, true},
        {TRIGGER_FALLING, true, false},
        {TRIGGER_RISING, false, true},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(cases[i].sense, true);
        assert_int_equal(edge_to(false), cases[i].falls);
        assert_int_equal(edge_to(true), cases[i].rises);
        assert_int_equal(edge_to(false), cases[i].falls);
    }
}

static void a_contact_that_bounces_is_one_event(void **state)
{
    unsigned fired = 0;

    (void)state;
    begin(TRIGGER_BOTH, true);
    for (unsigned i = 0; i < 7; i++) {
        fired += trigger_step(&trigger, now_ms, true, i % 2 != 0);
        now_ms += 4;
        fired += trigger_step(&trigger, now_ms, false, i % 2 != 0);
    }
    fired += edge_to(false);
    assert_int_equal(fired, 1);
    assert_false(trigger.level);
}

static void the_bounce_of_a_contact_that_opens_is_no_falling_edge(void **state)
{
    (void)state;
    begin(TRIGGER_FALLING, true);
    assert_true(edge_to(false));
    assert_false(edge_to(true));
}

static void a_pulse_shorter_than_the_settling_is_a_bounce(void **state)
{
    (void)state;
    begin(TRIGGER_BOTH, true);
    assert_false(trigger_step(&trigger, now_ms, true, false));
    now_ms += TRIGGER_SETTLE_MS - 1;
    assert_false(trigger_step(&trigger, now_ms, true, true));
    now_ms += TRIGGER_SETTLE_MS;
    assert_false(trigger_step(&trigger, now_ms, false, true));
    assert_int_equal(trigger_next_ms(&trigger, now_ms), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sense_fires_at_its_own_edge),
        cmocka_unit_test(a_contact_that_bounces_is_one_event),
        cmocka_unit_test(the_bounce_of_a_contact_that_opens_is_no_falling_edge),
        cmocka_unit_test(a_pulse_shorter_than_the_settling_is_a_bounce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
