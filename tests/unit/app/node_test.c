// SPDX-License-Identifier: Apache-2.0
// The application as a person and a data server see it.
#include <string.h>

#include "node/store/record.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/node_bench.h"
#include "wire/codes.h"

// ---- the console ----

static void node_says_who_it_is_and_sleeps_without_settings(void **state)
{
    (void)state;
    world_begin();
    bench_boot(world_usual());
    assert_int_equal(strncmp(world_result.console,
                             "\r\nDRAGINO S31-NB NB-IoT Sensor Node\r\nImage Version: v1.0.0\r\n"
                             "NB-IoT Stack : nbota-BC660K-1\r\nProtocol in Used: MQTT\r\n"
                             "reboot error:POR/PDR!\r\n",
                             130),
                     0);
    bench_expect_said("MQTT parameter configuration error\r\n");
    assert_true(world_result.modem_asleep);
    assert_string_equal(world_result.published, "");
}

static void console_opens_to_the_password_only(void **state)
{
    (void)state;
    bench_boot(WITH({"reboot error:", "AT+UPGRADE\r"}, {"Password Incorrect\r\n", "wrong\n"},
                    {"Password Incorrect\r\n", "+WAKEUP: the Bluetooth module talks\r\n"},
                    {NULL, "a1b2c3  \r\n"}, {"Password Correct\r\n", "AT\r\n"}));
    assert_int_equal(world_count(world_result.console, "Password Incorrect"), 2);
    bench_expect_said("\r\nOK\r\n");
    bench_expect_said("Password timeout\r\n");
    assert_int_equal(world_result.opens, 0);
}

static void console_takes_at_pin_too(void **state)
{
    (void)state;
    bench_boot(WITH({"reboot error:", "AT+PIN=a1b2c4\r\n"}, {"Incorrect", "at+pin=a1b2c3\r\n"},
                    {"Correct\r\n", "AT\r\n"}));
    bench_expect_said("Password Incorrect");
    bench_expect_said("Password Correct");
    bench_expect_said("\r\nOK\r\n");
}

static void regression_console_line_with_a_gap_is_dropped(void **state)
{
    (void)state;
    bench_boot(WITH(UNLOCK, {"Correct\r\n", "AT+OTACLT=abc"}, {NULL, world_loss}, {NULL, "def\r\n"},
                    {"AT_RX_ERROR\r\n", world_loss},
                    {NULL, "AT+OTACLT=x\r\n"}, // perhaps only a line's end
                    {"AT_RX_ERROR\r\n", "AT+OTACLT=?\r\n"}));
    bench_expect_said("token\r\n\r\nOK\r\n");
    assert_int_equal(world_count(world_result.console, "\r\nAT_RX_ERROR\r\n"), 2);
    assert_int_equal(world_count(world_result.console, "\r\nOK\r\n"), 1);
}

static void backspace_corrects_a_line(void **state)
{
    (void)state;
    bench_boot(WITH({"reboot error:", "a1b2\177\b\b\b\b\b\b1b2\b\b\ba1b2cx\0103\r"},
                    {"Correct\r\n", "AT+TDX\177C=?\r"}));
    assert_int_equal(world_count(world_result.console, "Password Incorrect"), 0);
    bench_expect_said("Password Correct\r\n7200\r\n\r\nOK\r\n");
}

static void regression_unlock_long_after_the_reset_holds(void **state)
{
    (void)state;
    bench_store(SETTING_TDC, "600");
    bench_boot(
        WITH({"End of upload", ""}, {"Upload start", "a1b2c3\r\n"}, {"Correct", "AT+TDC=?\r\n"}));
    bench_expect_said("Password Correct\r\n600\r\n\r\nOK\r\n");
}

