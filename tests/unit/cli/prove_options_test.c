// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_options.h"

#include "cli/command.h"
#include "tests/host/cmocka_all.h"

static void reads(struct prove_options *options)
{
    assert_int_equal(prove_options_read(options), EXIT_OK);
}

static void refuses(struct prove_options options)
{
    assert_int_equal(prove_options_read(&options), EXIT_USAGE);
}

static void without_a_word_all_cuts_of_an_update_are_played(void **state)
{
    struct prove_options options = {.seed = 1};

    (void)state;
    reads(&options);
    assert_int_equal(options.task_count, 1);
    assert_string_equal(options.tasks[0].scenario->name, "update");
    assert_int_equal(options.tasks[0].pairs, 0);
    assert_int_equal(options.choice.every, 1);
    assert_int_equal(options.workers, 0);
    assert_int_equal(options.gdb_port, 0);
}

static void scenarios_are_played_in_the_order_of_their_names(void **state)
{
    struct prove_options options = {.scenario = "local,resume"};

    (void)state;
    reads(&options);
    assert_int_equal(options.task_count, 2);
    assert_string_equal(options.tasks[0].scenario->name, "local");
    assert_string_equal(options.tasks[1].scenario->name, "resume");
}

static void all_are_as_many_as_the_table_has(void **state)
{
    struct prove_options options = {.scenario = "all"};

    (void)state;
    reads(&options);
    assert_non_null(prove_scenario_at(options.task_count - 1));
    assert_null(prove_scenario_at(options.task_count));
}

static void one_number_of_pairs_is_for_each_scenario(void **state)
{
    struct prove_options options = {.scenario = "update,local,resume", .pairs = "60"};

    (void)state;
    reads(&options);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(options.tasks[i].pairs, 60);
    }
}

static void each_scenario_may_have_its_own_number_of_pairs(void **state)
{
    struct prove_options options = {.scenario = "update,local", .pairs = "60,7"};

    (void)state;
    reads(&options);
    assert_int_equal(options.tasks[0].pairs, 60);
    assert_int_equal(options.tasks[1].pairs, 7);
}

static void pairs_may_be_chosen_as_single_cuts_are(void **state)
{
    struct prove_options options = {.pairs = "9", .every = "3", .only = "nor", .range = "5-60"};

    (void)state;
    reads(&options);
    assert_int_equal(options.choice.every, 3);
    assert_int_equal(options.choice.memory, PROVE_NOR);
    assert_int_equal(options.choice.first, 5);
    assert_int_equal(options.choice.last, 60);
}

static void a_number_outside_of_its_range_is_refused(void **state)
{
    static const struct prove_options wrong[] = {
        {.every = "0"},
        {.every = "x"},
        {.jobs = "0"},
        {.jobs = "65"},
        {.pairs = "0"},
        {.pairs = ""},
        {.pairs = "10000001"},
        {.pairs = "5,"},
        {.pairs = "5,5"},
        {.scenario = "update,local", .pairs = "5,0"},
        {.scenario = "update,local,resume", .pairs = "5,5"},
        {.which = "o1:before", .gdb = "0"},
        {.which = "o1:before", .gdb = "65536"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        refuses(wrong[i]);
    }
}

static void a_name_that_nobody_knows_is_refused(void **state)
{
    (void)state;
    refuses((struct prove_options){.scenario = "luck"});
    refuses((struct prove_options){.scenario = "update,"});
    refuses((struct prove_options){.scenario = "update,all"});
    refuses((struct prove_options){.only = "ram"});
    refuses((struct prove_options){.range = "7"});
}

static void what_would_have_no_effect_is_refused(void **state)
{
    static const struct prove_options wrong[] = {
        {.gdb = "3333"},
        {.which = "o1:before", .pairs = "5"},
        {.which = "o1:before", .every = "5"},
        {.which = "o1:before", .only = "nor"},
        {.which = "o1:before", .range = "1-2"},
        {.which = "o1:before", .jobs = "1"},
        {.which = "o1:before", .first_failure = true},
        {.which = "o1:before", .scenario = "update,local"},
        {.which = "o1:before", .scenario = "all"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        refuses(wrong[i]);
    }
}

static void a_case_goes_with_what_it_depends_on(void **state)
{
    struct prove_options options = {
        .scenario = "local", .which = "o1:before", .gdb = "3333", .coverage = "f", .seed = 7};

    (void)state;
    reads(&options);
    assert_int_equal(options.gdb_port, 3333);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_word_all_cuts_of_an_update_are_played),
        cmocka_unit_test(scenarios_are_played_in_the_order_of_their_names),
        cmocka_unit_test(all_are_as_many_as_the_table_has),
        cmocka_unit_test(one_number_of_pairs_is_for_each_scenario),
        cmocka_unit_test(each_scenario_may_have_its_own_number_of_pairs),
        cmocka_unit_test(pairs_may_be_chosen_as_single_cuts_are),
        cmocka_unit_test(a_number_outside_of_its_range_is_refused),
        cmocka_unit_test(a_name_that_nobody_knows_is_refused),
        cmocka_unit_test(what_would_have_no_effect_is_refused),
        cmocka_unit_test(a_case_goes_with_what_it_depends_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
