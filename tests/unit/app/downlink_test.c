// SPDX-License-Identifier: Apache-2.0
// Downlinks as an operator behind the data server sees them: what the node answers, sets and starts.
#include <stdio.h>
#include <string.h>

#include "node/core/packing.h"
#include "node/core/settings.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/world.h"

#define IMEI         "866207053462705"
#define CONFIG(list) "{\"Config\":\"[" list "]\"}"
#define ACK(result)  "data up {\"IMEI\":\"" IMEI "\",\"Downklink_Ack\":\"" result "\"}\n"
#define REPORT(text) "data up {\"IMEI\":\"" IMEI "\", \"Message\": \"" text "\"}\n"
#define CODE_3       REPORT("Command format error")

static struct world world;

static void store(enum setting setting, const char *value)
{
    struct journal_item item = {setting_rows[setting].id, span_of_text(value)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

// As after a factory reset, but for the data server.
static int setup(void **state)
{
    (void)state;
    world_begin();
    assert_int_equal(journal_open(), STATUS_OK);
    store(SETTING_SERVADDR, "data,1883");
    store(SETTING_CLIENT, "node");
    store(SETTING_PUBTOPIC, "up");
    store(SETTING_SUBTOPIC, "down");
    world = world_usual();
    return 0;
}

static void boot_with_bytes(const void *bytes, size_t size)
{
    world.downlink = bytes;
    world.downlink_size = size;
    world_boot(&world);
}

static void boot_with(const char *downlink)
{
    boot_with_bytes(downlink, strlen(downlink));
}

static const char *kept(enum setting setting)
{
    static char value[256];
    size_t size = 0;

    assert_int_equal(journal_read(setting_rows[setting].id, value, sizeof value - 1, &size),
                     STATUS_OK);
    (void)packing_unpack(value, size, sizeof value);
    return value;
}

static void expect_kept(enum setting setting, const char *value)
{
    assert_string_equal(kept(setting), value);
}

static void expect_published(const char *text, unsigned times)
{
    if (world_count(world_result.published, text) != times) {
        fail_msg("\"%s\" not %u times in:\n%s", text, times, world_result.published);
    }
}

static void expect_said(const char *text, unsigned times)
{
    if (world_count(world_result.console, text) != times) {
        fail_msg("\"%s\" not %u times in:\n%s", text, times, world_result.console);
    }
}

static void expect_sessions(unsigned count)
{
    expect_said("*****Upload start:0*****", count);
}

static void expect_no_update(void)
{
    assert_int_equal(world_result.opens, 0);
    expect_said("FW check", 0);
}

// ---- Config lists ----

static const char one_step[] =
    CONFIG("AT+OTASER=ota,1885;AT+OTACLT=token;AT+OTAUNAME=token;AT+OTAPWD=NULL;"
           "AT+OTATITLE=s31-nb;AT+OTAVER=v1.0.0;AT+UPGRADE");

static void one_list_configures_a_fresh_node_and_updates_it(void **state)
{
    (void)state;
    boot_with(one_step);
    expect_published(ACK("success"), 1);
    expect_published("\"fw_state\": \"UPDATING\"}", 1);
    assert_true(world_result.was_reset);
    expect_said("]Downlink command:AT+UPGRADE\r\n", 1);
    expect_kept(SETTING_OTASER, "ota,1885");
    expect_kept(SETTING_OTAVER, "v1.0.0");
    assert_true(strstr(world_result.console, "End of upload") <
                strstr(world_result.console, "FW check"));
}

static void order_of_commands_does_not_matter_and_missing_ones_stay(void **state)
{
    (void)state;
    store(SETTING_OTACLT, "kept");
    boot_with(CONFIG("AT+UPGRADE;AT+OTATITLE=s31-nb;AT+OTASER=ota,1885"));
    expect_published(ACK("success"), 1);
    assert_int_equal(world_result.opens, 1);
    expect_kept(SETTING_OTACLT, "kept");
}

static void failed_command_is_numbered_and_drops_the_update_but_not_the_others(void **state)
{
    (void)state;
    boot_with(CONFIG("AT+OTASER=ota,1885;;AT+NOTHING=1;AT+OTATITLE=title;AT+TDC=59;AT+UPGRADE"));
    expect_published(ACK("fail:2"), 1);
    expect_said("Downlink command 2 failed", 1);
    expect_said("Downlink command 4 failed", 1);
    expect_kept(SETTING_OTATITLE, "title");
    expect_no_update();
    expect_published("\"Message\"", 0);
}

static void upgrade_of_an_earlier_list_stays_when_a_later_list_fails(void **state)
{
    (void)state;
    world.more_downlinks[0] = CONFIG("AT+NOTHING=1;AT+UPGRADE");
    boot_with(one_step);
    expect_published(ACK("success") ACK("fail:1"), 1);
    assert_int_equal(world_result.opens, 1);
}

static void semicolon_in_a_value_changes_nothing_and_reports_code_3(void **state)
{
    (void)state;
    boot_with(CONFIG("AT+OTASER=ota,1885;AT+OTAPWD=pass;word;AT+UPGRADE"));
    expect_said("Downstream parameter error", 1);
    expect_said("ota error 3:Command format error", 1);
    expect_published(ACK("fail:3") CODE_3, 1);
    expect_kept(SETTING_OTASER, "");
    expect_no_update();
}

static void bracket_in_a_value_changes_nothing_and_reports_code_3(void **state)
{
    (void)state;
    boot_with(CONFIG("AT+OTASER=ota,1885;AT+OTAPWD=pass]word;AT+UPGRADE"));
    expect_published(ACK("fail:2") CODE_3, 1);
    expect_kept(SETTING_OTASER, "");
    expect_no_update();
}

static void list_without_end_is_not_answered_but_its_update_is_missed_by_code_3(void **state)
{
    (void)state;
    boot_with("{\"Config\":\"[AT+TDC=60\"}");
    expect_said("Downstream parameter error", 1);
    expect_published("Downklink_Ack", 0);
    expect_published("\"Message\"", 0);
    boot_with("{\"Config\":\"[AT+TDC=60;AT+UPGRADE\"}");
    expect_published("Downklink_Ack", 0);
    expect_published(CODE_3, 1);
    expect_kept(SETTING_TDC, "");
}

static void too_many_commands_change_nothing(void **state)
{
    (void)state;
    char list[] = CONFIG("AT+TDC=60;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;"
                         "AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT;AT");

    boot_with(list);
    expect_published(ACK("fail:33"), 1);
    expect_kept(SETTING_TDC, "");
    setup(state);
    memcpy(strstr(list, "AT;"), "  ;", 3);
    boot_with(list);
    expect_published(ACK("success"), 1);
    expect_kept(SETTING_TDC, "60");
}

// All values at their limits: 1,024 bytes, which is all a node accepts.
static void longest_list_is_taken_and_one_byte_more_is_not(void **state)
{
    (void)state;
    static char list[1100];
    char x[201];

    memset(x, 'x', sizeof x);
    x[200] = '\0';
    int size =
        snprintf(list, sizeof list,
                 "{\"Config\":\"[AT+PWD=%s;AT+UNAME=%.128s;AT+CLIENT=%.128s;AT+URI1=1,\\\"%.120s"
                 "\\\";AT+OTACLT=%.44s;AT+OTAUNAME=%.44s;AT+OTAPWD=%.48s;AT+OTATITLE=%.20s",
                 x, x, x, x, x, x, x, x);
    memset(list + size, ' ', sizeof list - (size_t)size);
    memcpy(list + 1024 - 20, ";AT+OTAVER=v12345.7]", 20);
    boot_with_bytes(list, 1024);
    expect_published(ACK("success"), 1);
    expect_kept(SETTING_PWD, x);
    expect_kept(SETTING_OTAVER, "v12345.7");
    setup(state);
    boot_with_bytes(list, 1025);
    expect_published("Downklink_Ack", 0);
    expect_said("Downstream parameter error", 1);
    expect_kept(SETTING_PWD, "");
}

static void message_that_the_modem_cuts_is_recognised_as_too_long(void **state)
{
    (void)state;
    static char list[1300];

    memset(list, ' ', sizeof list);
    memcpy(list, "{\"Config\":\"[AT+TDC=60]\"}", 24);
    boot_with_bytes(list, sizeof list);
    expect_said("Downstream parameter error", 1);
    expect_kept(SETTING_TDC, "");
    memcpy(list, "{\"Config\":\"[AT+UPGRADE]\"}", 25);
    boot_with_bytes(list, sizeof list);
    expect_published(CODE_3, 1);
    expect_no_update();
}

static void escaped_quotes_reach_the_setting(void **state)
{
    (void)state;
    boot_with(CONFIG("AT+DNSCFG=\\\"1.1.1.1\\\",\\\"8.8.4.4\\\""));
    expect_published(ACK("success"), 1);
    expect_kept(SETTING_DNSCFG, "\"1.1.1.1\",\"8.8.4.4\"");
}

static void settings_of_a_list_count_in_one_commit(void **state)
{
    (void)state;
    boot_with(CONFIG("AT+TDC=60;AT+TDC=61;AT+OTACLT=a;AT+TDC=?"));
    expect_published(ACK("success"), 1);
    expect_said("61\r\n", 1);
    expect_kept(SETTING_TDC, "61");
}

static void retained_list_twice_is_answered_twice_and_updates_once(void **state)
{
    (void)state;
    world.more_downlinks[0] = one_step;
    boot_with(one_step);
    expect_published(ACK("success"), 2);
    assert_int_equal(world_result.opens, 1);
}

// Each end of an update brings a session for its report, and that one the trigger again: no more than one in AT+TDC.
static void regression_trigger_in_every_session_updates_once_in_a_period(void **state)
{
    (void)state;
    store(SETTING_TDC, "600");
    world.downlink_repeats = true;
    boot_with("F901"); // for an hour, with an uplink every ten minutes
    assert_in_range(world_count(world_result.published, "connection timeout"), 5, 6);
    assert_true(world_count(world_result.console, "The update waits: ") > 0);
}

static void list_with_atz_is_answered_and_its_session_ends_before_the_reset(void **state)
{
    (void)state;
    boot_with(CONFIG("ATZ;AT+TDC=60"));
    expect_published(ACK("success"), 1);
    expect_said("*****End of upload*****", 1);
    assert_true(world_result.was_reset);
    assert_true(world_result.modem_asleep);
    expect_kept(SETTING_TDC, "60");
}

// ---- several in one session ----

static void sixteen_downlinks_of_a_session_are_answered_in_order_and_more_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 16; i++) {
        world.more_downlinks[i] = i % 2 == 0 ? "Event:Status" : CONFIG("AT+NONE");
    }
    world.more_downlinks[15] = CONFIG("AT+TDC=60");
    boot_with(CONFIG("AT"));
    expect_published(ACK("success"), 1);
    expect_published(ACK("fail:1"), 7);
    expect_published("Image Version", 8);
    expect_said("Downstream parameter error", 1);
    expect_kept(SETTING_TDC, "");
}

