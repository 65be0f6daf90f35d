// SPDX-License-Identifier: Apache-2.0
// The application as a person, two servers and a bootloader see it.
#include <string.h>

#include "node/core/settings.h"
#include "node/store/record.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/world.h"
#include "wire/codes.h"
#include "wire/image.h"

#define UNLOCK                                                                                     \
    {                                                                                              \
        "reboot error:", "a1b2c3\r\n"                                                              \
    }
#define REPORT(text) "data up {\"IMEI\":\"866207053462705\", \"Message\": \"" text "\"}\n"

static void store(enum setting setting, const char *value)
{
    struct journal_item item = {setting_rows[setting].id, span_of_text(value)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

static void forget(enum setting setting)
{
    store(setting, "");
}

// Everything set, both servers there.
static int setup(void **state)
{
    (void)state;
    world_begin();
    assert_int_equal(journal_open(), STATUS_OK);
    store(SETTING_OTASER, "ota,1885");
    store(SETTING_OTACLT, "token");
    store(SETTING_OTAUNAME, "token");
    store(SETTING_SERVADDR, "data,1883");
    store(SETTING_CLIENT, "node");
    store(SETTING_PUBTOPIC, "up");
    store(SETTING_SUBTOPIC, "down");
    return 0;
}

static void boot_with(struct world world)
{
    world_boot(&world);
}

static struct world with_lines(const struct world_line *lines, size_t count)
{
    struct world world = world_usual();

    memcpy(world.lines, lines, count * sizeof *lines);
    return world;
}

#define WITH(...)                                                                                  \
    with_lines((const struct world_line[]){__VA_ARGS__},                                           \
               sizeof((const struct world_line[]){__VA_ARGS__}) / sizeof(struct world_line))

static struct world with_upgrade(void)
{
    return WITH(UNLOCK, {"Correct", "AT+UPGRADE\r\n"});
}

static void expect_said(const char *text)
{
    if (world_count(world_result.console, text) != 1) {
        fail_msg("\"%s\" not once in:\n%s", text, world_result.console);
    }
}

static void expect_published(const char *text, unsigned times)
{
    if (world_count(world_result.published, text) != times) {
        fail_msg("\"%s\" not %u times in:\n%s", text, times, world_result.published);
    }
}

static void expect_asleep(void)
{
    assert_true(world_result.modem_asleep);
    assert_true(world_result.nor_asleep);
}

// ---- the console ----

static void node_says_who_it_is_and_sleeps_without_settings(void **state)
{
    (void)state;
    world_begin();
    boot_with(world_usual());
    assert_int_equal(strncmp(world_result.console,
                             "\r\nDRAGINO S31-NB NB-IoT Sensor Node\r\nImage Version: v1.0.0\r\n"
                             "NB-IoT Stack : nbota-BC660K-1\r\nProtocol in Used: MQTT\r\n"
                             "reboot error:POR/PDR!\r\n",
                             130),
                     0);
    expect_said("MQTT parameter configuration error\r\n");
    assert_true(world_result.modem_asleep);
    assert_string_equal(world_result.published, "");
}

static void console_opens_to_the_password_only(void **state)
{
    (void)state;
    boot_with(WITH({"reboot error:", "AT+UPGRADE\r"}, {"Password Incorrect\r\n", "wrong\n"},
                   {"Password Incorrect\r\n", "+WAKEUP: the Bluetooth module talks\r\n"},
                   {NULL, "a1b2c3  \r\n"}, {"Password Correct\r\n", "AT\r\n"}));
    assert_int_equal(world_count(world_result.console, "Password Incorrect"), 2);
    expect_said("\r\nOK\r\n");
    expect_said("Password timeout\r\n");
    assert_int_equal(world_result.opens, 0);
}

static void console_takes_at_pin_too(void **state)
{
    (void)state;
    boot_with(WITH({"reboot error:", "AT+PIN=a1b2c4\r\n"}, {"Incorrect", "at+pin=a1b2c3\r\n"},
                   {"Correct\r\n", "AT\r\n"}));
    expect_said("Password Incorrect");
    expect_said("Password Correct");
    expect_said("\r\nOK\r\n");
}

static void regression_console_line_with_a_gap_is_dropped(void **state)
{
    (void)state;
    boot_with(WITH(UNLOCK, {"Correct\r\n", "AT+OTACLT=abc"}, {NULL, world_loss}, {NULL, "def\r\n"},
                   {"AT_RX_ERROR\r\n", world_loss},
                   {NULL, "AT+OTACLT=x\r\n"}, // perhaps only a line's end
                   {"AT_RX_ERROR\r\n", "AT+OTACLT=?\r\n"}));
    expect_said("token\r\n\r\nOK\r\n");
    assert_int_equal(world_count(world_result.console, "\r\nAT_RX_ERROR\r\n"), 2);
    assert_int_equal(world_count(world_result.console, "\r\nOK\r\n"), 1);
}

static void backspace_corrects_a_line(void **state)
{
    (void)state;
    boot_with(WITH({"reboot error:", "a1b2\177\b\b\b\b\b\b1b2\b\b\ba1b2cx\0103\r"},
                   {"Correct\r\n", "AT+TDX\177C=?\r"}));
    assert_int_equal(world_count(world_result.console, "Password Incorrect"), 0);
    expect_said("Password Correct\r\n7200\r\n\r\nOK\r\n");
}

static void regression_unlock_long_after_the_reset_holds(void **state)
{
    (void)state;
    store(SETTING_TDC, "600");
    boot_with(
        WITH({"End of upload", ""}, {"Upload start", "a1b2c3\r\n"}, {"Correct", "AT+TDC=?\r\n"}));
    expect_said("Password Correct\r\n600\r\n\r\nOK\r\n");
}

static void console_answers_every_form_and_every_bad_input(void **state)
{
    (void)state;
    char too_long[310];

    memset(too_long, 'x', sizeof too_long);
    memcpy(too_long, "AT+OTACLT=", 10);
    memcpy(too_long + 307, "\r\n", 3);
    boot_with(WITH(
        UNLOCK, {"Correct", "AT+OTATITLE=?\r\nAT+OTATITLE?\r\nAT+OTATITLE\r\n"},
        {"ERROR", "AT+OTACLT=\r\nAT+OTASER=nohost\r\nAT+MODEL=1\r\n"}, {"\r\nERROR\r\n", too_long},
        {"OVERFLOW\r\n", "AT+OTATITLE=12345678901234567890\r\nAT+OTATITLE=?\r\n"},
        {"12345678901234567890", "AT+OTAPWD=se cret\r\nAT+OTAPWD=?\r\nAT+CFG\r\n"},
        {"AT+DEUI=",
         "AT+OTAVER=v9\r\nAT+OTAVER=NULL\r\nAT+OTAVER=?\r\nAT+PRO=3,5\r\nAT+MODEL=?\r\n"}));
    const char *text = world_result.console;
    expect_said("s31-nb\r\n\r\nOK\r\nAT+OTATITLE: Get or set OTA firmware "
                "title\r\n\r\nOK\r\n\r\nERROR\r\n");
    expect_said(
        "\r\nAT_PARAM_ERROR\r\nNOTE:SERVADDR FORMAT ERROR\r\n\r\nAT_PARAM_ERROR\r\n\r\nERROR\r\n");
    expect_said("\r\nAT_TEST_PARAM_OVERFLOW\r\n");
    expect_said("\r\nOK\r\n12345678901234567890\r\n\r\nOK\r\n");
    expect_said("\r\nOK\r\nsecret\r\n\r\nOK\r\n");
    expect_said("AT+OTAPWD=****\r\n");
    expect_said("AT+PWORD=****\r\n");
    expect_said("AT+OTACLT=token\r\n");
    expect_said(
        "\r\nOK\r\n\r\nOK\r\nv1.0.0\r\n\r\nOK\r\nAttention:Take effect after ATZ\r\n\r\nOK\r\n"
        "s31-nb,v1.0.0\r\n\r\nOK\r\n");
    assert_int_equal(world_count(text, "secret"), 1);
}

static void console_without_lock_stays_open_and_a_new_password_locks_later(void **state)
{
    (void)state;
    store(SETTING_PWORD, "0");
    boot_with(WITH({"reboot error:", "AT\r\n"}, {"OK\r\n", "AT+PWORD=abc\r\nAT\r\n"},
                   {"Password timeout", "AT\r\n"}, {"Incorrect", "abc\r\n"}));
    assert_int_equal(world_count(world_result.console, "\r\nOK\r\n"), 3);
    assert_int_equal(world_count(world_result.console, "Password timeout"), 2);
    expect_said("Password Correct");
}

// ---- data sessions ----

static void node_sends_its_data_after_a_reset_and_every_period(void **state)
{
    (void)state;
    struct world world = world_usual();

    store(SETTING_TDC, "600");
    store(SETTING_CLOCKLOG, "0,65535,15,8");
    world.limit_ms = 1300 * 1000;
    boot_with(world);
    expect_published(
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
    store(SETTING_TDC, "600");
    world.limit_ms = 300 * 1000;
    boot_with(world);
    assert_true(world_result.modem_asleep);
    assert_false(world_result.modem_expected);
    world.cut_command = "AT+QMTCONN";
    boot_with(world);
    assert_true(world_result.modem_expected);
}

static void node_says_once_that_its_crystal_does_not_run(void **state)
{
    struct world world = world_usual();

    (void)state;
    boot_with(world);
    assert_int_equal(world_count(world_result.console, "no crystal"), 0);
    world.no_crystal = true;
    boot_with(world);
    assert_int_equal(world_count(world_result.console, "no crystal: times may be wrong by half"),
                     1);
}

static void node_sends_the_networks_time_in_utc(void **state)
{
    (void)state;
    struct world world = world_usual();

    world.time = "\"26/03/01,07:59:58+32\"";
    boot_with(world);
    expect_published("\"time\":\"2026/02/28 23:59:58\"", 1);
}

static void settings_changed_during_a_session_count_for_the_next(void **state)
{
    (void)state;
    struct world world =
        WITH(UNLOCK, {"Successfully connected", "AT+PUBTOPIC=other\r\nAT+MQOS=1\r\n"});

    store(SETTING_TDC, "600");
    world.limit_ms = 700 * 1000;
    boot_with(world);
    expect_published("data up {", 1);
    expect_published("data other {", 1);
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
        setup(state);
        world.downlink = rows[i].bytes;
        world.downlink_size = rows[i].size;
        boot_with(world);
        expect_said(rows[i].shown);
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
    boot_with(world);
    expect_said("Downstream parameter error\r\n");
    setup(state);
    world.downlink = "F90101";
    world.downlink_size = 6;
    boot_with(world);
    expect_published(REPORT("Command format error"), 1);
    assert_int_equal(world_count(world_result.console, "Upload start"), 1);
    assert_int_equal(world_result.opens, 0);
}

static void report_is_kept_until_it_was_delivered_once(void **state)
{
    (void)state;
    struct world world = with_upgrade();

    store(SETTING_OTATITLE, "other");
    world.data_is_dead = true;
    boot_with(world);
    expect_published("data", 0);
    boot_with(world_usual());
    expect_published(REPORT("Firmware title mismatch"), 1);
    boot_with(world_usual());
    expect_published("Message", 0);
}

static void boot_with_a_waiting_report(struct world world)
{
    world.data_is_dead = true;
    store(SETTING_OTATITLE, "other");
    memcpy(world.lines, with_upgrade().lines, sizeof world.lines);
    boot_with(world);
}

static void regression_report_that_the_module_has_but_may_not_have_sent_is_sent_again(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot_with_a_waiting_report(world);
    world.cut_command = "AT+CFUN=0";
    boot_with(world);
    assert_true(world_result.was_cut);
    expect_published(REPORT("Firmware title mismatch"), 1);
    boot_with(world_usual());
    expect_published(REPORT("Firmware title mismatch"), 1);
    boot_with(world_usual());
    expect_published("Message", 0);
}

static void report_is_kept_when_the_connection_is_lost_behind_it(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot_with_a_waiting_report(world);
    world.is_lost_behind_report = true;
    boot_with(world);
    expect_published(REPORT("Firmware title mismatch"), 1);
    boot_with(world_usual());
    expect_published(REPORT("Firmware title mismatch"), 1);
}

static void report_put_while_another_is_being_delivered_waits_for_the_next_session(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot_with_a_waiting_report(world);
    world.downlink = "F90101";
    world.downlink_size = 6;
    world.downlink_is_late = true;
    boot_with(world);
    expect_published(REPORT("Firmware title mismatch"), 1);
    boot_with(world_usual());
    expect_published(REPORT("Command format error"), 1);
}

// ---- updates ----

static void update_stores_the_image_orders_it_and_resets(void **state)
{
    (void)state;
    struct install_record install;
    struct download_record download;

    boot_with(with_upgrade());
    assert_true(world_result.was_reset);
    expect_asleep();
    expect_published("\"fw_state\": \"UPDATING\"}", 1);
    record_read_install(&install);
    record_read_download(&download);
    assert_int_equal(install.state, INSTALL_ORDERED);
    assert_int_equal(install.size_bytes, 3000);
    assert_int_equal(download.size_bytes, 0);
}

static void set_install_state(enum install_state install_state)
{
    struct install_record install;
    struct record_change change;

    record_read_install(&install);
    install.state = install_state;
    record_change_init(&change);
    record_put_install(&change, &install);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void update_is_reported_to_the_data_server_and_then_to_the_ota_server_once(void **state)
{
    (void)state;
    store(SETTING_OTAVER, "v0.5");
    boot_with(with_upgrade());
    set_install_state(INSTALL_DONE);
    boot_with(WITH(UNLOCK, {"Correct", "AT+OTAVER=?\r\n"}));
    expect_published(REPORT("OTA Update OK, Firmware Title: s31-nb Ver: v1.1.0"), 1);
    expect_published(
        "ota v1/devices/me/telemetry {\"current_fw_title\": \"s31-nb\", \"current_fw_version\": "
        "\"v1.1.0\", \"fw_state\": \"UPDATED\"}\n",
        1);
    assert_true(strstr(world_result.published, "Message") <
                strstr(world_result.published, "UPDATED"));
    expect_said("v1.0.0\r\n\r\nOK"); // what was set by hand is dropped
    expect_asleep();
    boot_with(world_usual());
    expect_published("Message", 0);
    expect_published("UPDATED", 0);
}

static void update_news_that_cannot_be_told_do_not_stop_the_node(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot_with(with_upgrade());
    set_install_state(INSTALL_DONE);
    world.ota_is_dead = true;
    store(SETTING_TDC, "600");
    world.limit_ms = 1900 * 1000;
    boot_with(world);
    assert_int_equal(world_result.opens, 4);
    expect_published("\"temperature\"", 4);
}

static void update_refused_by_the_bootloader_reports_code_7(void **state)
{
    (void)state;
    boot_with(with_upgrade());
    set_install_state(INSTALL_REFUSED);
    boot_with(world_usual());
    expect_published(REPORT("Firmware checksum error"), 1);
    expect_published("\"fw_state\": \"FAILED\", \"fw_error\": \"Firmware checksum error\"}", 1);
}

static void
update_that_the_bootloader_cannot_read_reports_code_2_once_and_keeps_its_order(void **state)
{
    (void)state;
    struct install_record install;

    boot_with(with_upgrade());
    boot_with(world_usual());
    expect_published(REPORT("Hardware not supported"), 1);
    boot_with(world_usual());
    expect_published("Message", 0);
    record_read_install(&install);
    assert_int_equal(install.state, INSTALL_DELAYED);
}

static void new_update_voids_an_order_that_was_not_carried_out(void **state)
{
    (void)state;
    struct install_record install;
    struct world world = with_upgrade();

    boot_with(with_upgrade());
    world.cut_operation = 0; // inside the erase
    boot_with(world);
    assert_true(world_result.was_cut);
    record_read_install(&install);
    assert_int_equal(install.state, INSTALL_NONE);
}

static void expect_code(const char *answer, const char *report)
{
    static uint8_t before[FAKE_NOR_AREA];
    struct world world = with_upgrade();

    setup(NULL);
    memset(fake_nor_area(), 0x5A, FAKE_NOR_AREA);
    memcpy(before, fake_nor_area(), FAKE_NOR_AREA);
    world.answer = answer;
    boot_with(world);
    assert_memory_equal(before, fake_nor_area(), FAKE_NOR_AREA);
    assert_int_equal(world_result.opens, 1);
    expect_published("Message", 1);
    expect_published(report, 1);
    expect_asleep();
}

static void update_codes_1_5_and_6_leave_the_flash_chip_bit_identical(void **state)
{
    (void)state;
    expect_code("{\"shared\":{\"fw_title\":\"S31\"}}", REPORT("Firmware title mismatch"));
    expect_code("{}", REPORT("Firmware title not found"));
    expect_code("{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.0.0\",\"fw_size\":7124}}",
                REPORT("Firmware version match"));
}

static void update_with_a_wrong_checksum_reports_code_7_and_starts_over_next_time(void **state)
{
    (void)state;
    struct world world = with_upgrade();
    struct download_record download;

    world.answer =
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124,"
        "\"fw_checksum_algorithm\":\"CRC32\",\"fw_checksum\":\"00000000\"}}";
    boot_with(world);
    assert_false(world_result.was_reset);
    expect_published(REPORT("Firmware checksum error"), 1);
    record_read_download(&download);
    assert_int_equal(download.size_bytes, 0);
    boot_with(with_upgrade());
    assert_true(world_result.was_reset);
    expect_said("Please wait for the erase to complete");
}

static void
update_with_a_chunk_corrupt_every_time_reports_code_7_once_and_is_resumed_by_a_trigger(void **state)
{
    (void)state;
    struct world world = with_upgrade();

    world.corrupt_chunk = 5;
    boot_with(world);
    assert_int_equal(world_result.opens, 4);
    expect_published("chunk/5 1028", 16);
    expect_published("Message", 1);
    boot_with(world_usual()); // does not start by itself again
    assert_int_equal(world_result.opens, 0);
    boot_with(with_upgrade());
    assert_true(world_result.was_reset);
    expect_said("Resume download at chunk 5\r\n");
    expect_published("chunk/", 2);
}

static void update_without_data_server_ends_with_everything_asleep_and_keeps_no_report(void **state)
{
    (void)state;
    struct report_record report;
    struct world world = with_upgrade();

    forget(SETTING_SERVADDR);
    world.answer = "{}";
    boot_with(world);
    expect_said("ota error 5:Firmware title not found\r\n");
    expect_asleep();
    record_read_report(&report);
    assert_int_equal(report.code, 0);
}

static void expect_waiting(enum ota_code code)
{
    struct report_record report;

    record_read_report(&report);
    assert_int_equal(report.code, code);
}

static void update_with_a_dumb_modem_ends_and_is_reported_when_it_speaks_again(void **state)
{
    (void)state;
    struct world world = with_upgrade();

    world.modem_is_dumb = true;
    boot_with(world);
    expect_said("Close OTA upgrade\r\n");
    assert_int_equal(world_count(world_result.console, "OTA retry "), 3);
    assert_true(world_result.nor_asleep);
    expect_waiting(OTA_TIMEOUT);
    boot_with(world_usual());
    expect_published(REPORT("OTA server connection timeout"), 1);
    expect_waiting(OTA_NONE);
}

static void update_without_a_network_ends_and_is_reported_when_there_is_one(void **state)
{
    (void)state;
    static const char *const attach[] = {"\r\n+CGATT: 0\r\n\r\nOK\r\n",
                                         "\r\n+CME ERROR: 10\r\n", // no SIM
                                         "\r\n+CME ERROR: 30\r\n", "\r\nERROR\r\n"};

    for (unsigned i = 0; i < sizeof attach / sizeof *attach; i++) {
        setup(state);
        store(SETTING_CSQTIME, "1");
        struct world world = with_upgrade();
        world.attach = attach[i];
        boot_with(world);
        expect_said("Close OTA upgrade\r\n");
        assert_int_equal(world_count(world_result.console, "OTA retry "), 3);
        assert_int_equal(world_result.opens, 0);
        expect_asleep();
        expect_waiting(OTA_TIMEOUT);
        boot_with(world_usual());
        expect_published(REPORT("OTA server connection timeout"), 1);
    }
}

// The clock wraps after 49.7 days.
static void node_lives_through_the_wrap_of_its_clock(void **state)
{
    (void)state;
    for (uint32_t before_ms = 1000; before_ms < 200000; before_ms += 7000) {
        setup(state);
        store(SETTING_TDC, "600");
        struct world world = with_upgrade();
        world.corrupt_chunk = 3; // every wait and back-off there is
        world.begin_ms = 0 - before_ms;
        world.limit_ms = 1500 * 1000;
        boot_with(world);
        expect_said("Password timeout\r\n");
        expect_published(REPORT("Firmware checksum error"), 1);
        assert_int_equal(world_count(world_result.console, "OTA retry "), 3);
        expect_published("data up {\"IMEI\":\"866207053462705\",\"IMSI",
                         4); // reset, update, twice the period
        expect_asleep();
    }
}

static void update_of_other_hardware_is_refused_at_its_fifth_piece(void **state)
{
    (void)state;
    struct world world = with_upgrade();
    struct download_record download;

    world.hardware_id = 2; // a BG95-M2 board
    boot_with(world);
    expect_said("Image is not for this hardware\r\n");
    expect_published("ota v2/fw/request/1/chunk/4 1028\n", 1);
    expect_published("ota v2/fw/request/1/chunk/5 1028\n", 0);
    expect_published(REPORT("Firmware checksum error"), 1);
    assert_false(world_result.was_reset);
    record_read_download(&download);
    assert_int_equal(download.size_bytes, 0); // nothing of it is of use
    expect_asleep();
}

static void update_below_a_bootloader_that_cannot_install_reports_code_2(void **state)
{
    (void)state;
    struct world world = with_upgrade();

    world.no_installer = true;
    boot_with(world);
    expect_said("Hardware Not Support\r\n");
    expect_published(REPORT("Hardware not supported"), 1);
    assert_int_equal(world_result.opens, 0);
    expect_asleep();
}

// What a node keeps that was another model until this boot.
static void update_to_another_product_clears_the_settings_and_reports_nothing(void **state)
{
    (void)state;
    static const uint8_t other = 0x41;
    struct journal_item product = {RECORD_PRODUCT, span_of(&other, 1)};
    char value[200];
    size_t size;

    store(SETTING_PWORD, "secret");
    store(SETTING_DEUI, "123456789012345");
    assert_int_equal(journal_commit(&product, 1), STATUS_OK);
    set_install_state(INSTALL_DONE);
    boot_with(world_usual());
    assert_string_equal(world_result.published, "");
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        assert_int_equal(journal_read(setting_rows[i].id, value, sizeof value, &size), STATUS_OK);
        assert_int_equal(size != 0, i == SETTING_PWORD || i == SETTING_DEUI);
    }
    assert_int_equal(journal_read(RECORD_REPORT, value, sizeof value, &size), STATUS_OK);
    assert_int_equal(size, 0);
    boot_with(world_usual()); // and the next boot clears nothing more
    assert_int_equal(journal_read(RECORD_PRODUCT, value, sizeof value, &size), STATUS_OK);
    assert_int_equal((uint8_t)value[0], 0x40);
}

static void update_triggered_while_busy_starts_when_idle(void **state)
{
    (void)state;
    boot_with(WITH(UNLOCK, {"Upload start", "AT+UPGRADE\r\n"}));
    expect_said("The device is busy.\r\n");
    assert_true(world_result.was_reset);
    assert_true(strstr(world_result.console, "End of upload") <
                strstr(world_result.console, "FW check"));
}

static void update_triggers_that_come_during_an_update_change_nothing(void **state)
{
    (void)state;
    struct world world = WITH(UNLOCK, {"End of upload", "AT+UPGRADE\r\n"},
                              {"Downloading 0%", "AT+UPGRADE\r\nAT+UPGRADE\r\n"});

    world.corrupt_chunk = 2;
    boot_with(world);
    assert_int_equal(world_count(world_result.console, "The device is busy."), 2);
    assert_int_equal(world_count(world_result.console, "FW check"), 1);
    expect_published("Message", 1);
}

static void update_resumes_after_a_cut_at_every_operation_of_the_flash_chip(void **state)
{
    (void)state;
    unsigned cuts = 0;

    for (uint32_t operation = 0; operation < 40; operation++) {
        struct world world = with_upgrade();
        setup(state);
        world.cut_operation = operation;
        boot_with(world);
        if (world_result.was_reset) {
            break;
        }
        assert_true(world_result.was_cut);
        boot_with(world_usual()); // no trigger: it goes on by itself
        assert_true(world_result.was_reset);
        cuts++;
    }
    assert_in_range(cuts, 30, 39);
}

// The old download is complete and its map valid: none of its pieces may get into the new one.
static void update_whose_erase_was_cut_erases_again(void **state)
{
    (void)state;
    for (uint32_t operation = 0; operation < 2; operation++) {
        struct world world = with_upgrade();
        setup(state);
        boot_with(world);
        set_install_state(INSTALL_NONE);
        world.answer =
            "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.2.0\",\"fw_size\":7124}}";
        world.image_seed = 9;
        world.cut_operation = operation;
        boot_with(world);
        assert_true(world_result.was_cut);
        world.cut_operation = UINT32_MAX;
        memset(world.lines, 0, sizeof world.lines);
        boot_with(world);
        assert_true(world_result.was_reset);
        expect_said("Please wait for the erase to complete");
        expect_published("chunk/", 7);
    }
}

static void update_interrupted_is_given_up_after_three_boots_without_a_new_piece(void **state)
{
    (void)state;
    struct download_record download;
    struct world world = with_upgrade();

    world.cut_operation = 12;
    boot_with(world);
    for (unsigned boot = 1; boot <= 3; boot++) {
        world = world_usual();
        world.ota_is_dead = true;
        world.limit_ms = 3000; // the power is gone before anything is stored
        boot_with(world);
        record_read_download(&download);
        assert_int_equal(download.boots, boot);
    }
    boot_with(world_usual());
    assert_int_equal(world_result.opens, 0);
    expect_published(REPORT("OTA server connection timeout"), 1);
    record_read_download(&download);
    assert_int_equal(download.size_bytes, 0);
}

static void update_that_stores_a_piece_counts_its_boots_from_zero_again(void **state)
{
    (void)state;
    struct download_record download;
    struct world world = with_upgrade();

    world.cut_operation = 12;
    boot_with(world);
    world = world_usual();
    world.limit_ms = 0; // the power is gone at once
    boot_with(world);
    boot_with(world);
    record_read_download(&download);
    assert_int_equal(download.boots, 2);
    world = world_usual();
    world.cut_operation = 10;
    boot_with(world);
    assert_true(world_result.was_cut);
    record_read_download(&download);
    assert_int_equal(download.boots, 0);
}

static void update_resumed_by_a_trigger_survives_the_next_cut(void **state)
{
    (void)state;
    struct world world = with_upgrade();

    world.corrupt_chunk = 3;
    boot_with(world); // reported: waits for a trigger
    world = with_upgrade();
    world.cut_operation = 3;
    boot_with(world);
    assert_true(world_result.was_cut);
    boot_with(world_usual());
    assert_true(world_result.was_reset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(node_says_who_it_is_and_sleeps_without_settings, setup),
        cmocka_unit_test_setup(console_opens_to_the_password_only, setup),
        cmocka_unit_test_setup(console_takes_at_pin_too, setup),
        cmocka_unit_test_setup(regression_console_line_with_a_gap_is_dropped, setup),
        cmocka_unit_test_setup(backspace_corrects_a_line, setup),
        cmocka_unit_test_setup(regression_unlock_long_after_the_reset_holds, setup),
        cmocka_unit_test_setup(console_answers_every_form_and_every_bad_input, setup),
        cmocka_unit_test_setup(console_without_lock_stays_open_and_a_new_password_locks_later,
                               setup),
        cmocka_unit_test_setup(node_sends_its_data_after_a_reset_and_every_period, setup),
        cmocka_unit_test_setup(node_expects_its_modules_characters_only_while_it_talks_to_it,
                               setup),
        cmocka_unit_test_setup(node_says_once_that_its_crystal_does_not_run, setup),
        cmocka_unit_test_setup(node_sends_the_networks_time_in_utc, setup),
        cmocka_unit_test_setup(settings_changed_during_a_session_count_for_the_next, setup),
        cmocka_unit_test_setup(downlink_f901_starts_an_update_as_text_and_as_bytes, setup),
        cmocka_unit_test_setup(
            downlink_that_is_nothing_is_refused_and_a_malformed_f9_reports_code_3_in_the_same_session,
            setup),
        cmocka_unit_test_setup(report_is_kept_until_it_was_delivered_once, setup),
        cmocka_unit_test_setup(
            regression_report_that_the_module_has_but_may_not_have_sent_is_sent_again, setup),
        cmocka_unit_test_setup(report_is_kept_when_the_connection_is_lost_behind_it, setup),
        cmocka_unit_test_setup(
            report_put_while_another_is_being_delivered_waits_for_the_next_session, setup),
        cmocka_unit_test_setup(update_stores_the_image_orders_it_and_resets, setup),
        cmocka_unit_test_setup(
            update_is_reported_to_the_data_server_and_then_to_the_ota_server_once, setup),
        cmocka_unit_test_setup(update_news_that_cannot_be_told_do_not_stop_the_node, setup),
        cmocka_unit_test_setup(update_refused_by_the_bootloader_reports_code_7, setup),
        cmocka_unit_test_setup(
            update_that_the_bootloader_cannot_read_reports_code_2_once_and_keeps_its_order, setup),
        cmocka_unit_test_setup(new_update_voids_an_order_that_was_not_carried_out, setup),
        cmocka_unit_test_setup(update_codes_1_5_and_6_leave_the_flash_chip_bit_identical, setup),
        cmocka_unit_test_setup(
            update_with_a_wrong_checksum_reports_code_7_and_starts_over_next_time, setup),
        cmocka_unit_test_setup(
            update_with_a_chunk_corrupt_every_time_reports_code_7_once_and_is_resumed_by_a_trigger,
            setup),
        cmocka_unit_test_setup(
            update_without_data_server_ends_with_everything_asleep_and_keeps_no_report, setup),
        cmocka_unit_test_setup(update_with_a_dumb_modem_ends_and_is_reported_when_it_speaks_again,
                               setup),
        cmocka_unit_test_setup(update_without_a_network_ends_and_is_reported_when_there_is_one,
                               setup),
        cmocka_unit_test_setup(node_lives_through_the_wrap_of_its_clock, setup),
        cmocka_unit_test_setup(update_of_other_hardware_is_refused_at_its_fifth_piece, setup),
        cmocka_unit_test_setup(update_below_a_bootloader_that_cannot_install_reports_code_2, setup),
        cmocka_unit_test_setup(update_to_another_product_clears_the_settings_and_reports_nothing,
                               setup),
        cmocka_unit_test_setup(update_triggered_while_busy_starts_when_idle, setup),
        cmocka_unit_test_setup(update_triggers_that_come_during_an_update_change_nothing, setup),
        cmocka_unit_test_setup(update_resumes_after_a_cut_at_every_operation_of_the_flash_chip,
                               setup),
        cmocka_unit_test_setup(update_whose_erase_was_cut_erases_again, setup),
        cmocka_unit_test_setup(update_interrupted_is_given_up_after_three_boots_without_a_new_piece,
                               setup),
        cmocka_unit_test_setup(update_that_stores_a_piece_counts_its_boots_from_zero_again, setup),
        cmocka_unit_test_setup(update_resumed_by_a_trigger_survives_the_next_cut, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
