// SPDX-License-Identifier: Apache-2.0
// The update as lists of events: its order, its codes, and the short session behind an install.
#include "tests/unit/core/session_bench.h"

// ---- the way that ends well ----

static void session_downloads_in_the_documented_order(void **state)
{
    (void)state;
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_string_equal(world.trace,
                        "v1/devices/me/telemetry " CURRENT "}\n"
                        "subscribe v1/devices/me/attributes/response/+\n"
                        "subscribe v2/fw/response/+/chunk/+\n"
                        "subscribe v2/fw/error\n"
                        "v1/devices/me/attributes/request/1 {\"sharedKeys\": "
                        "\"fw_checksum,fw_checksum_algorithm,fw_size,fw_title,fw_version\"}\n"
                        "v1/devices/me/telemetry " CURRENT ", \"fw_state\": \"DOWNLOADING\"}\n"
                        "v2/fw/request/1/chunk/0 1028\nv2/fw/request/1/chunk/1 1028\n"
                        "v2/fw/request/1/chunk/2 1028\nv2/fw/request/1/chunk/3 1028\n"
                        "v2/fw/request/1/chunk/4 1028\nv2/fw/request/1/chunk/5 1028\n"
                        "v2/fw/request/1/chunk/6 1028\n"
                        "v1/devices/me/telemetry " CURRENT ", \"fw_state\": \"UPDATING\"}\n");
    assert_string_equal(
        world.console,
        "FW check\nSuccessfully awakened module\nMQTT open success\nMQTT connect success\n"
        "Upload firmware information successfully\n"
        "Upload request firmware information successfully\nInconsistent firmware version\n"
        "server_fw_title s31-nb\nserver_fw_version v1.1.0\nserver_fw_size 7124\n"
        "Please wait for the erase to complete\nRequest download successfully\nDownloading 0%\n"
        "Downloading 14%\nDownloading 28%\nDownloading 42%\nDownloading 57%\nDownloading 71%\n"
        "Downloading 85%\nDownloading 100%\n"
        "ota 100:Firmware download completed, waiting for device reboot\n"
        "uploading 100%,the device will disconnect MQTT server and power off NB module\n"
        "Close OTA upgrade\n");
    assert_int_equal(world.orders, 1);
    assert_int_equal(world.disconnects, 1);
    assert_int_equal(world.sleeps, 1);
}

static void session_does_not_need_its_subscriptions_nor_the_last_telemetry(void **state)
{
    (void)state;
    world.subscribe = SESSION_REFUSED;
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(bench_count(world.console, "Subscribe refused:"), 3);
    bench_expect_console("Subscribe refused:v2/fw/response/+/chunk/+\n");
}

static void session_asks_again_when_the_answer_does_not_come(void **state)
{
    (void)state;
    world.answers_due = 3;
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.asks, 4);
    assert_int_equal(world.opens, 1);
}

// ---- the codes ----

static void session_without_flash_chip_reports_code_2_and_leaves_the_modem_alone(void **state)
{
    (void)state;
    world.storage = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_HARDWARE);
    assert_string_equal(world.console,
                        "FW check\nHardware Not Support\nota error 2:Hardware not supported\n"
                        "Close OTA upgrade\n");
    assert_int_equal(world.wakes + world.disconnects + world.sleeps, 0);
}

static void session_without_settings_reports_code_4_and_leaves_the_modem_alone(void **state)
{
    (void)state;
    struct session_config whole = bench_config();

    whole.settings_complete = false;
    session_init(&session, &whole, &(struct session_target){0});
    assert_int_equal(bench_run_on(), OTA_TIMEOUT);
    bench_expect_console(
        "OTA parameter configuration error\nota error 4:OTA server connection timeout\n");
    assert_int_equal(world.wakes + world.sleeps, 0);
}

static void session_that_finds_no_network_reports_code_4_after_four_attempts(void **state)
{
    (void)state;
    world.wake = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.wakes, 4);
    assert_int_equal(world.sleeps, 1);
    bench_expect_console("OTA retry 3/3\n");
    bench_expect_console("ota error 4:OTA server connection timeout\n");
    bench_expect_console("Close OTA upgrade\n");
}

