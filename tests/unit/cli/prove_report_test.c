// SPDX-License-Identifier: Apache-2.0
// What a proof says at its end. Which cases it has played is no matter here.
#include "cli/prove_report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/prove_total.h"
#include "tests/host/cmocka_all.h"

static struct prove_base base; // all are large
static struct prove_report report;
static struct prove_total total;
static char said[8192];

static struct prove_operation operations[] = {{.kind = NVM_EEPROM}, {.kind = NVM_NOR_ERASE}};
static struct prove_case list[] = {{.operation = 2, .way = PROVE_TORN_1, .second = 5}};
static const struct prove_cases cases = {list, 1, 0};

static int begun(void **state)
{
    (void)state;
    base.scenario = prove_scenario_find("resume");
    base.tape.operations = operations;
    base.tape.count = 2;
    prove_report_begin(&report, &base, &cases);
    prove_total_begin(&total);
    return 0;
}

// What is printed on stdout becomes `said`.
static void listen(void (*print)(void))
{
    FILE *file = tmpfile();
    int stdout_of_test = dup(STDOUT_FILENO);

    assert_non_null(file);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    print();
    fflush(stdout);
    dup2(stdout_of_test, STDOUT_FILENO);
    close(stdout_of_test);
    rewind(file);
    said[fread(said, 1, sizeof said - 1, file)] = '\0';
    fclose(file);
}

static void print_report(void)
{
    prove_report_print(&report, &cases, " --seed 7");
}

static void print_total(void)
{
    prove_total_add(&total, &report);
    prove_total_print(&total);
}

static void add(bool failed, bool second_came)
{
    struct prove_result result = {
        .which = list[0], .failed = failed, .second_came = second_came, .why = "the reason"};

    prove_report_add(&report, &result);
}

static void a_failure_names_the_lines_that_replay_it(void **state)
{
    (void)state;
    add(true, false);
    listen(print_report);
    assert_non_null(strstr(said, "  FAILED o2:torn-1+5:before: the reason\n"));
    assert_non_null(
        strstr(said, " nbota prove --scenario resume --seed 7 --case o2:torn-1+5:before\n"));
    assert_non_null(strstr(said, " nbota prove --scenario resume --seed 7 --case "
                                 "o2:torn-1+5:before --gdb 3333\n"));
    assert_null(strstr(said, "NOT PROVED"));
}

static void a_second_cut_that_is_missing_is_told(void **state)
{
    (void)state;
    add(false, false);
    add(false, true);
    assert_int_equal(report.second_missing, 1);
    listen(print_report);
    assert_non_null(strstr(said, "  the second cut came in 1\n"));
    assert_non_null(strstr(said, "  NOT PROVED: 1 without a second cut"));
}

static void the_sum_counts_what_all_scenarios_had(void **state)
{
    (void)state;
    add(false, true);
    add(true, true);
    total.scenarios = 2;
    prove_total_add(&total, &report);
    listen(print_total);
    assert_non_null(strstr(said, "total: 2 scenarios, 4 operations, 4 cases, 4 with a second cut "
                                 "that came, 2 failed, 0 s (0.0 minutes)\n"));
}

static void the_sum_tells_what_was_not_played(void **state)
{
    (void)state;
    total.scenarios = 2; // one that print_total() adds
    listen(print_total);
    assert_non_null(strstr(said, "2 scenarios, 1 of them not played, 2 operations"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_failure_names_the_lines_that_replay_it, begun),
        cmocka_unit_test_setup(a_second_cut_that_is_missing_is_told, begun),
        cmocka_unit_test_setup(the_sum_counts_what_all_scenarios_had, begun),
        cmocka_unit_test_setup(the_sum_tells_what_was_not_played, begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
