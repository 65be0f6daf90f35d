// SPDX-License-Identifier: Apache-2.0
// Commands that are no settings, from the console and from a downlink.
#include <string.h>

#include "base/fmt.h"
#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/app/log_ring.h"
#include "node/port/counters.h"
#include "tests/fake/kept.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/world.h"

#define UNLOCK                                                                                     \
    {                                                                                              \
        "reboot error:", "a1b2c3\r\n"                                                              \
    }

static int setup(void **state)
{
    (void)state;
    world_begin();
    fake_uart_reset();
    fake_kept_power_on(1);
    return journal_open() == STATUS_OK ? 0 : -1;
}

static const char *told(const char *text)
{
    char line[400];

    strcpy(line, text);
    commands_execute(line, strlen(line), COMMAND_FROM_CONSOLE);
    return fake_uart_heard(UART_CONSOLE);
}

static bool downlink(const char *text)
{
    char line[400];

    strcpy(line, text);
    return commands_execute(line, strlen(line), COMMAND_FROM_DOWNLINK);
}

static void log_is_printed_and_cleared(void **state)
{
    (void)state;
    log_line("FW check");
    (void)fake_uart_heard(UART_CONSOLE);
    const char *answer = told("AT+GETLOG");
    assert_non_null(strstr(answer, "]FW check\r\n\r\nOK\r\n"));
    assert_string_equal(told("AT+GETLOG=0"), "\r\nOK\r\n");
    assert_string_equal(told("AT+GETLOG"), "\r\nOK\r\n");
    assert_string_equal(told("AT+GETLOG=2"), "\r\nAT_PARAM_ERROR\r\n");
    assert_string_equal(told("AT+GETLOG=?"), "\r\nERROR\r\n");
}

static void log_uplink_is_wanted_until_it_was_sent(void **state)
{
    (void)state;
    assert_string_equal(told("AT+GETLOG=1"), "\r\nOK\r\n");
    assert_true(log_uplink_is_wanted());
    log_uplink_done();
    assert_false(log_uplink_is_wanted());
}

static void what_went_wrong_is_counted_and_cleared(void **state)
{
    (void)state;
    counter_add(COUNTER_RESETS);
    counter_add(COUNTER_NOR);
    counter_add(COUNTER_NOR);
    const char *answer = told("AT+STATS");
    assert_int_equal(strncmp(answer, "resets:1\r\n", 10), 0);
    assert_non_null(strstr(answer, "\r\nflash chip failures:2\r\n"));
    assert_non_null(strstr(answer, "\r\nwrong passwords:0\r\n\r\nOK\r\n"));
    assert_string_equal(told("AT+STATS=0"), "\r\nOK\r\n");
    assert_non_null(strstr(told("AT+STATS"), "\r\nflash chip failures:0\r\n"));
    assert_string_equal(told("AT+STATS=1"), "\r\nAT_PARAM_ERROR\r\n");
}

static void help_lists_every_command_of_this_node(void **state)
{
    (void)state;
    unsigned here = product_capabilities(app_identity.product);
    const char *answer = told("AT?");
    assert_int_equal(strncmp(answer, "\r\nAT+<CMD>?        : Help on <CMD>\r\n", 36), 0);
    for (unsigned i = 0; i < COMMAND_ROWS; i++) {
        unsigned times = capability_fits(here, command_rows[i].needs);
        assert_int_equal(world_count(answer, command_rows[i].help), times);
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        unsigned times = capability_fits(here, setting_rows[i].needs);
        assert_int_equal(world_count(answer, setting_rows[i].help), times);
    }
}

// ---- downlinks ----

static void downlink_runs_the_same_rows_and_prints_their_results(void **state)
{
    (void)state;
    assert_true(downlink("AT+TDC=600"));
    assert_string_equal(fake_uart_heard(UART_CONSOLE), "\r\nOK\r\n");
    assert_false(downlink("AT+TDC=1"));
    assert_string_equal(fake_uart_heard(UART_CONSOLE), "\r\nAT_PARAM_ERROR\r\n");
    assert_true(downlink("AT+TDC=?"));
    assert_string_equal(fake_uart_heard(UART_CONSOLE), "600\r\n\r\nOK\r\n");
}

static void downlink_never_speaks_to_the_modem(void **state)
{
    (void)state;
    assert_false(downlink("AT+CFUN=0"));
    assert_false(downlink("hello"));
    assert_string_equal(fake_uart_heard(UART_CONSOLE), "\r\nERROR\r\n\r\nERROR\r\n");
    assert_string_equal(fake_uart_heard(UART_MODEM), "");
}