static void session_that_cannot_open_waits_longer_each_time_and_reports_code_4(void **state)
{
    (void)state;
    uint32_t begun_ms = world.now_ms;

    world.open = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
    assert_int_equal(bench_count(world.console, "Failed to open the OTA client network\n"), 4);
    assert_in_range(world.now_ms - begun_ms, 48750, 81250); // 5 + 15 + 45 s ± 25 %
}

static void session_refused_by_the_server_reports_code_4_at_once(void **state)
{
    (void)state;
    world.connect = SESSION_REFUSED;
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 1);
    bench_expect_console("Failed to connect to ota server\n");
}

static void session_that_cannot_connect_tries_four_times(void **state)
{
    (void)state;
    world.connect = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
}

static void session_without_answer_reports_code_4_after_four_requests(void **state)
{
    (void)state;
    uint32_t begun_ms = world.now_ms;

    world.answer = NULL;
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.asks, 4);
    assert_int_equal(world.opens, 1);
    assert_int_equal(world.now_ms - begun_ms, 240000);
    assert_int_equal(bench_count(world.trace, "FAILED"),
                     0); // the server has not answered: nobody is told
}

static void expect_final(const char *answer, enum ota_code code, unsigned told)
{
    bench_setup(NULL);
    world.answer = answer;
    assert_int_equal(bench_run(), code);
    assert_int_equal(world.opens, 1);
    assert_int_equal(world.asks, 1);
    assert_int_equal(world.sleeps, 1);
    assert_int_equal(bench_count(world.trace, "\"fw_state\": \"FAILED\""), told);
    bench_expect_nor_untouched();
}

static void session_title_mismatch_reports_code_1(void **state)
{
    (void)state;
    expect_final(
        "{\"shared\":{\"fw_title\":\"S31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124}}",
        OTA_TITLE, 1);
    bench_expect_console("Inconsistent firmware title\nota error 1:Firmware title mismatch\n");
    assert_int_equal(bench_count(world.trace, CURRENT
                                 ", \"fw_state\": \"FAILED\", \"fw_error\": \"Firmware title "
                                 "mismatch\"}\n"),
                     1);
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb2\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124}}",
        OTA_TITLE, 1);
    expect_final("{\"shared\":{\"fw_title\":\"s31-n\"}}", OTA_TITLE, 1); // row 2 comes before row 3
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb0123456789012345678901234567890123456789012345678"
        "901234567890123456789\"}}",
        OTA_TITLE, 1); // longer than any node's
    expect_final("{\"shared\":{\"fw_title\":\"s31-nb\\u0000\"}}", OTA_TITLE, 1);
}

static void session_same_version_reports_code_6_and_is_no_failure_to_the_server(void **state)
{
    (void)state;
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.0.0\",\"fw_size\":7124}}",
        OTA_VERSION, 0);
    bench_expect_console("Consistent firmware\nota error 6:Firmware version match\n");
}

static void session_nothing_assigned_or_no_valid_answer_reports_code_5(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{}",
        "{\"shared\":{}}",
        "no json",
        "",
        "{\"shared\":{\"fw_title\":\"\",\"fw_version\":\"v1\",\"fw_size\":7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_size\":7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"\",\"fw_size\":7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\"}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":0}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":-7124}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":127473}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":5143}}",
    };

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        expect_final(answers[i], OTA_NO_TITLE, 1);
        bench_expect_console("ota error 5:Firmware title not found\n");
    }
}

// The version goes into reports and modem commands.
static void session_version_that_would_break_a_command_reports_code_5(void **state)
{
    (void)state;
    expect_final("{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v2\r\nAT+QRST=1\",\"fw_"
                 "size\":7124}}",
                 OTA_NO_TITLE, 1);
    expect_final(
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v2\\\"\",\"fw_size\":7124}}",
        OTA_NO_TITLE, 1);
}

