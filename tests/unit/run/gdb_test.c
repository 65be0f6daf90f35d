// SPDX-License-Identifier: Apache-2.0
// The debugger's packets on a board with a program of four instructions, and the line they come on.
#include "tests/host/cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/endian.h"
#include "vnode/run/gdb.h"
#include "vnode/run/gdb_command.h"

enum { START = 0x08000100, SECOND = 0x08000102, THIRD = 0x08000104 };

static struct board *board;
static struct gdb_target target;
static struct gdb *gdb;
static int line = -1;

static void program(struct cpu *cpu)
{
    static const uint16_t code[] = {
        0x2000, // movs r0, #0
        0x3001, // again: adds r0, #1
        0x3101, // adds r1, #1
        0xE7FC, // b again
    };

    store_le32(cpu->flash, 0x20001000);
    store_le32(cpu->flash + 4, START + 1);
    memcpy(cpu->flash + (START - CPU_FLASH_BASE), code, sizeof code);
}

static int set_up(void **state)
{
    (void)state;
    struct board_config config = {.modem.link_class = "nb1-ce0", .seed = 1};
    struct board_ports ports = {0};

    board = board_create(&config, &ports);
    program(&board_machine(board)->cpu);
    board_power_on(board);
    gdb_target_init(&target, board);
    return board == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    gdb_target_release(&target);
    gdb_close(gdb);
    gdb = NULL;
    if (line >= 0) {
        close(line);
        line = -1;
    }
    board_destroy(board);
    return 0;
}

// ---- frames ----

static enum gdb_event feed(struct gdb_input *input, const char *text)
{
    enum gdb_event event = GDB_NOTHING;

    for (; *text != '\0'; text++) {
        event = gdb_input_take(input, *text);
    }
    return event;
}

static void a_frame_is_taken_when_its_checksum_is_right(void **state)
{
    (void)state;
    struct gdb_input input = {0};

    assert_int_equal(feed(&input, "+$OK#9a"), GDB_PACKET);
    assert_string_equal(input.payload, "OK");
    assert_int_equal(feed(&input, "$OK#9A"), GDB_PACKET);
    assert_int_equal(feed(&input, "$OK#9b"), GDB_SPOILED);
    assert_int_equal(feed(&input, "$OK#xy"), GDB_SPOILED);
    assert_int_equal(feed(&input, "$#00"), GDB_PACKET);
    assert_string_equal(input.payload, "");
    assert_int_equal(feed(&input, "-"), GDB_AGAIN);
    assert_int_equal(feed(&input, "\x03"), GDB_INTERRUPT);
}

static void a_frame_of_any_length_stays_inside_its_buffer(void **state)
{
    (void)state;
    struct gdb_input input = {0};

    gdb_input_take(&input, '$');
    for (unsigned i = 0; i < 3 * GDB_PAYLOAD_MAX; i++) {
        gdb_input_take(&input, 'x');
    }
    assert_int_equal(feed(&input, "#00"), GDB_SPOILED);
    assert_int_equal(feed(&input, "$?#3f"), GDB_PACKET);
}

static void numbers_have_one_to_eight_digits(void **state)
{
    (void)state;
    uint32_t number;

    assert_string_equal(gdb_read_number("8000100,4", &number), ",4");
    assert_int_equal(number, START);
    assert_non_null(gdb_read_number("ffffffff", &number));
    assert_int_equal(number, 0xFFFFFFFF);
    assert_null(gdb_read_number("100000000", &number));
    assert_null(gdb_read_number("", &number));
    assert_null(gdb_read_number(",", &number));
}

// ---- packets ----

static const char *ask(const char *packet)
{
    static struct gdb_reply reply;

    reply = (struct gdb_reply){0};
    assert_int_equal(gdb_command(&target, packet, &reply), GDB_STAY);
    return reply.text;
}

