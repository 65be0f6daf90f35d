// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"
#include "vnode/run/statement.h"

static struct statement good(const char *line)
{
    struct statement statement;
    bool is_empty;

    assert_null(statement_read(line, &statement, &is_empty));
    assert_false(is_empty);
    return statement;
}

static void assert_bad(const char *line)
{
    struct statement statement;
    bool is_empty;

    assert_non_null(statement_read(line, &statement, &is_empty));
}

static void a_time_condition_is_read_in_every_unit(void **state)
{
    (void)state;
    struct statement down = good("at 12s: link down");
    assert_int_equal(down.when, WHEN_TIME);
    assert_int_equal(down.moment, 12000000000U);
    assert_int_equal(down.action, DO_LINK_DOWN);
    assert_int_equal(good("at 250ms: go").moment, 250000000U);
    assert_int_equal(good("at 1.5m: go").moment, 90000000000U);
    assert_int_equal(good("at 2h: go").moment, 7200000000000U);
}

static void a_chunk_condition_is_read(void **state)
{
    (void)state;
    struct statement hold = good("  at chunk 20: hold");
    assert_int_equal(hold.when, WHEN_CHUNK);
    assert_int_equal(hold.moment, 20);
    assert_int_equal(hold.action, DO_HOLD);
}

static void a_power_on_condition_is_read(void **state)
{
    (void)state;
    struct statement cut = good("at power-on 2: cut power at operation 5");
    assert_int_equal(cut.when, WHEN_POWER_ON);
    assert_int_equal(cut.moment, 2);
    assert_int_equal(cut.action, DO_CUT_AT_OPERATION);
    assert_bad("at power-on: go");
    assert_bad("at power 2: go");
}

static void corruption_is_once_unless_always_is_said(void **state)
{
    (void)state;
    assert_false(good("corrupt chunk 3").always);
    assert_true(good("corrupt chunk 3 always").always);
    assert_int_equal(good("corrupt chunk 63").number, 63);
    assert_bad("corrupt chunk 64");
    assert_bad("corrupt chunk");
    assert_bad("corrupt chunk 3 sometimes");
}

static void power_cuts_are_read_in_all_their_forms(void **state)
{
    (void)state;
    assert_int_equal(good("cut power").duration_ns, 1000000000U);
    assert_int_equal(good("cut power for 5s").duration_ns, 5000000000U);
    struct statement torn = good("cut power at operation 120 + 0.25");
    assert_int_equal(torn.action, DO_CUT_AT_OPERATION);
    assert_int_equal(torn.number, 120);
    assert_true(torn.fraction > 0.24 && torn.fraction < 0.26);
    assert_int_equal(good("cut power at instruction 5000000").number, 5000000);
    assert_int_equal(good("cut power never").action, DO_CUT_NEVER);
    assert_bad("cut power never again");
    assert_bad("cut power at operation 120 + 1.5");
    assert_bad("cut power at operation");
    assert_bad("cut cable");
}

static void an_expectation_keeps_within_in_its_text_unless_it_is_a_limit(void **state)
{
    (void)state;
    struct statement plain = good("expect Image Version: v1.1.0");
    assert_string_equal(plain.text, "Image Version: v1.1.0");
    struct statement limited = good("expect all within reach within 30s");
    assert_string_equal(limited.text, "all within reach");
    assert_int_equal(limited.duration_ns, 30000000000U);
}

static void empty_lines_and_comments_are_nothing(void **state)
{
    (void)state;
    struct statement statement;
    bool is_empty = false;

    assert_null(statement_read("", &statement, &is_empty));
    assert_true(is_empty);
    assert_null(statement_read("   # at 12s", &statement, &is_empty));
    assert_true(is_empty);
}

static void what_is_not_understood_says_what_would_be_right(void **state)
{
    (void)state;
    assert_bad("at 12: link down");
    assert_bad("at 12s link down");
    assert_bad("link sideways");
    assert_bad("hold on");
    assert_bad("typeAT");
    assert_bad("type");
    assert_bad("wait");
    assert_bad("wait 5");
    assert_bad("explode");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_condition_is_read_in_every_unit),
        cmocka_unit_test(a_chunk_condition_is_read),
        cmocka_unit_test(a_power_on_condition_is_read),
        cmocka_unit_test(corruption_is_once_unless_always_is_said),
        cmocka_unit_test(power_cuts_are_read_in_all_their_forms),
        cmocka_unit_test(an_expectation_keeps_within_in_its_text_unless_it_is_a_limit),
        cmocka_unit_test(empty_lines_and_comments_are_nothing),
        cmocka_unit_test(what_is_not_understood_says_what_would_be_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