static void answer_goes_before_the_report(void **state)
{
    (void)state;
    world.more_downlinks[0] = CONFIG("AT");
    boot_with("F902");
    expect_published(ACK("success") CODE_3, 1);
}

static void answer_to_a_late_downlink_goes_out_in_the_next_session(void **state)
{
    (void)state;
    world.downlink_is_late = true;
    world.limit_ms = 3 * 60 * 60 * 1000;
    boot_with(CONFIG("AT+OTACLT=x"));
    expect_published(ACK("success"), 1);
    expect_sessions(2);
}

// ---- the others ----

static void status_is_answered_exactly(void **state)
{
    (void)state;
    boot_with("{\"Event:Status\":1}");
    expect_published("data up {\"IMEI\":\"" IMEI "\",\"Image Version\":\"v1.0.0\","
                     "\"NB-IoT Stack\":\"nbota-BC660K-1\",\"Model\":\"s31-nb\"}\n",
                     1);
    expect_said("Downstream parameter error", 0);
}

static void f801_sends_the_log_behind_the_report_in_the_same_session(void **state)
{
    (void)state;
    world.more_downlinks[0] = "F900";
    boot_with("F801");
    expect_published(
        CODE_3 "data up {\"IMEI\":\"" IMEI "\", \"Log\": \"[0]*****Upload start:0*****\\r\\n[", 1);
    expect_published("]Received downlink data:F801\\r\\n", 1);
    expect_sessions(1);
}

