// SPDX-License-Identifier: Apache-2.0
// Key, interrupt inputs and AT+SLEEP as a person and a data server see them.
#include <string.h>

#include "node/app/app.h"
#include "node/app/values.h"
#include "node/core/settings.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/world.h"

#define QUIET     "\"interrupt\":0,\"interrupt_level\":0"
#define TRIGGERED "\"interrupt\":1,\"interrupt_level\":0"
#define HIGH      "\"interrupt\":1,\"interrupt_level\":1"

static int setup(void **state)
{
    (void)state;
    world_begin();
    if (journal_open() != STATUS_OK) {
        return -1;
    }
    value_set(SETTING_SERVADDR, span_of_text("data,1883"));
    value_set(SETTING_CLIENT, span_of_text("node"));
    value_set(SETTING_PUBTOPIC, span_of_text("up"));
    return 0;
}

// The first session is over after a minute.
static struct world with_edges(const struct world_edge *edges, unsigned count)
{
    struct world world = world_usual();

    memcpy(world.edges, edges, count * sizeof *edges);
    world.edge_count = count;
    world.limit_ms = 300 * 1000;
    return world;
}

#define EDGES(...)                                                                                 \
    with_edges((const struct world_edge[]){__VA_ARGS__},                                           \
               sizeof((const struct world_edge[]){__VA_ARGS__}) / sizeof(struct world_edge))

static void expect_uplinks(unsigned quiet, unsigned triggered, unsigned high)
{
    assert_int_equal(world_count(world_result.published, QUIET), quiet);
    assert_int_equal(world_count(world_result.published, TRIGGERED), triggered);
    assert_int_equal(world_count(world_result.published, HIGH), high);
}

static void key_held_for_2_s_sends_an_uplink_now(void **state)
{
    struct world world = EDGES({60000, INPUT_KEY, false}, {62000, INPUT_KEY, true});

    (void)state;
    world_boot(&world);
    expect_uplinks(2, 0, 0);
    assert_false(world_result.was_reset);
}

static void key_held_for_3_s_resets(void **state)
{
    struct world world = EDGES({60000, INPUT_KEY, false});

    (void)state;
    world_boot(&world);
    assert_true(world_result.was_reset);
    expect_uplinks(1, 0, 0);
}

static struct world five_presses(void)
{
    struct world world = world_usual();

    for (unsigned i = 0; i < 10; i++) {
        world.edges[i] = (struct world_edge){60000 + 200 * i, INPUT_KEY, i % 2 != 0};
    }
    world.edge_count = 10;
    world.limit_ms = 3 * 7200 * 1000;
    return world;
}

static void key_pressed_five_times_stops_all_uplinks_over_a_reset(void **state)
{
    struct world world = five_presses();

    (void)state;
    world_boot(&world);
    expect_uplinks(1, 0, 0);
    assert_int_equal(world_count(world_result.console, "SLEEP\r\n"), 1);
    assert_true(world_result.modem_asleep);
    world.edge_count = 0;
    world_boot(&world);
    expect_uplinks(0, 0, 0);
    assert_int_equal(world_count(world_result.console, "SLEEP\r\n"), 1);
    assert_true(world_result.modem_asleep);
}

static void key_wakes_a_resting_node_which_then_runs(void **state)
{
    struct world world = EDGES({60000, INPUT_KEY, false}, {61500, INPUT_KEY, true});

    (void)state;
    value_set(SETTING_SLEEP, span_of_text("1"));
    world_boot(&world);
    assert_true(world_result.was_reset);
    expect_uplinks(0, 0, 0);
    world.edge_count = 0;
    world_boot(&world);
    expect_uplinks(1, 0, 0);
}

