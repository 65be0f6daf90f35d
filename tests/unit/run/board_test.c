// SPDX-License-Identifier: Apache-2.0
// What is fitted to the board and how it is wired.
#include "tests/host/cmocka_all.h"

#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/run/idle_board.h"
#include "vnode/chip/module.h"
#include "vnode/cpu/memory.h"
#include "vnode/run/fitting.h"

enum { MS = 1000000 };

static struct board *board;

static int tear_down(void **state)
{
    (void)state;
    board_destroy(board);
    board = NULL;
    return 0;
}

static uint32_t read_word(uint32_t address)
{
    uint32_t value = 0;

    assert_true(memory_read(&board_machine(board)->cpu, address, 4, &value));
    return value;
}

static void write_word(uint32_t address, uint32_t value)
{
    assert_true(memory_write(&board_machine(board)->cpu, address, 4, value));
}

static void run_ms(uint64_t ms)
{
    assert_int_equal(board_run(board, board_now_ns(board) + ms * MS), BOARD_TIME);
}

static void the_flash_chip_is_the_one_that_was_named(void **state)
{
    (void)state;
    for (size_t i = 0; fitting_at(i) != NULL; i++) {
        board = idle_board(NULL, fitting_at(i)->name);
        assert_ptr_equal(board_machine(board)->nor.part, fitting_at(i)->part);
        assert_ptr_equal(fitting_find(fitting_at(i)->name), fitting_at(i));
        tear_down(state);
    }
    board = idle_board(NULL, NULL);
    assert_ptr_equal(board_machine(board)->nor.part, &nor_zb25vq32);
    assert_null(fitting_find("8M"));
}

static void the_modem_decides_what_hangs_on_pb2(void **state)
{
    (void)state;
    board = idle_board("bc660k-gl", NULL);
    assert_true(board_machine(board)->soc.gpio.port[PORT_B].level & 1 << 2); // RESET_N rests high
    tear_down(state);
    board = idle_board("bg95-m2", NULL);
    assert_false(board_machine(board)->soc.gpio.port[PORT_B].level & 1 << 2); // a key rests low
}

static void status_and_psm_ind_of_a_bg95_that_is_off_read_high(void **state)
{
    (void)state;
    board = idle_board("bg95-m2", NULL);
    run_ms(5);
    uint16_t pins = board_machine(board)->soc.gpio.port[PORT_A].external;
    assert_int_equal(pins & (1 << 13 | 1 << 14), 1 << 13 | 1 << 14);
}

// A broker of before is forgotten while there is no power: time went no further from there.
static void regression_time_passes_an_orphan_s_end_without_power(void **state)
{
    int line[2];

    (void)state;
    board = idle_board(NULL, NULL);
    board_power_off(board);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, line), 0);
    uint64_t end_ns = board_now_ns(board) + 5 * MS;
    orphans_add(&board_modem(board)->orphans, line[0], end_ns);
    assert_int_equal(board_run(board, end_ns + MS), BOARD_TIME);
    assert_int_equal(board_modem(board)->orphans.count, 0);
    close(line[1]);
}

// ---- a device on the sensor's line that says one character after 3 ms and notes what it hears ----

static struct {
    uint64_t at_ns;
    uint8_t heard;
    uint32_t baud;
} device;

static void take(void *context, uint8_t byte, uint32_t baud, uint64_t now_ns)
{
    (void)context;
    (void)now_ns;
    device.heard = byte;
    device.baud = baud;
}

static uint64_t next_ns(void *context)
{
    (void)context;
    return device.at_ns;
}

static bool give(void *context, uint64_t now_ns, uint32_t baud, uint8_t *byte)
{
    (void)context;
    (void)now_ns;
    device.at_ns = UINT64_MAX;
    *byte = 'x';
    return baud > 0;
}