static void log_asked_for_at_the_console_is_sent_in_a_session_of_its_own(void **state)
{
    (void)state;
    world.lines[0] = (struct world_line){"reboot error:", "a1b2c3\r\n"};
    world.lines[1] = (struct world_line){"End of upload", "AT+GETLOG=1\r\n"};
    world_boot(&world);
    expect_published("\", \"Log\": \"[0]*****Upload start:0*****", 1);
    expect_sessions(2);
}

static void hex_commands_end_in_the_settings(void **state)
{
    (void)state;
    world.more_downlinks[0] = "0301F4";
    world.more_downlinks[1] = "030001f4";
    world.more_downlinks[2] = "131E";
    world.more_downlinks[3] = "06010203";
    boot_with_bytes("\x01\x00\x04\xB0", 4);
    expect_said("Downstream parameter error", 1);
    expect_said("\r\nOK\r\n", 4);
    expect_kept(SETTING_TDC, "1200");
    expect_kept(SETTING_RXDL, "500");
    expect_kept(SETTING_CSQTIME, "30");
    expect_kept(SETTING_INTMOD, "1,2,3");
}

static void hex_command_out_of_range_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "0100003B",     "0200",         "020C",       "03010000",   "05010000",  "06000004",
        "0703",         "090501",       "090204",     "1300",       "131F",      "0A02FFFF0F08",
        "0A010E110F08", "0A01FFFF0F21", "0B00000001", "0C00000001", "0D00000001"};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        setup(state);
        boot_with(wrong[i]);
        if (world_count(world_result.console, "Downstream parameter error") != 1) {
            fail_msg("%s was taken", wrong[i]);
        }
    }
}