static void console_answers_every_form_and_every_bad_input(void **state)
{
    (void)state;
    char too_long[310];

    memset(too_long, 'x', sizeof too_long);
    memcpy(too_long, "AT+OTACLT=", 10);
    memcpy(too_long + 307, "\r\n", 3);
    bench_boot(WITH(
        UNLOCK, {"Correct", "AT+OTATITLE=?\r\nAT+OTATITLE?\r\nAT+OTATITLE\r\n"},
        {"ERROR", "AT+OTACLT=\r\nAT+OTASER=nohost\r\nAT+MODEL=1\r\n"}, {"\r\nERROR\r\n", too_long},
        {"OVERFLOW\r\n", "AT+OTATITLE=12345678901234567890\r\nAT+OTATITLE=?\r\n"},
        {"12345678901234567890", "AT+OTAPWD=se cret\r\nAT+OTAPWD=?\r\nAT+CFG\r\n"},
        {"AT+DEUI=",
         "AT+OTAVER=v9\r\nAT+OTAVER=NULL\r\nAT+OTAVER=?\r\nAT+PRO=3,5\r\nAT+MODEL=?\r\n"}));
    const char *text = world_result.console;
    bench_expect_said("s31-nb\r\n\r\nOK\r\nAT+OTATITLE: Get or set OTA firmware "
                      "title\r\n\r\nOK\r\n\r\nERROR\r\n");
    bench_expect_said(
        "\r\nAT_PARAM_ERROR\r\nNOTE:SERVADDR FORMAT ERROR\r\n\r\nAT_PARAM_ERROR\r\n\r\nERROR\r\n");
    bench_expect_said("\r\nAT_TEST_PARAM_OVERFLOW\r\n");
    bench_expect_said("\r\nOK\r\n12345678901234567890\r\n\r\nOK\r\n");
    bench_expect_said("\r\nOK\r\nsecret\r\n\r\nOK\r\n");
    bench_expect_said("AT+OTAPWD=****\r\n");
    bench_expect_said("AT+PWORD=****\r\n");
    bench_expect_said("AT+OTACLT=token\r\n");
    bench_expect_said(
        "\r\nOK\r\n\r\nOK\r\nv1.0.0\r\n\r\nOK\r\nAttention:Take effect after ATZ\r\n\r\nOK\r\n"
        "s31-nb,v1.0.0\r\n\r\nOK\r\n");
    assert_int_equal(world_count(text, "secret"), 1);
}

static void console_without_lock_stays_open_and_a_new_password_locks_later(void **state)
{
    (void)state;
    bench_store(SETTING_PWORD, "0");
    bench_boot(WITH({"reboot error:", "AT\r\n"}, {"OK\r\n", "AT+PWORD=abc\r\nAT\r\n"},
                    {"Password timeout", "AT\r\n"}, {"Incorrect", "abc\r\n"}));
    assert_int_equal(world_count(world_result.console, "\r\nOK\r\n"), 3);
    assert_int_equal(world_count(world_result.console, "Password timeout"), 2);
    bench_expect_said("Password Correct");
}

// ---- data sessions ----

static void node_sends_its_data_after_a_reset_and_every_period(void **state)
{
    (void)state;
    struct world world = world_usual();

    bench_store(SETTING_TDC, "600");
    bench_store(SETTING_CLOCKLOG, "0,65535,15,8");
    world.limit_ms = 1300 * 1000;
    bench_boot(world);
    bench_expect_published(
        "data up "
        "{\"IMEI\":\"866207053462705\",\"IMSI\":\"\",\"Model\":\"S31-NB\",\"mod\":1,\"battery\":3."
        "60,"
        "\"signal\":99,\"time\":\"1970/01/01 00:00:00\",\"interrupt\":0,\"interrupt_level\":0,"
        "\"temperature\":-5.1,\"humidity\":45.6}\n",
        3);
    assert_true(world_result.modem_asleep);
}

static void node_expects_its_modules_characters_only_while_it_talks_to_it(void **state)
{
    struct world world = world_usual();

    (void)state;
    bench_store(SETTING_TDC, "600");
    world.limit_ms = 300 * 1000;
    bench_boot(world);
    assert_true(world_result.modem_asleep);
    assert_false(world_result.modem_expected);
    world.cut_command = "AT+QMTCONN";
    bench_boot(world);
    assert_true(world_result.modem_expected);
}

static void node_says_once_that_its_crystal_does_not_run(void **state)
{
    struct world world = world_usual();

    (void)state;
    bench_boot(world);
    assert_int_equal(world_count(world_result.console, "no crystal"), 0);
    world.no_crystal = true;
    bench_boot(world);
    assert_int_equal(world_count(world_result.console, "no crystal: times may be wrong by half"),
                     1);
}

static void node_sends_the_networks_time_in_utc(void **state)
{
    (void)state;
    struct world world = world_usual();

    world.time = "\"26/03/01,07:59:58+32\"";
    bench_boot(world);
    bench_expect_published("\"time\":\"2026/02/28 23:59:58\"", 1);
}

static void settings_changed_during_a_session_count_for_the_next(void **state)
{
    (void)state;
    struct world world =
        WITH(UNLOCK, {"Successfully connected", "AT+PUBTOPIC=other\r\nAT+MQOS=1\r\n"});

    bench_store(SETTING_TDC, "600");
    world.limit_ms = 700 * 1000;
    bench_boot(world);
    bench_expect_published("data up {", 1);
    bench_expect_published("data other {", 1);
}

static void downlink_f901_starts_an_update_as_text_and_as_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        const char *shown;
    } rows[] = {{"F901", 4, "data:F901\r\n"},
                {"f901", 4, "data:f901\r\n"},
                {"\xF9\x01", 2, "data:F901\r\n"}};

    for (size_t i = 0; i < 3; i++) {
        struct world world = world_usual();
        bench_setup(state);
        world.downlink = rows[i].bytes;
        world.downlink_size = rows[i].size;
        bench_boot(world);
        bench_expect_said(rows[i].shown);
        assert_true(world_result.was_reset);
        assert_non_null(strstr(world_result.console, "End of upload"));
        assert_true(strstr(world_result.console, "End of upload") <
                    strstr(world_result.console, "FW check"));
    }
}

