// SPDX-License-Identifier: Apache-2.0
// Updates as two servers and a bootloader see them.
#include <string.h>

#include "node/store/record.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/node_bench.h"
#include "wire/codes.h"
#include "wire/image.h"

static void update_stores_the_image_orders_it_and_resets(void **state)
{
    (void)state;
    struct install_record install;
    struct download_record download;

    bench_boot(bench_with_upgrade());
    assert_true(world_result.was_reset);
    bench_expect_asleep();
    bench_expect_published("\"fw_state\": \"UPDATING\"}", 1);
    record_read_install(&install);
    record_read_download(&download);
    assert_int_equal(install.state, INSTALL_ORDERED);
    assert_int_equal(install.size_bytes, 3000);
    assert_int_equal(download.size_bytes, 0);
}

static void update_is_reported_to_the_data_server_and_then_to_the_ota_server_once(void **state)
{
    (void)state;
    bench_store(SETTING_OTAVER, "v0.5");
    bench_boot(bench_with_upgrade());
    bench_set_install_state(INSTALL_DONE);
    bench_boot(WITH(UNLOCK, {"Correct", "AT+OTAVER=?\r\n"}));
    bench_expect_published(REPORT("OTA Update OK, Firmware Title: s31-nb Ver: v1.1.0"), 1);
    bench_expect_published(
        "ota v1/devices/me/telemetry {\"current_fw_title\": \"s31-nb\", \"current_fw_version\": "
        "\"v1.1.0\", \"fw_state\": \"UPDATED\"}\n",
        1);
    assert_true(strstr(world_result.published, "Message") <
                strstr(world_result.published, "UPDATED"));
    bench_expect_said("v1.0.0\r\n\r\nOK"); // what was set by hand is dropped
    bench_expect_asleep();
    bench_boot(world_usual());
    bench_expect_published("Message", 0);
    bench_expect_published("UPDATED", 0);
}

static void update_news_that_cannot_be_told_do_not_stop_the_node(void **state)
{
    (void)state;
    struct world world = world_usual();

    bench_boot(bench_with_upgrade());
    bench_set_install_state(INSTALL_DONE);
    world.ota_is_dead = true;
    bench_store(SETTING_TDC, "600");
    world.limit_ms = 1900 * 1000;
    bench_boot(world);
    assert_int_equal(world_result.opens, 4);
    bench_expect_published("\"temperature\"", 4);
}

static void update_refused_by_the_bootloader_reports_code_7(void **state)
{
    (void)state;
    bench_boot(bench_with_upgrade());
    bench_set_install_state(INSTALL_REFUSED);
    bench_boot(world_usual());
    bench_expect_published(REPORT("Firmware checksum error"), 1);
    bench_expect_published("\"fw_state\": \"FAILED\", \"fw_error\": \"Firmware checksum error\"}",
                           1);
}

static void
update_that_the_bootloader_cannot_read_reports_code_2_once_and_keeps_its_order(void **state)
{
    (void)state;
    struct install_record install;

    bench_boot(bench_with_upgrade());
    bench_boot(world_usual());
    bench_expect_published(REPORT("Hardware not supported"), 1);
    bench_boot(world_usual());
    bench_expect_published("Message", 0);
    record_read_install(&install);
    assert_int_equal(install.state, INSTALL_DELAYED);
}

static void new_update_voids_an_order_that_was_not_carried_out(void **state)
{
    (void)state;
    struct install_record install;
    struct world world = bench_with_upgrade();

    bench_boot(bench_with_upgrade());
    world.cut_operation = 0; // inside the erase
    bench_boot(world);
    assert_true(world_result.was_cut);
    record_read_install(&install);
    assert_int_equal(install.state, INSTALL_NONE);
}

static void expect_code(const char *answer, const char *report)
{
    static uint8_t before[FAKE_NOR_AREA];
    struct world world = bench_with_upgrade();

    bench_setup(NULL);
    memset(fake_nor_area(), 0x5A, FAKE_NOR_AREA);
    memcpy(before, fake_nor_area(), FAKE_NOR_AREA);
    world.answer = answer;
    bench_boot(world);
    assert_memory_equal(before, fake_nor_area(), FAKE_NOR_AREA);
    assert_int_equal(world_result.opens, 1);
    bench_expect_published("Message", 1);
    bench_expect_published(report, 1);
    bench_expect_asleep();
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
    struct world world = bench_with_upgrade();
    struct download_record download;

    world.answer =
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124,"
        "\"fw_checksum_algorithm\":\"CRC32\",\"fw_checksum\":\"00000000\"}}";
    bench_boot(world);
    assert_false(world_result.was_reset);
    bench_expect_published(REPORT("Firmware checksum error"), 1);
    record_read_download(&download);
    assert_int_equal(download.size_bytes, 0);
    bench_boot(bench_with_upgrade());
    assert_true(world_result.was_reset);
    bench_expect_said("Please wait for the erase to complete");
}

