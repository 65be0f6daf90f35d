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

static void the_flash_is_busy_for_its_time(void **state)
{
    (void)state;
    struct nor_chip *nor = &board_machine(board)->nor;

    begin("wait 1ms\nflash busy for 2ms\nwait 9ms\n");
    play(2 * MS);
    assert_true(nor_is_busy(nor, 3 * MS - 1));
    assert_false(nor_is_busy(nor, 4 * MS));
}

static void bits_of_the_flash_turn_over(void **state)
{
    (void)state;
    struct nor_chip *nor = &board_machine(board)->nor;

    begin("flash flip 0x1000 bit 0\nflash flip 3 in 0x2000..0x20FF seed 1\nflash protected\n");
    assert_int_equal(play(MS), SCENARIO_ENDED);
    assert_int_equal(nor->data[0x1000], 0xFE);
    assert_int_not_equal(nor->status, 0);
}

static void a_chip_is_replaced_without_power_alone(void **state)
{
    (void)state;
    begin("cut power for 5ms\nflash replace 2M\nwait 9ms\n");
    play(MS);
    assert_int_equal(board_machine(board)->nor.part->size, 2 << 20);
    scenario_destroy(scenario);
    begin("flash replace 4M\n");
    board_power_on(board);
    assert_int_equal(play(9 * MS), SCENARIO_FAILED);
    assert_non_null(strstr(scenario_error(scenario), "without power"));
}

static void cells_of_the_processor_fail(void **state)
{
    (void)state;
    struct machine *machine = board_machine(board);

    begin("mcu worn 0x08010000\nmcu spoil 0x08020000\nwait 1ms\nmcu well\nmcu weak 0x20000000\n");
    play(0);
    assert_true(nvm_is_worn(machine, 0x0801007F));
    assert_int_not_equal(machine->cpu.flash[0x20000], 0);
    assert_int_equal(play(9 * MS), SCENARIO_FAILED);
    assert_false(nvm_is_worn(machine, 0x08010000));
    assert_string_equal(scenario_error(scenario),
                        "line 5: there is no such word, or too many of them have failed");
}

static void power_comes_and_goes_as_often_as_was_said(void **state)
{
    (void)state;
    begin("power random 1 on 2ms..4ms off 1ms..2ms times 3\nwait 1ms\n");
    board_power_on(board);
    assert_int_equal(play(99 * MS), SCENARIO_ENDED);
    assert_true(board_is_on(board));
    assert_int_equal(board_machine(board)->power_ons, 4);
    assert_in_range(board_now_ns(board), 3 * 3 * MS + MS, 3 * 6 * MS + MS);
}

static void regression_what_has_begun_is_no_longer_asked_for_its_moment(void **state)
{
    (void)state;
    begin("at power-on 1: power random 1 on 2ms..4ms off 1ms..2ms times 3\n");
    board_power_on(board);
    play(MS);
    board_machine(board)->power_ons = 0;
    assert_int_equal(play(99 * MS), SCENARIO_ENDED);
}

static void power_comes_and_goes_for_its_time_and_stays(void **state)
{
    (void)state;
    begin("power random 1 on 2ms..4ms off 1ms..2ms for 30ms\n");
    board_power_on(board);
    assert_int_equal(play(99 * MS), SCENARIO_ENDED);
    assert_true(board_is_on(board));
    assert_in_range(board_now_ns(board), 30 * MS, 32 * MS);
    assert_in_range(board_machine(board)->power_ons, 5, 11);
}

static void packets_are_lost_until_none_are(void **state)
{
    (void)state;
    struct modem_faults *faults = modem_faults(board_modem(board));

    begin("link loss 30 seed 9\nwait 1ms\nlink loss 0\n");
    play(0);
    assert_int_equal(faults->loss_per_mille, 300);
    assert_int_equal(faults->loss_random, 9);
    assert_int_equal(play(9 * MS), SCENARIO_ENDED);
    assert_int_equal(faults->loss_per_mille, 0);
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
        ON_BOARD(the_flash_is_busy_for_its_time),
        ON_BOARD(bits_of_the_flash_turn_over),
        ON_BOARD(a_chip_is_replaced_without_power_alone),
        ON_BOARD(cells_of_the_processor_fail),
        ON_BOARD(power_comes_and_goes_as_often_as_was_said),
        ON_BOARD(regression_what_has_begun_is_no_longer_asked_for_its_moment),
        ON_BOARD(power_comes_and_goes_for_its_time_and_stays),
        ON_BOARD(packets_are_lost_until_none_are),
        ON_BOARD(a_transfer_lets_time_pass_between_two_looks),
        ON_BOARD(an_expectation_in_vain_fails_with_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