static void
downlink_that_is_nothing_is_refused_and_a_malformed_f9_reports_code_3_in_the_same_session(
    void **state)
{
    (void)state;
    struct world world = world_usual();

    world.downlink = "{\"no\":1}";
    world.downlink_size = 8;
    bench_boot(world);
    bench_expect_said("Downstream parameter error\r\n");
    bench_setup(state);
    world.downlink = "F90101";
    world.downlink_size = 6;
    bench_boot(world);
    bench_expect_published(REPORT("Command format error"), 1);
    assert_int_equal(world_count(world_result.console, "Upload start"), 1);
    assert_int_equal(world_result.opens, 0);
}

static void report_is_kept_until_it_was_delivered_once(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    bench_store(SETTING_OTATITLE, "other");
    world.data_is_dead = true;
    bench_boot(world);
    bench_expect_published("data", 0);
    bench_boot(world_usual());
    bench_expect_published(REPORT("Firmware title mismatch"), 1);
    bench_boot(world_usual());
    bench_expect_published("Message", 0);
}

static void boot_with_a_waiting_report(struct world world)
{
    world.data_is_dead = true;
    bench_store(SETTING_OTATITLE, "other");
    memcpy(world.lines, bench_with_upgrade().lines, sizeof world.lines);
    bench_boot(world);
}

static void regression_report_that_the_module_has_but_may_not_have_sent_is_sent_again(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot_with_a_waiting_report(world);
    world.cut_command = "AT+CFUN=0";
    bench_boot(world);
    assert_true(world_result.was_cut);
    bench_expect_published(REPORT("Firmware title mismatch"), 1);
    bench_boot(world_usual());
    bench_expect_published(REPORT("Firmware title mismatch"), 1);
    bench_boot(world_usual());
    bench_expect_published("Message", 0);
}

static void report_is_kept_when_the_connection_is_lost_behind_it(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot_with_a_waiting_report(world);
    world.is_lost_behind_report = true;
    bench_boot(world);
    bench_expect_published(REPORT("Firmware title mismatch"), 1);
    bench_boot(world_usual());
    bench_expect_published(REPORT("Firmware title mismatch"), 1);
}

static void report_put_while_another_is_being_delivered_waits_for_the_next_session(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot_with_a_waiting_report(world);
    world.downlink = "F90101";
    world.downlink_size = 6;
    world.downlink_is_late = true;
    bench_boot(world);
    bench_expect_published(REPORT("Firmware title mismatch"), 1);
    bench_boot(world_usual());
    bench_expect_published(REPORT("Command format error"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(node_says_who_it_is_and_sleeps_without_settings, bench_setup),
        cmocka_unit_test_setup(console_opens_to_the_password_only, bench_setup),
        cmocka_unit_test_setup(console_takes_at_pin_too, bench_setup),
        cmocka_unit_test_setup(regression_console_line_with_a_gap_is_dropped, bench_setup),
        cmocka_unit_test_setup(backspace_corrects_a_line, bench_setup),
        cmocka_unit_test_setup(regression_unlock_long_after_the_reset_holds, bench_setup),
        cmocka_unit_test_setup(console_answers_every_form_and_every_bad_input, bench_setup),
        cmocka_unit_test_setup(console_without_lock_stays_open_and_a_new_password_locks_later,
                               bench_setup),
        cmocka_unit_test_setup(node_sends_its_data_after_a_reset_and_every_period, bench_setup),
        cmocka_unit_test_setup(node_expects_its_modules_characters_only_while_it_talks_to_it,
                               bench_setup),
        cmocka_unit_test_setup(node_says_once_that_its_crystal_does_not_run, bench_setup),
        cmocka_unit_test_setup(node_sends_the_networks_time_in_utc, bench_setup),
        cmocka_unit_test_setup(settings_changed_during_a_session_count_for_the_next, bench_setup),
        cmocka_unit_test_setup(downlink_f901_starts_an_update_as_text_and_as_bytes, bench_setup),
        cmocka_unit_test_setup(
            downlink_that_is_nothing_is_refused_and_a_malformed_f9_reports_code_3_in_the_same_session,
            bench_setup),
        cmocka_unit_test_setup(report_is_kept_until_it_was_delivered_once, bench_setup),
        cmocka_unit_test_setup(
            regression_report_that_the_module_has_but_may_not_have_sent_is_sent_again, bench_setup),
        cmocka_unit_test_setup(report_is_kept_when_the_connection_is_lost_behind_it, bench_setup),
        cmocka_unit_test_setup(
            report_put_while_another_is_being_delivered_waits_for_the_next_session, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