static void
update_with_a_chunk_corrupt_every_time_reports_code_7_once_and_is_resumed_by_a_trigger(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    world.corrupt_chunk = 5;
    bench_boot(world);
    assert_int_equal(world_result.opens, 4);
    bench_expect_published("chunk/5 1028", 16);
    bench_expect_published("Message", 1);
    bench_boot(world_usual()); // does not start by itself again
    assert_int_equal(world_result.opens, 0);
    bench_boot(bench_with_upgrade());
    assert_true(world_result.was_reset);
    bench_expect_said("Resume download at chunk 5\r\n");
    bench_expect_published("chunk/0 1028", 1); // it tells that the image is still the same
    bench_expect_published("chunk/", 3);
}

static void update_without_data_server_ends_with_everything_asleep_and_keeps_no_report(void **state)
{
    (void)state;
    struct report_record report;
    struct world world = bench_with_upgrade();

    bench_forget(SETTING_SERVADDR);
    world.answer = "{}";
    bench_boot(world);
    bench_expect_said("ota error 5:Firmware title not found\r\n");
    bench_expect_asleep();
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
    struct world world = bench_with_upgrade();

    world.modem_is_dumb = true;
    bench_boot(world);
    bench_expect_said("Close OTA upgrade\r\n");
    assert_int_equal(world_count(world_result.console, "OTA retry "), 3);
    assert_true(world_result.nor_asleep);
    expect_waiting(OTA_TIMEOUT);
    bench_boot(world_usual());
    bench_expect_published(REPORT("OTA server connection timeout"), 1);
    expect_waiting(OTA_NONE);
}

static void update_without_a_network_ends_and_is_reported_when_there_is_one(void **state)
{
    (void)state;
    static const char *const attach[] = {"\r\n+CGATT: 0\r\n\r\nOK\r\n",
                                         "\r\n+CME ERROR: 10\r\n", // no SIM
                                         "\r\n+CME ERROR: 30\r\n", "\r\nERROR\r\n"};

    for (unsigned i = 0; i < sizeof attach / sizeof *attach; i++) {
        bench_setup(state);
        bench_store(SETTING_CSQTIME, "1");
        struct world world = bench_with_upgrade();
        world.attach = attach[i];
        bench_boot(world);
        bench_expect_said("Close OTA upgrade\r\n");
        assert_int_equal(world_count(world_result.console, "OTA retry "), 3);
        assert_int_equal(world_result.opens, 0);
        bench_expect_asleep();
        expect_waiting(OTA_TIMEOUT);
        bench_boot(world_usual());
        bench_expect_published(REPORT("OTA server connection timeout"), 1);
    }
}

// The clock wraps after 49.7 days.
static void node_lives_through_the_wrap_of_its_clock(void **state)
{
    (void)state;
    for (uint32_t before_ms = 1000; before_ms < 200000; before_ms += 7000) {
        bench_setup(state);
        bench_store(SETTING_TDC, "600");
        struct world world = bench_with_upgrade();
        world.corrupt_chunk = 3; // every wait and back-off there is
        world.begin_ms = 0 - before_ms;
        world.limit_ms = 1500 * 1000;
        bench_boot(world);
        bench_expect_said("Password timeout\r\n");
        bench_expect_published(REPORT("Firmware checksum error"), 1);
        assert_int_equal(world_count(world_result.console, "OTA retry "), 3);
        bench_expect_published("data up {\"IMEI\":\"866207053462705\",\"IMSI",
                               4); // reset, update, twice the period
        bench_expect_asleep();
    }
}

static void update_of_other_hardware_is_refused_at_its_fifth_piece(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();
    struct download_record download;

    world.hardware_id = 2; // a BG95-M2 board
    bench_boot(world);
    bench_expect_said("Image is not for this hardware\r\n");
    bench_expect_published("ota v2/fw/request/1/chunk/4 1028\n", 1);
    bench_expect_published("ota v2/fw/request/1/chunk/5 1028\n", 0);
    bench_expect_published(REPORT("Firmware checksum error"), 1);
    assert_false(world_result.was_reset);
    record_read_download(&download);
    assert_int_equal(download.size_bytes, 0); // nothing of it is of use
    bench_expect_asleep();
}