static void registers_are_read_and_written_alone_and_together(void **state)
{
    (void)state;
    char packet[1 + 8 * GDB_REGISTERS + 1] = "G";

    assert_string_equal(ask("pf"), "00010008");
    assert_string_equal(ask("pd"), "00100020");
    assert_string_equal(ask("P0=78563412"), "OK");
    assert_int_equal(board_machine(board)->cpu.r[0], 0x12345678);
    strcpy(packet + 1, ask("g"));
    assert_int_equal(strlen(packet), 1 + 8 * GDB_REGISTERS);
    memcpy(packet + 1 + 8, "01000000", 8);
    assert_string_equal(ask(packet), "OK");
    assert_int_equal(board_machine(board)->cpu.r[1], 1);
    assert_string_equal(ask("p11"), "00100020"); // msp is in use: the same as sp
    assert_string_equal(ask("p15"), "E01");
    assert_string_equal(ask("P15=00000000"), "E01");
    assert_string_equal(ask("P0"), "E01");
    assert_string_equal(ask("G12"), "E01");
}

static void memories_are_read_and_written_and_nothing_else(void **state)
{
    (void)state;
    assert_string_equal(ask("m8000100,4"), "00200130");
    assert_string_equal(ask("m100,4"), "00200130"); // the alias at 0
    assert_string_equal(ask("M20000000,3:010203"), "OK");
    assert_string_equal(ask("m20000000,3"), "010203");
    assert_string_equal(ask("M08080000,1:7f"), "OK");
    assert_int_equal(board_machine(board)->soc.nvm.eeprom[0], 0x7F);
    assert_string_equal(ask("M20004fff,2:0000"), "E01");
    assert_string_equal(ask("m20004fff,2"), "E01");
    assert_string_equal(ask("m60000000,4"), "E01");
    assert_string_equal(ask("m20000000,ffffffff"), "E01");
    assert_string_equal(ask("M40013800,4:00000000"), "E01");
    assert_string_equal(ask("M20000000,4:0000"), "E01");
    assert_string_equal(ask("m20000000"), "E01");
}

static void a_look_at_a_peripheral_changes_nothing(void **state)
{
    (void)state;
    struct machine *machine = board_machine(board);

    assert_string_equal(ask("me000ed00,4"), "01c60c41"); // CPUID: 410CC601
    assert_int_equal(strlen(ask("m40021000,8")), 16);    // RCC
    assert_string_equal(ask("m50000000,4"), "E01");      // GPIOA without its clock: a strict board
    assert_string_equal(machine->cpu.misuse, "");
    assert_int_equal(board_run(board, board_now_ns(board) + 1000000), BOARD_TIME);
}

static void the_description_comes_in_parts(void **state)
{
    (void)state;
    char whole[8192] = "";
    char packet[64];
    const char *part;

    do {
        snprintf(packet, sizeof packet, "qXfer:features:read:target.xml:%zx,100", strlen(whole));
        part = ask(packet);
        strcat(whole, part + 1);
    } while (*part == 'm');
    assert_string_equal(whole, gdb_target_description());
    assert_string_equal(ask("qXfer:features:read:target.xml:ffff,10"), "E01");
    assert_string_equal(ask("qXfer:features:read:other.xml:0,10"), "");
    assert_non_null(strstr(ask("qSupported:multiprocess+"), "qXfer:features:read+"));
    assert_string_equal(ask("vMustReplyEmpty"), "");
}

static void breakpoints_are_set_once_and_only_where_code_can_be(void **state)
{
    (void)state;
    char packet[32];

    assert_string_equal(ask("Z0,8000102,2"), "OK");
    assert_string_equal(ask("Z1,102,2"), "OK"); // the same half word
    assert_int_equal(target.breakpoint_count, 1);
    assert_string_equal(ask("z0,8000102,2"), "OK");
    assert_int_equal(target.breakpoint_count, 0);
    assert_string_equal(ask("z0,8000102,2"), "OK");
    assert_string_equal(ask("Z0,8000101,2"), "E01");
    assert_string_equal(ask("Z0,40000000,2"), "E01");
    assert_string_equal(ask("Z0,8000102"), "E01");
    assert_string_equal(ask("Z2,20000000,4"), ""); // watchpoints: not known
    for (unsigned i = 0; i < GDB_BREAKPOINTS_MAX; i++) {
        snprintf(packet, sizeof packet, "Z0,%x,2", 0x20000000 + 2 * i);
        assert_string_equal(ask(packet), "OK");
    }
    assert_string_equal(ask("Z0,8000102,2"), "E01");
}

