// SPDX-License-Identifier: Apache-2.0
// Data sessions: the data log as the data server sees it, and the second address.
#include <string.h>

#include "node/core/settings.h"
#include "node/store/history.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/world.h"

enum { MINUTE_MS = 60 * 1000 };

static void store(enum setting setting, const char *value)
{
    struct journal_item item = {setting_rows[setting].id, span_of_text(value)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

static int setup(void **state)
{
    (void)state;
    world_begin();
    assert_int_equal(journal_open(), STATUS_OK);
    store(SETTING_SERVADDR, "data,1883");
    store(SETTING_PUBTOPIC, "up");
    return 0;
}

static struct world world_for(uint32_t minutes)
{
    struct world world = world_usual();

    world.time = "26/03/01,12:00:00+00";
    world.limit_ms = minutes * MINUTE_MS;
    return world;
}

static void expect_published(const char *text, unsigned times)
{
    if (world_count(world_result.published, text) != times) {
        fail_msg("\"%s\" not %u times in:\n%s", text, times, world_result.published);
    }
}

static unsigned count_unsent(void)
{
    struct history_cursor cursor;
    struct history_row row;
    unsigned count = 0;

    for (history_rewind(&cursor); history_next(&cursor, &row);) {
        count += row.unsent;
    }
    return count;
}

static void node_logs_every_period_and_sends_the_newest_rows(void **state)
{
    (void)state;
    struct world world = world_for(21);

    store(SETTING_CLOCKLOG, "1,65535,5,2");
    store(SETTING_TDC, "1200");
    world_boot(&world);
    expect_published("\"humidity\":45.6}\n", 1); // the first uplink, nothing logged yet
    expect_published(",\"1\":[-5.1,45.6,\"2026/03/01 12:15:0", 1);
    expect_published(",\"2\":[-5.1,45.6,\"2026/03/01 12:10:0", 1);
    expect_published("\"3\":", 0);
}

static void node_logs_from_a_second_of_the_hour_on(void **state)
{
    (void)state;
    struct world world = world_for(21);

    store(SETTING_CLOCKLOG, "1,120,10,2");
    store(SETTING_TDC, "1200");
    world_boot(&world);
    expect_published(",\"1\":[-5.1,45.6,\"2026/03/01 12:12:0", 1);
    expect_published(",\"2\":[-5.1,45.6,\"2026/03/01 12:02:0", 1);
}

static void measurement_that_could_not_be_sent_goes_with_a_later_one_once(void **state)
{
    (void)state;
    struct world world = world_for(30);

    store(SETTING_CLOCKLOG, "0,65535,15,8");
    store(SETTING_TDC, "600");
    world.data_is_dead = true;
    world_boot(&world);
    unsigned kept = count_unsent();
    assert_in_range(kept, 2, 3);
    world = world_for(30);
    world_boot(&world);
    expect_published(",\"1\":[-5.1,45.6,\"2026/03/01 12:", 1);
    expect_published(kept == 2 ? "\"3\":[" : "\"4\":[", 0);
    expect_published("\"humidity\":45.6}\n", 2); // the sessions behind it
    assert_int_equal(count_unsent(), 0);
}

static void network_that_is_away_costs_no_time_of_day(void **state)
{
    (void)state;
    struct world world = world_for(25);

    store(SETTING_CLOCKLOG, "0,65535,15,8");
    store(SETTING_TDC, "600");
    world.time = NULL;
    world_boot(&world);
    expect_published("\"time\":\"1970/01/01 00:00:00\"", 3);
}

static void node_without_a_server_keeps_no_unsent_measurements(void **state)
{
    (void)state;
    struct world world = world_for(30);

    store(SETTING_SERVADDR, "NULL");
    store(SETTING_CLOCKLOG, "0,65535,15,8");
    store(SETTING_TDC, "600");
    world_boot(&world);
    assert_int_equal(count_unsent(), 0);
}

static void expect_said(const char *text)
{
    if (world_count(world_result.console, text) != 1) {
        fail_msg("\"%s\" not once in:\n%s", text, world_result.console);
    }
}

static void console_prints_and_clears_the_data_log(void **state)
{
    (void)state;
    struct world world = world_for(30);

    store(SETTING_PWORD, "0");
    store(SETTING_CLOCKLOG, "1,65535,5,2");
    store(SETTING_TDC, "1200");
    world.lines[0] = (struct world_line){"Upload start", ""};
    world.lines[1] = (struct world_line){"Upload start", ""};
    world.lines[2] = (struct world_line){"End of upload", "AT+CDP\r\n"};
    world.lines[3] = (struct world_line){"OK\r\n", "AT+CDP=1\r\nAT+CDP=0\r\nAT+CDP\r\n"};
    world_boot(&world);
    expect_said("1:[-5.1,45.6,\"2026/03/01 12:15:0");
    expect_said("3:[-5.1,45.6,\"2026/03/01 12:05:0");
    expect_said("\r\nAT_PARAM_ERROR\r\n\r\nOK\r\n\r\nOK\r\n");
    expect_said("\r\n1:[-5.1,45.6,"); // not once more behind the clearing
}

static void console_measures_and_shows_the_last_uplink(void **state)
{
    (void)state;
    struct world world = world_for(2);

    store(SETTING_PWORD, "0");
    store(SETTING_PRO, "3,0");
    world.lines[0] = (struct world_line){"reboot error:", "AT+LDATA=?\r\n"};
    world.lines[1] = (struct world_line){"NULL\r\n\r\nOK\r\n", "AT+GETSENSORVALUE=0\r\n"};
    world.lines[2] = (struct world_line){"\r\nAT_BUSY_ERROR\r\n", ""};
    world.lines[3] = (struct world_line){"End of upload", "AT+LDATA=?\r\n"};
    world.lines[4] = (struct world_line){"OK\r\n", "AT+GETSENSORVALUE=2\r\n"};
    world.lines[5] = (struct world_line){"AT_PARAM_ERROR\r\n", "AT+GETSENSORVALUE=0\r\n"};
    world.lines[6] = (struct world_line){"OK\r\n", "AT+GETSENSORVALUE=1\r\n"};
    world_boot(&world);
    expect_said("ffcd01c869a42a4");
    assert_int_equal(world_count(world_result.console, ",\"humidity\":45.6}\r\n\r\nOK\r\n"), 2);
    expect_published("data up f866207053462705f", 2);
}

static void open_that_failed_is_tried_at_the_other_address_next(void **state)
{
    (void)state;
    struct world world = world_for(5);

    store(SETTING_BKDNS, "1,0,10.0.0.1,1883");
    world.data_is_dead = true;
    world_boot(&world);
    assert_int_equal(world_count(world_result.console, "Resolving domain name..."), 2);
    assert_int_equal(world_count(world_result.console, "No DNS resolution required"), 2);
}

static void session_says_what_the_module_is_and_what_the_battery_has(void **state)
{
    (void)state;
    struct world world = world_for(1);

    world_boot(&world);
    const char *responded = strstr(world_result.console, "NBIOT has responded.\r\n");
    assert_non_null(responded);
    assert_non_null(strstr(responded, "The IMEI number is:866207053462705.\r\n"));
    expect_said("The IMSI number is:.\r\n");
    expect_said("Signal Strength:99\r\n");
    expect_said("remaining battery =3605 mv\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(node_logs_every_period_and_sends_the_newest_rows, setup),
        cmocka_unit_test_setup(node_logs_from_a_second_of_the_hour_on, setup),
        cmocka_unit_test_setup(measurement_that_could_not_be_sent_goes_with_a_later_one_once,
                               setup),
        cmocka_unit_test_setup(network_that_is_away_costs_no_time_of_day, setup),
        cmocka_unit_test_setup(console_prints_and_clears_the_data_log, setup),
        cmocka_unit_test_setup(console_measures_and_shows_the_last_uplink, setup),
        cmocka_unit_test_setup(open_that_failed_is_tried_at_the_other_address_next, setup),
        cmocka_unit_test_setup(session_says_what_the_module_is_and_what_the_battery_has, setup),
        cmocka_unit_test_setup(node_without_a_server_keeps_no_unsent_measurements, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