static void update_below_a_bootloader_that_cannot_install_reports_code_2(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    world.no_installer = true;
    bench_boot(world);
    bench_expect_said("Hardware Not Support\r\n");
    bench_expect_published(REPORT("Hardware not supported"), 1);
    assert_int_equal(world_result.opens, 0);
    bench_expect_asleep();
}

// What a node keeps that was another model until this boot.
static void update_to_another_product_clears_the_settings_and_reports_nothing(void **state)
{
    (void)state;
    static const uint8_t other = 0x41;
    struct journal_item product = {RECORD_PRODUCT, span_of(&other, 1)};
    char value[200];
    size_t size;

    bench_store(SETTING_PWORD, "secret");
    bench_store(SETTING_DEUI, "123456789012345");
    assert_int_equal(journal_commit(&product, 1), STATUS_OK);
    bench_set_install_state(INSTALL_DONE);
    bench_boot(world_usual());
    assert_string_equal(world_result.published, "");
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        assert_int_equal(journal_read(setting_rows[i].id, value, sizeof value, &size), STATUS_OK);
        assert_int_equal(size != 0, i == SETTING_PWORD || i == SETTING_DEUI);
    }
    assert_int_equal(journal_read(RECORD_REPORT, value, sizeof value, &size), STATUS_OK);
    assert_int_equal(size, 0);
    bench_boot(world_usual()); // and the next boot clears nothing more
    assert_int_equal(journal_read(RECORD_PRODUCT, value, sizeof value, &size), STATUS_OK);
    assert_int_equal((uint8_t)value[0], 0x40);
}

static void update_triggered_while_busy_starts_when_idle(void **state)
{
    (void)state;
    bench_boot(WITH(UNLOCK, {"Upload start", "AT+UPGRADE\r\n"}));
    bench_expect_said("The device is busy.\r\n");
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
    bench_boot(world);
    assert_int_equal(world_count(world_result.console, "The device is busy."), 2);
    assert_int_equal(world_count(world_result.console, "FW check"), 1);
    bench_expect_published("Message", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(update_stores_the_image_orders_it_and_resets, bench_setup),
        cmocka_unit_test_setup(
            update_is_reported_to_the_data_server_and_then_to_the_ota_server_once, bench_setup),
        cmocka_unit_test_setup(update_news_that_cannot_be_told_do_not_stop_the_node, bench_setup),
        cmocka_unit_test_setup(update_refused_by_the_bootloader_reports_code_7, bench_setup),
        cmocka_unit_test_setup(
            update_that_the_bootloader_cannot_read_reports_code_2_once_and_keeps_its_order,
            bench_setup),
        cmocka_unit_test_setup(new_update_voids_an_order_that_was_not_carried_out, bench_setup),
        cmocka_unit_test_setup(update_codes_1_5_and_6_leave_the_flash_chip_bit_identical,
                               bench_setup),
        cmocka_unit_test_setup(
            update_with_a_wrong_checksum_reports_code_7_and_starts_over_next_time, bench_setup),
        cmocka_unit_test_setup(
            update_with_a_chunk_corrupt_every_time_reports_code_7_once_and_is_resumed_by_a_trigger,
            bench_setup),
        cmocka_unit_test_setup(
            update_without_data_server_ends_with_everything_asleep_and_keeps_no_report,
            bench_setup),
        cmocka_unit_test_setup(update_with_a_dumb_modem_ends_and_is_reported_when_it_speaks_again,
                               bench_setup),
        cmocka_unit_test_setup(update_without_a_network_ends_and_is_reported_when_there_is_one,
                               bench_setup),
        cmocka_unit_test_setup(node_lives_through_the_wrap_of_its_clock, bench_setup),
        cmocka_unit_test_setup(update_of_other_hardware_is_refused_at_its_fifth_piece, bench_setup),
        cmocka_unit_test_setup(update_below_a_bootloader_that_cannot_install_reports_code_2,
                               bench_setup),
        cmocka_unit_test_setup(update_to_another_product_clears_the_settings_and_reports_nothing,
                               bench_setup),
        cmocka_unit_test_setup(update_triggered_while_busy_starts_when_idle, bench_setup),
        cmocka_unit_test_setup(update_triggers_that_come_during_an_update_change_nothing,
                               bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
