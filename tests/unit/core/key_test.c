// SPDX-License-Identifier: Apache-2.0
#include "node/core/key.h"

#include "tests/host/cmocka_all.h"

static struct key key;
static uint32_t now_ms;

static int begin(void **state)
{
    (void)state;
    key = (struct key){0};
    now_ms = UINT32_MAX - 500; // the clock wraps amidst
    assert_int_equal(key_step(&key, now_ms, false), KEY_NOTHING);
    return 0;
}

// Lets `duration_ms` pass at that level, looking only when the key asks for it.
static enum key_gesture hold(bool pressed, uint32_t duration_ms)
{
    enum key_gesture last = key_step(&key, now_ms, pressed);
    uint32_t left_ms = duration_ms;

    while (left_ms > 0) {
        uint32_t next_ms = key_next_ms(&key, now_ms);
        uint32_t step_ms = next_ms < left_ms ? next_ms : left_ms;
        assert_int_not_equal(step_ms, 0);
        now_ms += step_ms;
        left_ms -= step_ms;
        enum key_gesture gesture = key_step(&key, now_ms, pressed);
        last = gesture == KEY_NOTHING ? last : gesture;
    }
    return last;
}

static enum key_gesture press_for(uint32_t duration_ms)
{
    enum key_gesture during = hold(true, duration_ms);
    enum key_gesture after = hold(false, 200);

    return during == KEY_NOTHING ? after : during;
}

static void a_press_of_1_to_3_seconds_asks_for_an_uplink(void **state)
{
    static const struct {
        uint32_t held_ms;
        enum key_gesture gesture;
    } cases[] = {{999, KEY_NOTHING}, {1000, KEY_UPLINK}, {2999, KEY_UPLINK}, {3000, KEY_RESET}};

    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(state);
        assert_int_equal(press_for(cases[i].held_ms), cases[i].gesture);
    }
}

static void the_reset_comes_while_the_key_is_held_and_once(void **state)
{
    (void)state;
    assert_int_equal(hold(true, 2999), KEY_NOTHING);
    assert_int_equal(hold(true, 1), KEY_RESET);
    assert_int_equal(hold(true, 60000), KEY_NOTHING);
    assert_int_equal(hold(false, 1000), KEY_NOTHING);
    assert_int_equal(key_next_ms(&key, now_ms), UINT32_MAX);
}

static void a_key_that_is_held_at_the_start_means_nothing_until_it_was_let_go(void **state)
{
    (void)state;
    key = (struct key){0};
    assert_int_equal(hold(true, 2000), KEY_NOTHING);
    assert_int_equal(key_next_ms(&key, now_ms), UINT32_MAX);
    assert_int_equal(hold(true, 60000), KEY_NOTHING);
    assert_int_equal(hold(false, 10), KEY_NOTHING);
    assert_int_equal(hold(true, 10), KEY_NOTHING);
    assert_int_equal(hold(false, 200), KEY_NOTHING);
    assert_int_equal(press_for(1000), KEY_UPLINK);
    assert_int_equal(press_for(3000), KEY_RESET);
}

static void five_quick_presses_ask_for_sleep(void **state)
{
    (void)state;
    for (unsigned i = 1; i < 5; i++) {
        assert_int_equal(press_for(100), KEY_NOTHING);
    }
    assert_int_equal(press_for(100), KEY_SLEEP);
    assert_int_equal(press_for(100), KEY_NOTHING); // counts from one again
}

static void presses_with_a_pause_or_a_long_one_between_do_not_add_up(void **state)
{
    (void)state;
    for (unsigned i = 1; i < 5; i++) {
        press_for(100);
    }
    hold(false, 1500);
    assert_int_equal(press_for(100), KEY_NOTHING);
    for (unsigned i = 2; i < 5; i++) {
        press_for(100);
    }
    assert_int_equal(press_for(1200), KEY_UPLINK);
    assert_int_equal(press_for(100), KEY_NOTHING);
}

static void bounces_are_no_presses(void **state)
{
    (void)state;
    for (unsigned press = 0; press < 5; press++) {
        for (unsigned i = 0; i < 6; i++) {
            assert_int_equal(hold(i % 2 == 0, 5), KEY_NOTHING);
        }
        hold(false, 100);
    }
    assert_int_equal(key.quick, 0);
    for (unsigned i = 0; i < 4; i++) {
        hold(i % 2 == 0, 5);
    }
    hold(true, 1500);
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(hold(i % 2 != 0, 5), KEY_NOTHING);
    }
    assert_int_equal(hold(false, 100), KEY_UPLINK);
}

static void a_key_at_rest_asks_to_be_looked_at_never(void **state)
{
    (void)state;
    assert_int_equal(key_step(&key, now_ms, false), KEY_NOTHING);
    assert_int_equal(key_next_ms(&key, now_ms), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, begin)
        TEST(a_press_of_1_to_3_seconds_asks_for_an_uplink),
        TEST(the_reset_comes_while_the_key_is_held_and_once),
        TEST(a_key_that_is_held_at_the_start_means_nothing_until_it_was_let_go),
        TEST(five_quick_presses_ask_for_sleep),
        TEST(presses_with_a_pause_or_a_long_one_between_do_not_add_up),
        TEST(bounces_are_no_presses),
        TEST(a_key_at_rest_asks_to_be_looked_at_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