static void monitor_reset_brings_the_node_back_to_its_start(void **state)
{
    (void)state;
    assert_int_equal(board_run(board, board_now_ns(board) + 1000000), BOARD_TIME);
    assert_string_not_equal(ask("pf"), "00010008");
    assert_string_equal(ask("qRcmd,7265736574"), "OK"); // "reset"
    assert_string_equal(ask("pf"), "00010008");
    assert_true(strlen(ask("qRcmd,68656c70")) > 20); // "help"
    assert_string_equal(ask("qRcmd,zz"), "E01");
    board_power_off(board);
    assert_string_not_equal(ask("qRcmd,7265736574"), "OK");
}

// ---- the line ----

static uint16_t connect_debugger(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    uint16_t port = 0;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (port = 42000; gdb_open(&gdb, board, port) != STATUS_OK; port++) {
        assert_true(port < 43000);
    }
    line = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_port = htons(port);
    assert_int_equal(connect(line, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(gdb_attend(gdb), GDB_BOARD_STANDS);
    return port;
}

static enum gdb_state say(const char *payload)
{
    struct gdb_reply reply = {0};
    char frame[GDB_PAYLOAD_MAX + 5];

    gdb_reply_add(&reply, payload);
    size_t size = gdb_frame(&reply, frame);
    assert_int_equal(write(line, frame, size), size);
    return gdb_attend(gdb);
}

static void hear(const char *text)
{
    char bytes[512] = "";
    ssize_t size = recv(line, bytes, sizeof bytes - 1, MSG_DONTWAIT);

    assert_true(size > 0);
    assert_string_equal(bytes, text);
}

static void hear_part(const char *text)
{
    char bytes[512] = "";

    assert_true(recv(line, bytes, sizeof bytes - 1, MSG_DONTWAIT) > 0);
    if (strstr(bytes, text) == NULL) {
        fail_msg("'%s' has no '%s'", bytes, text);
    }
}

static void run_until_it_stands(void)
{
    for (unsigned i = 0; i < 100; i++) {
        enum board_outcome outcome = board_run(board, board_now_ns(board) + 100000);
        (void)gdb_board_stopped(gdb, outcome);
        if (gdb_attend(gdb) == GDB_BOARD_STANDS) {
            return;
        }
    }
    fail_msg("it runs on");
}

static uint32_t pc(void)
{
    return board_machine(board)->cpu.r[15];
}

static void the_board_stands_until_a_debugger_lets_it_go(void **state)
{
    (void)state;
    connect_debugger();
    assert_int_equal(say("?"), GDB_BOARD_STANDS);
    hear("+$T05thread:1;#d7");
    assert_int_equal(pc(), START);
    assert_int_equal(say("c"), GDB_BOARD_RUNS);
    hear("+");
    assert_int_equal(write(line, "\x03", 1), 1);
    assert_int_equal(gdb_attend(gdb), GDB_BOARD_STANDS);
    hear("$T02thread:1;#d4");
}

static void a_step_is_one_instruction(void **state)
{
    (void)state;
    connect_debugger();
    assert_int_equal(say("s"), GDB_BOARD_RUNS);
    run_until_it_stands();
    hear("+$T05thread:1;#d7");
    assert_int_equal(pc(), SECOND);
    assert_int_equal(say("vCont;s:1;c"), GDB_BOARD_RUNS);
    run_until_it_stands();
    assert_int_equal(pc(), THIRD);
    assert_int_equal(board_machine(board)->cpu.r[0], 1);
}

static void a_breakpoint_stops_before_its_instruction_each_time(void **state)
{
    (void)state;
    connect_debugger();
    say("Z0,8000104,2");
    for (uint32_t turn = 1; turn <= 3; turn++) {
        assert_int_equal(say("c"), GDB_BOARD_RUNS);
        run_until_it_stands();
        assert_int_equal(pc(), THIRD);
        assert_int_equal(board_machine(board)->cpu.r[0], turn);
    }
    hear_part("$T05swbreak:;thread:1;#");
}

static void a_breakpoint_in_ram_stops_too(void **state)
{
    (void)state;
    connect_debugger();
    say("M20000100,4:0130fde7"); // adds r0, #1; b back
    say("Z0,20000102,2");
    say("Pf=00010020");
    say("c");
    run_until_it_stands();
    assert_int_equal(pc(), 0x20000102);
}

static void a_fault_stops_with_its_reason(void **state)
{
    (void)state;
    connect_debugger();
    say("M20000100,2:0868"); // ldr r0, [r1]
    say("P1=01000020");      // from an odd address
    say("Pf=00010020");
    recv(line, (char[512]){0}, 512, MSG_DONTWAIT);
    say("c");
    run_until_it_stands();
    hear_part("$O6d6973616c69676e6564"); // "misaligned"
    assert_int_equal(say("?"), GDB_BOARD_STANDS);
    hear_part("$T0bthread:1;#");
}

static void a_debugger_that_leaves_takes_its_breakpoints_along(void **state)
{
    (void)state;
    connect_debugger();
    say("Z0,8000104,2");
    assert_int_equal(say("D"), GDB_BOARD_RUNS);
    hear_part("$OK#9a");
    assert_int_equal(board_run(board, board_now_ns(board) + 1000000), BOARD_TIME);
    assert_false(gdb_board_stopped(gdb, BOARD_STOPPED)); // the caller's
}

static void a_line_that_breaks_is_like_leaving(void **state)
{
    (void)state;
    connect_debugger();
    say("Z0,8000104,2");
    close(line);
    line = -1;
    assert_int_equal(gdb_attend(gdb), GDB_BOARD_RUNS);
    assert_int_equal(board_run(board, board_now_ns(board) + 1000000), BOARD_TIME);
}

static void killing_ends_the_run(void **state)
{
    (void)state;
    connect_debugger();
    assert_int_equal(say("k"), GDB_BOARD_ENDS);
}

static void a_spoiled_packet_is_asked_for_again_and_an_answer_repeated(void **state)
{
    (void)state;
    connect_debugger();
    assert_int_equal(write(line, "$pf#00", 6), 6);
    gdb_attend(gdb);
    hear("-");
    say("pf");
    hear("+$00010008#89");
    assert_int_equal(write(line, "-", 1), 1);
    gdb_attend(gdb);
    hear("$00010008#89");
}

static void a_port_that_is_taken_is_refused(void **state)
{
    (void)state;
    struct gdb *second = NULL;

    assert_int_equal(gdb_open(&second, board, connect_debugger()), STATUS_IO);
    assert_null(second);
}

#define ON_BOARD(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_is_taken_when_its_checksum_is_right),
        cmocka_unit_test(a_frame_of_any_length_stays_inside_its_buffer),
        cmocka_unit_test(numbers_have_one_to_eight_digits),
        ON_BOARD(registers_are_read_and_written_alone_and_together),
        ON_BOARD(memories_are_read_and_written_and_nothing_else),
        ON_BOARD(a_look_at_a_peripheral_changes_nothing),
        ON_BOARD(the_description_comes_in_parts),
        ON_BOARD(breakpoints_are_set_once_and_only_where_code_can_be),
        ON_BOARD(monitor_reset_brings_the_node_back_to_its_start),
        ON_BOARD(the_board_stands_until_a_debugger_lets_it_go),
        ON_BOARD(a_step_is_one_instruction),
        ON_BOARD(a_breakpoint_stops_before_its_instruction_each_time),
        ON_BOARD(a_breakpoint_in_ram_stops_too),
        ON_BOARD(a_fault_stops_with_its_reason),
        ON_BOARD(a_debugger_that_leaves_takes_its_breakpoints_along),
        ON_BOARD(a_line_that_breaks_is_like_leaving),
        ON_BOARD(killing_ends_the_run),
        ON_BOARD(a_spoiled_packet_is_asked_for_again_and_an_answer_repeated),
        ON_BOARD(a_port_that_is_taken_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