static void sleep_command_takes_effect_and_goes_back(void **state)
{
    struct world world = world_usual();
    const struct world_line lines[] = {
        {"reboot error:", "a1b2c3\r\n"},
        {"Correct", "AT+SLEEP=1\r\n"},
        {"SLEEP\r\n", "AT+UPGRADE\r\n"},
        {"OK\r\n", "AT+SLEEP=0\r\n"},
    };

    (void)state;
    memcpy(world.lines, lines, sizeof lines);
    world_boot(&world);
    assert_true(world_result.was_reset);
    assert_int_equal(world_result.opens, 0);
    assert_int_equal(value_number(SETTING_SLEEP), 0);
}

static void trigger_of_a_resting_node_waits_until_it_runs_and_counts_once(void **state)
{
    struct world world = world_usual();
    const struct world_line lines[] = {{"reboot error:", "a1b2c3\r\n"},
                                       {"Correct", "AT+UPGRADE\r\n"},
                                       {"OK\r\n", "AT+SLEEP=0\r\n"}};

    (void)state;
    value_set(SETTING_SLEEP, span_of_text("1"));
    memcpy(world.lines, lines, sizeof lines);
    world_boot(&world);
    assert_true(world_result.was_reset);
    assert_int_equal(world_result.opens, 0);
    world = world_usual();
    world.ota_is_dead = true;
    world_boot(&world);
    assert_int_equal(world_count(world_result.console, "FW check"), 1);
    world_boot(&world);
    assert_int_equal(world_count(world_result.console, "FW check"), 0);
}

static void a_resting_node_sends_nothing_for_an_interrupt(void **state)
{
    struct world world = EDGES({60000, INPUT_1, false});

    (void)state;
    value_set(SETTING_SLEEP, span_of_text("1"));
    value_set(SETTING_INTMOD, span_of_text("2,0,0"));
    world_boot(&world);
    expect_uplinks(0, 0, 0);
}

static void each_interrupt_input_triggers_by_its_own_setting(void **state)
{
    struct world world =
        EDGES({60000, INPUT_1, false}, {70000, INPUT_1, true}, {100000, INPUT_2, false},
              {130000, INPUT_2, true}, {160000, INPUT_3, false}, {190000, INPUT_3, true});

    (void)state;
    world_boot(&world); // 0,0,0
    expect_uplinks(1, 0, 0);
    value_set(SETTING_INTMOD, span_of_text("2,1,3"));
    world_boot(&world);
    expect_uplinks(1, 2, 2); // falls; falls, rises; rises
}

static void an_interrupt_is_told_until_an_uplink_with_it_was_delivered(void **state)
{
    struct world world =
        EDGES({60000, INPUT_1, false}, {200000, INPUT_KEY, false}, {202000, INPUT_KEY, true});

    (void)state;
    value_set(SETTING_INTMOD, span_of_text("2,0,0"));
    world_boot(&world);
    expect_uplinks(2, 1, 0); // the key's tells none
    world.data_is_dead = true;
    world_boot(&world);
    expect_uplinks(0, 0, 0);
}

static void an_interrupt_setting_counts_at_once(void **state)
{
    struct world world =
        EDGES({60000, INPUT_1, false}, {61000, INPUT_1, true}, {120000, INPUT_1, false});
    const struct world_line lines[] = {
        {"reboot error:", "a1b2c3\r\n"},
        {"Correct", "AT+INTMOD=2,0,0\r\n"},
    };

    (void)state;
    memcpy(world.lines, lines, sizeof lines);
    world_boot(&world);
    expect_uplinks(1, 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, setup)
        TEST(key_held_for_2_s_sends_an_uplink_now),
        TEST(key_held_for_3_s_resets),
        TEST(key_pressed_five_times_stops_all_uplinks_over_a_reset),
        TEST(key_wakes_a_resting_node_which_then_runs),
        TEST(sleep_command_takes_effect_and_goes_back),
        TEST(trigger_of_a_resting_node_waits_until_it_runs_and_counts_once),
        TEST(a_resting_node_sends_nothing_for_an_interrupt),
        TEST(each_interrupt_input_triggers_by_its_own_setting),
        TEST(an_interrupt_is_told_until_an_uplink_with_it_was_delivered),
        TEST(an_interrupt_setting_counts_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