static void hex_command_at_the_edge_of_its_range_is_taken(void **state)
{
    (void)state;
    static const char *const right[] = {"0100003C",     "01FFFFFF",    "0300FFFF", "03000000",
                                        "0500FFFF",     "06030303",    "06000000", "0700",
                                        "0702",         "1301",        "131E",     "0A0000000100",
                                        "0A010E0F0F08", "0A01FFFFFF20"};

    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        setup(state);
        boot_with(right[i]);
        if (world_count(world_result.console, "\r\nOK\r\n") != 1) {
            fail_msg("%s was refused: %s", right[i], world_result.console);
        }
    }
}

static void reset_downlink_waits_for_the_end_of_the_session(void **state)
{
    (void)state;
    boot_with("04FF");
    expect_said("*****End of upload*****", 1);
    assert_true(world_result.was_reset);
    assert_true(world_result.modem_asleep);
}

static void debugged_downlinks_are_shown_whole(void **state)
{
    (void)state;
    static const char list[] =
        CONFIG("AT+OTACLT=0123456789012345678901234567890123456789;AT+OTAUNAME=the-end");

    boot_with(list);
    expect_said("data:{\"Config\":\"[AT+OTACLT=0123456789012345678901234567890123456789;A...\r\n",
                1);
    expect_said("the-end", 0);
    expect_said("Debug downlink data:", 0);
    store(SETTING_DOWNTE, "0,1");
    boot_with(list);
    expect_said("Debug downlink data:{\"Config\":\"[AT+OTACLT=0123456789012345678901234567890123456"
                "789;AT+OTAUNAME=the-end]\"}\r\n",
                1);
    boot_with_bytes("\xF8\x00", 2);
    expect_said("Debug downlink data:F800\r\n", 1);
}