static void
session_older_version_and_longer_name_of_the_same_prefix_are_other_versions(void **state)
{
    (void)state;
    world.answer =
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v0.9\",\"fw_size\":\"7124\"}}";
    assert_int_equal(bench_run(), OTA_SUCCESS);
    bench_setup(state);
    world.answer =
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.0.01\",\"fw_size\":7124}}";
    assert_int_equal(bench_run(), OTA_SUCCESS);
}

// ---- the short session ----

static enum ota_code announce(enum ota_code code)
{
    struct session_config whole = bench_config();

    whole.announce = code;
    memcpy(whole.version, "v1.1.0", 7);
    session_init(&session, &whole, &(struct session_target){0});
    return bench_run_on();
}

static void session_announces_an_install_and_does_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_string_equal(world.trace,
                        "v1/devices/me/telemetry {\"current_fw_title\": \"s31-nb\", "
                        "\"current_fw_version\": \"v1.1.0\", \"fw_state\": \"UPDATED\"}\n");
    assert_int_equal(world.sleeps, 1);
    bench_expect_nor_untouched();
    bench_setup(state);
    assert_int_equal(announce(OTA_CHECKSUM), OTA_NONE);
    assert_int_equal(
        bench_count(world.trace,
                    "\"fw_state\": \"FAILED\", \"fw_error\": \"Firmware checksum error\"}"),
        1);
}

static void session_announcement_is_tried_four_times_and_reports_nothing(void **state)
{
    (void)state;
    world.open = SESSION_FAILED;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_int_equal(world.opens, 4);
    assert_int_equal(world.sleeps, 1);
    assert_int_equal(bench_count(world.console, "ota error"), 0);
    bench_setup(state);
    world.connect = SESSION_REFUSED;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_int_equal(world.opens, 1);
    bench_setup(state);
    world.publish = SESSION_FAILED;
    assert_int_equal(announce(OTA_SUCCESS), OTA_NONE);
    assert_int_equal(world.opens, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(session_downloads_in_the_documented_order, bench_setup),
        cmocka_unit_test_setup(session_does_not_need_its_subscriptions_nor_the_last_telemetry,
                               bench_setup),
        cmocka_unit_test_setup(session_asks_again_when_the_answer_does_not_come, bench_setup),
        cmocka_unit_test_setup(session_without_flash_chip_reports_code_2_and_leaves_the_modem_alone,
                               bench_setup),
        cmocka_unit_test_setup(session_without_settings_reports_code_4_and_leaves_the_modem_alone,
                               bench_setup),
        cmocka_unit_test_setup(session_that_finds_no_network_reports_code_4_after_four_attempts,
                               bench_setup),
        cmocka_unit_test_setup(session_that_cannot_open_waits_longer_each_time_and_reports_code_4,
                               bench_setup),
        cmocka_unit_test_setup(session_refused_by_the_server_reports_code_4_at_once, bench_setup),
        cmocka_unit_test_setup(session_that_cannot_connect_tries_four_times, bench_setup),
        cmocka_unit_test_setup(session_without_answer_reports_code_4_after_four_requests,
                               bench_setup),
        cmocka_unit_test_setup(session_title_mismatch_reports_code_1, bench_setup),
        cmocka_unit_test_setup(session_same_version_reports_code_6_and_is_no_failure_to_the_server,
                               bench_setup),
        cmocka_unit_test_setup(session_nothing_assigned_or_no_valid_answer_reports_code_5,
                               bench_setup),
        cmocka_unit_test_setup(session_version_that_would_break_a_command_reports_code_5,
                               bench_setup),
        cmocka_unit_test_setup(
            session_older_version_and_longer_name_of_the_same_prefix_are_other_versions,
            bench_setup),
        cmocka_unit_test_setup(session_announces_an_install_and_does_nothing_else, bench_setup),
        cmocka_unit_test_setup(session_announcement_is_tried_four_times_and_reports_nothing,
                               bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