static void downlink_only_notes_an_update(void **state)
{
    (void)state;
    assert_true(downlink("AT+UPGRADE"));
    assert_false(ota_is_wanted());
    commands_run_noted();
    assert_true(ota_is_wanted());
}

// ---- resets ----

static void store(enum setting setting, const char *value)
{
    assert_int_equal(value_set((uint8_t)setting, span_of_text(value)), STATUS_OK);
}

static void expect(enum setting setting, const char *value)
{
    char buffer[VALUE_SIZE];

    assert_string_equal(value_get((uint8_t)setting, buffer), value);
}

static void boot_and_type(const char *line)
{
    struct world world = world_usual();
    const struct world_line lines[] = {UNLOCK, {"Correct", line}};

    memcpy(world.lines, lines, sizeof lines);
    store(SETTING_TDC, "600");
    store(SETTING_DEUI, "123456789012345");
    store(SETTING_OTACLT, "token");
    world_boot(&world);
}

static void factory_resets_reset_without_a_word(void **state)
{
    static const struct {
        const char *line;
        const char *deui;
    } rows[] = {{"AT+FDR\r\n", ""}, {"AT+FDR1\r\n", "123456789012345"}};

    for (size_t i = 0; i < 2; i++) {
        setup(state);
        boot_and_type(rows[i].line);
        assert_true(world_result.was_reset);
        assert_int_equal(world_count(world_result.console, "OK"), 0);
        expect(SETTING_TDC, "7200");
        expect(SETTING_OTACLT, "NULL");
        expect(SETTING_DEUI, rows[i].deui);
    }
}

static void atz_resets_without_a_word_and_keeps_everything(void **state)
{
    (void)state;
    boot_and_type("atz\r\n");
    assert_true(world_result.was_reset);
    assert_int_equal(world_count(world_result.console, "OK"), 0);
    expect(SETTING_TDC, "600");
}

// ---- lines for the modem ----

static void line_that_nobody_knows_is_refused_while_a_session_has_the_modem(void **state)
{
    (void)state;
    boot_and_type("AT+NOSUCH=1\r\n");
    assert_int_equal(world_count(world_result.console, "\r\nAT_BUSY_ERROR\r\n"), 1);
}

static void line_that_is_no_command_at_all_is_an_error(void **state)
{
    (void)state;
    assert_string_equal(told("hello"), "\r\nERROR\r\n");
    assert_string_equal(told("A"), "\r\nERROR\r\n");
    assert_string_equal(told("AT+UPGRADE=1"), "\r\nERROR\r\n");
    assert_string_equal(told("AT+QBAND=1"), "\r\nERROR\r\n");
    assert_string_equal(fake_uart_heard(UART_MODEM), "");
}

static void banner_names_the_protocol_in_use(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *name;
    } rows[] = {{"1,5", "COAP"}, {"2,0", "UDP"}, {"3,5", "MQTT"}, {"4,0", "TCP"}};

    for (size_t i = 0; i < 4; i++) {
        struct world world = world_usual();
        char line[40];
        struct fmt out;
        setup(state);
        store(SETTING_PRO, rows[i].value);
        world_boot(&world);
        fmt_init(&out, line, sizeof line);
        fmt_add(&out, "\r\nProtocol in Used: %s\r\n", rows[i].name);
        assert_int_equal(world_count(world_result.console, line), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(log_is_printed_and_cleared, setup),
        cmocka_unit_test_setup(log_uplink_is_wanted_until_it_was_sent, setup),
        cmocka_unit_test_setup(what_went_wrong_is_counted_and_cleared, setup),
        cmocka_unit_test_setup(help_lists_every_command_of_this_node, setup),
        cmocka_unit_test_setup(downlink_runs_the_same_rows_and_prints_their_results, setup),
        cmocka_unit_test_setup(downlink_never_speaks_to_the_modem, setup),
        cmocka_unit_test_setup(downlink_only_notes_an_update, setup),
        cmocka_unit_test_setup(factory_resets_reset_without_a_word, setup),
        cmocka_unit_test_setup(atz_resets_without_a_word_and_keeps_everything, setup),
        cmocka_unit_test_setup(line_that_nobody_knows_is_refused_while_a_session_has_the_modem,
                               setup),
        cmocka_unit_test_setup(line_that_is_no_command_at_all_is_an_error, setup),
        cmocka_unit_test_setup(banner_names_the_protocol_in_use, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