static void open_sensor_line(void)
{
    write_word(0x4002102C, 1);          // RCC: GPIOA
    write_word(0x40021034, 1 << 14);    // USART1
    write_word(0x50000000, 0xEBEBFCFF); // PA9, PA10 alternate function
    write_word(0x50000024, 0x00000440); // …4
    write_word(0x4001380C, 218);        // 2.097 MHz / 9600
    write_word(0x40013800, 1 | 1 << 2 | 1 << 3);
}

static void a_device_on_the_sensor_line_hears_and_is_heard(void **state)
{
    (void)state;
    board = idle_board(NULL, NULL);
    open_sensor_line();
    device.at_ns = board_now_ns(board) + 3 * MS;
    board_fit_sensor(board, &(struct board_device){.take = take, .give = give, .next_ns = next_ns});
    run_ms(2);
    assert_false(read_word(0x4001381C) & 1 << 5); // RXNE
    run_ms(2);
    assert_true(read_word(0x4001381C) & 1 << 5);
    assert_int_equal(read_word(0x40013824), 'x');
    write_word(0x40013828, 'y');
    run_ms(3);
    assert_int_equal(device.heard, 'y');
    assert_in_range(device.baud, 9500, 9700);
}

// Another, which answers at once with two characters, and notes how late they were fetched.
static struct {
    uint64_t at_ns[2], late_ns[2];
    unsigned count;
} prompt;

static void answer(void *context, uint8_t byte, uint32_t baud, uint64_t now_ns)
{
    (void)context;
    (void)byte;
    (void)baud;
    prompt.at_ns[0] = now_ns + 87000;
    prompt.at_ns[1] = now_ns + 174000;
    prompt.count = 0;
}

static uint64_t next_of_answer_ns(void *context)
{
    (void)context;
    return prompt.count < 2 ? prompt.at_ns[prompt.count] : UINT64_MAX;
}

static bool give_answer(void *context, uint64_t now_ns, uint32_t baud, uint8_t *byte)
{
    (void)context;
    (void)baud;
    prompt.late_ns[prompt.count] = now_ns - prompt.at_ns[prompt.count];
    prompt.count++;
    *byte = 'z';
    return false;
}

static void regression_an_answer_at_once_comes_in_time_to_a_busy_processor(void **state)
{
    (void)state;
    board = idle_board(NULL, NULL);
    open_sensor_line();
    prompt.count = 2;
    board_fit_sensor(board, &(struct board_device){
                                .take = answer, .give = give_answer, .next_ns = next_of_answer_ns});
    write_word(0x40013828, 'y');
    run_ms(5);
    assert_int_equal(prompt.count, 2);
    assert_in_range(prompt.late_ns[0], 0, 2000);
    assert_in_range(prompt.late_ns[1], 0, 2000);
}

static void end_run(void *context, uint8_t byte, uint32_t baud, uint64_t now_ns)
{
    (void)context;
    (void)byte;
    (void)baud;
    (void)now_ns;
    board_end_run(board);
}

static void who_hears_the_board_may_end_its_run(void **state)
{
    (void)state;
    board = idle_board(NULL, NULL);
    open_sensor_line();
    board_fit_sensor(board, &(struct board_device){.take = end_run});
    write_word(0x40013828, 'y');
    run_ms(1000); // the character takes 1 ms
    assert_in_range(board_now_ns(board), 1 * MS, 2 * MS);
    run_ms(5); // only the one under way
    assert_in_range(board_now_ns(board), 6 * MS, 7 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_flash_chip_is_the_one_that_was_named, tear_down),
        cmocka_unit_test_teardown(the_modem_decides_what_hangs_on_pb2, tear_down),
        cmocka_unit_test_teardown(regression_time_passes_an_orphan_s_end_without_power, tear_down),
        cmocka_unit_test_teardown(status_and_psm_ind_of_a_bg95_that_is_off_read_high, tear_down),
        cmocka_unit_test_teardown(regression_an_answer_at_once_comes_in_time_to_a_busy_processor,
                                  tear_down),
        cmocka_unit_test_teardown(who_hears_the_board_may_end_its_run, tear_down),
        cmocka_unit_test_teardown(a_device_on_the_sensor_line_hears_and_is_heard, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