// In a good list, in a command that is none, in bytes that are no text, and by a question.
static void passwords_are_neither_on_the_console_nor_in_the_log(void **state)
{
    (void)state;
    store(SETTING_DOWNTE, "0,1");
    world.more_downlinks[0] = CONFIG("at+pword=secret;AT+OTAPWD=?;AT+OTAPWD =secret;");
    world.more_downlinks[1] = "AT+PWD=secret\n";
    world.more_downlinks[2] = "F801";
    boot_with(CONFIG("AT+OTAPWD=secret;AT+PWD=secret;AT+PWD=?"));
    expect_kept(SETTING_OTAPWD, "secret");
    expect_kept(SETTING_PWD, "secret");
    expect_kept(SETTING_PWORD, "secret");
    expect_said(
        "]Received downlink data:{\"Config\":\"[AT+OTAPWD=****;AT+PWD=****;AT+PWD=****]\"}\r\n", 1);
    expect_said(
        "Debug downlink data:{\"Config\":\"[at+pword=****;AT+OTAPWD=****;AT+OTAPWD =****;]\"}", 1);
    expect_said("secret", 0);
    expect_said("736563726574", 0); // in hex
    expect_published("secret", 0);
    expect_published("Received downlink data:{\\\"Config\\\":\\\"[AT+OTAPWD=****;", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_list_configures_a_fresh_node_and_updates_it, setup),
        cmocka_unit_test_setup(order_of_commands_does_not_matter_and_missing_ones_stay, setup),
        cmocka_unit_test_setup(failed_command_is_numbered_and_drops_the_update_but_not_the_others,
                               setup),
        cmocka_unit_test_setup(upgrade_of_an_earlier_list_stays_when_a_later_list_fails, setup),
        cmocka_unit_test_setup(semicolon_in_a_value_changes_nothing_and_reports_code_3, setup),
        cmocka_unit_test_setup(bracket_in_a_value_changes_nothing_and_reports_code_3, setup),
        cmocka_unit_test_setup(list_without_end_is_not_answered_but_its_update_is_missed_by_code_3,
                               setup),
        cmocka_unit_test_setup(too_many_commands_change_nothing, setup),
        cmocka_unit_test_setup(longest_list_is_taken_and_one_byte_more_is_not, setup),
        cmocka_unit_test_setup(message_that_the_modem_cuts_is_recognised_as_too_long, setup),
        cmocka_unit_test_setup(escaped_quotes_reach_the_setting, setup),
        cmocka_unit_test_setup(settings_of_a_list_count_in_one_commit, setup),
        cmocka_unit_test_setup(retained_list_twice_is_answered_twice_and_updates_once, setup),
        cmocka_unit_test_setup(regression_trigger_in_every_session_updates_once_in_a_period, setup),
        cmocka_unit_test_setup(list_with_atz_is_answered_and_its_session_ends_before_the_reset,
                               setup),
        cmocka_unit_test_setup(
            sixteen_downlinks_of_a_session_are_answered_in_order_and_more_are_refused, setup),
        cmocka_unit_test_setup(answer_goes_before_the_report, setup),
        cmocka_unit_test_setup(answer_to_a_late_downlink_goes_out_in_the_next_session, setup),
        cmocka_unit_test_setup(status_is_answered_exactly, setup),
        cmocka_unit_test_setup(f801_sends_the_log_behind_the_report_in_the_same_session, setup),
        cmocka_unit_test_setup(log_asked_for_at_the_console_is_sent_in_a_session_of_its_own, setup),
        cmocka_unit_test_setup(hex_commands_end_in_the_settings, setup),
        cmocka_unit_test_setup(hex_command_out_of_range_changes_nothing, setup),
        cmocka_unit_test_setup(hex_command_at_the_edge_of_its_range_is_taken, setup),
        cmocka_unit_test_setup(reset_downlink_waits_for_the_end_of_the_session, setup),
        cmocka_unit_test_setup(debugged_downlinks_are_shown_whole, setup),
        cmocka_unit_test_setup(passwords_are_neither_on_the_console_nor_in_the_log, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
