// SPDX-License-Identifier: Apache-2.0
// What a scenario's lines do to the board.
#include <string.h>

#include "tests/host/cmocka_all.h"

#include "tests/unit/run/idle_board.h"
#include "vnode/run/scenario.h"

#define MS 1000000ULL

static struct board *board;
static struct scenario *scenario;
static struct transcript console;

static int set_up(void **state)
{
    (void)state;
    board = idle_board(NULL, NULL);
    transcript_init(&console, NULL, NULL);
    return board == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    scenario_destroy(scenario);
    scenario = NULL;
    transcript_release(&console);
    board_destroy(board);
    return 0;
}

static void begin(const char *text)
{
    char error[SCENARIO_ERROR_MAX];

    assert_int_equal(scenario_parse(text, &scenario, error), STATUS_OK);
}

// Plays until `until_ns` or the end.
static enum scenario_state play(uint64_t until_ns)
{
    enum scenario_state state;

    while ((state = scenario_step(scenario, board, &console)) == SCENARIO_RUNNING &&
           board_now_ns(board) < until_ns) {
        uint64_t next_ns = scenario_until_ns(scenario, board);
        board_run(board, next_ns < until_ns ? next_ns : until_ns);
    }
    return state;
}

static bool key_is_high(void)
{
    return (board_machine(board)->soc.gpio.port[PORT_A].external & 1 << 7) != 0;
}

static void a_key_is_held_for_its_time_and_let_go(void **state)
{
    (void)state;
    begin("at 10ms: press key for 50ms\nwait 20ms\n");
    assert_int_equal(play(9 * MS), SCENARIO_RUNNING);
    assert_true(key_is_high());
    play(59 * MS);
    assert_false(key_is_high());
    play(61 * MS);
    assert_true(key_is_high());
    assert_int_equal(play(200 * MS), SCENARIO_ENDED);
    assert_in_range(board_now_ns(board), 80 * MS, 81 * MS);
}

static void a_level_without_a_time_stays(void **state)
{
    (void)state;
    begin("pin PA7 low\n");
    assert_int_equal(play(MS), SCENARIO_ENDED);
    assert_false(key_is_high());
}

static void faults_of_the_modem_are_ordered_and_undone(void **state)
{
    (void)state;
    const struct modem_faults *faults = modem_faults(board_modem(board));

    begin("fault no-result times 3\nfault silent always\nfaults random 7 20\nwait 1ms\n"
          "fault silent never\nwait 1ms\nfaults none\n");
    play(0);
    assert_int_equal(faults->times[FAULT_NO_RESULT], 3);
    assert_int_equal(faults->times[FAULT_SILENT], MODEM_FAULT_ALWAYS);
    assert_int_equal(faults->random, 7);
    assert_int_equal(faults->random_per_mille, 20);
    play(MS + MS / 2);
    assert_int_equal(faults->times[FAULT_SILENT], 0);
    assert_int_equal(play(9 * MS), SCENARIO_ENDED);
    assert_int_equal(faults->times[FAULT_NO_RESULT], 0);
    assert_int_equal(faults->random_per_mille, 0);
}

static void the_flash_fails_and_is_well_again(void **state)
{
    (void)state;
    struct nor_chip *nor = &board_machine(board)->nor;

    nor->sleeping = true;
    begin("flash busy\nwait 1ms\nflash low\nwait 1ms\nflash well\n");
    play(0);
    assert_true(nor->faults.stuck_busy);
    assert_false(nor->sleeping);
    play(MS + MS / 2);
    assert_true(nor->faults.held_low && nor->faults.silent && !nor->faults.stuck_busy);
    assert_int_equal(play(9 * MS), SCENARIO_ENDED);
    assert_false(nor->faults.held_low || nor->faults.silent);
}

static void an_expectation_in_vain_fails_with_its_line(void **state)
{
    (void)state;
    begin("# nothing\nexpect this within 5ms\n");
    assert_int_equal(play(9 * MS), SCENARIO_FAILED);
    assert_non_null(strstr(scenario_error(scenario), "line 2: the console did not print 'this'"));
}

#define ON_BOARD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void a_transfer_lets_time_pass_between_two_looks(void **state)
{
    (void)state;
    begin("send /proc/self/cmdline\n");
    assert_int_equal(scenario_step(scenario, board, &console), SCENARIO_RUNNING);
    assert_int_equal(scenario_until_ns(scenario, board), board_now_ns(board) + 10 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOARD(a_key_is_held_for_its_time_and_let_go),
        ON_BOARD(a_level_without_a_time_stays),
        ON_BOARD(faults_of_the_modem_are_ordered_and_undone),
        ON_BOARD(the_flash_fails_and_is_well_again),
        ON_BOARD(a_transfer_lets_time_pass_between_two_looks),
        ON_BOARD(an_expectation_in_vain_fails_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
