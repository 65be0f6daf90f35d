// SPDX-License-Identifier: Apache-2.0
// A new image on trial, as the servers and the next bootloader see it.
#include <string.h>

#include "node/store/record.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/node_bench.h"
#include "wire/codes.h"

#define SUCCESS   REPORT("OTA Update OK, Firmware Title: s31-nb Ver: v1.1.0")
#define NO_ATTACH "\r\n+CGATT: 0\r\n\r\nOK\r\n"

static struct install_record install; // as the boot left it

static void put_state(enum install_state state)
{
    struct install_record record = {.state = state,
                                    .has_manifest = true,
                                    .has_backup = true,
                                    .size_bytes = 3000,
                                    .counter = 7,
                                    .revoked = 2,
                                    .title = "s31-nb",
                                    .version = "v1.1.0"};
    struct trial_record trial = {.boots = 1};
    struct backup_record backup = {{1}};
    struct record_change change;

    record_change_init(&change);
    record_put_install(&change, &record);
    record_put_trial(&change, &trial);
    record_put_backup(&change, &backup);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void boot(struct world world)
{
    bench_boot(world);
    record_read_install(&install);
}

static void trial_is_confirmed_by_the_first_attach_and_reported_in_that_session(void **state)
{
    (void)state;
    struct trial_record trial;
    struct backup_record backup;

    bench_store(SETTING_OTAVER, "v0.5");
    put_state(INSTALL_TRIAL);
    boot(WITH(UNLOCK, {"confirmed", "AT+OTAVER=?\r\n"}));
    bench_expect_said("The new firmware is confirmed\r\n");
    bench_expect_said("v1.0.0\r\n\r\nOK"); // what was set by hand is dropped
    bench_expect_published(SUCCESS, 1);
    bench_expect_published("\"fw_state\": \"UPDATED\"}", 1);
    bench_expect_asleep();
    record_read_trial(&trial);
    assert_int_equal(install.state, INSTALL_NONE);
    assert_int_equal(trial.boots, 0);
    assert_false(record_read_backup(&backup));
}

static struct world world_with_keys(uint8_t trusted_keys)
{
    struct world world = world_usual();

    world.trusted_keys = trusted_keys;
    return world;
}

static void confirmation_raises_the_counter_and_never_lowers_it(void **state)
{
    (void)state;
    struct security_record security;

    put_state(INSTALL_TRIAL);
    boot(world_with_keys(2));
    record_read_security(&security);
    assert_int_equal(security.counter, 7);

    struct record_change change;
    record_change_init(&change);
    record_put_security(&change, &(struct security_record){.counter = 9});
    assert_int_equal(record_commit(&change), STATUS_OK);
    put_state(INSTALL_TRIAL);
    boot(world_with_keys(2));
    record_read_security(&security);
    assert_int_equal(security.counter, 9);
}

// Confirms an image that revokes key 1 where the bootloader trusts so many.
static uint32_t revoked_below(uint8_t trusted_keys)
{
    struct security_record security;

    put_state(INSTALL_TRIAL);
    boot(world_with_keys(trusted_keys));
    record_read_security(&security);
    return security.revoked;
}

static void confirmation_revokes_a_key_of_several(void **state)
{
    (void)state;
    assert_int_equal(revoked_below(2), 2);
    assert_null(strstr(world_result.console, "Keys not revoked"));
}

static void confirmation_never_revokes_the_last_key(void **state)
{
    (void)state;
    struct record_change change;

    record_change_init(&change);
    record_put_security(&change, &(struct security_record){.revoked = 1});
    assert_int_equal(record_commit(&change), STATUS_OK);
    assert_int_equal(revoked_below(2), 1);
    bench_expect_said("Keys not revoked: mask 2, not on the list or the last one\r\n");
}

static void confirmation_revokes_no_key_that_is_not_on_the_list(void **state)
{
    (void)state;
    assert_int_equal(revoked_below(1), 0);
    bench_expect_said("Keys not revoked: mask 2, not on the list or the last one\r\n");
}

static void put_security(struct security_record security)
{
    struct record_change change;

    record_change_init(&change);
    record_put_security(&change, &security);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void expect_security(uint32_t counter, uint32_t revoked)
{
    struct security_record security;

    record_read_security(&security);
    assert_int_equal(security.counter, counter);
    assert_int_equal(security.revoked, revoked);
}

static void confirmation_without_keys_raises_and_revokes_nothing(void **state)
{
    (void)state;
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    boot(world_with_keys(0));
    expect_security(0, 0);
    put_security((struct security_record){3, 1});
    put_state(INSTALL_TRIAL);
    boot(world_with_keys(0));
    expect_security(3, 1);
    put_state(INSTALL_TRIAL);
    world.no_installer = true;
    boot(world);
    bench_expect_said("The new firmware is confirmed\r\n");
    expect_security(3, 1);
}

static void a_security_record_that_is_lost_is_written_anew_at_the_start(void **state)
{
    (void)state;
    static const uint8_t ids[] = {RECORD_SECURITY, RECORD_SECURITY_COPY};

    for (unsigned i = 0; i < sizeof ids; i++) {
        struct journal_item lost = {ids[i], span_of(NULL, 0)};
        put_security((struct security_record){9 + i, 1});
        assert_int_equal(journal_commit(&lost, 1), STATUS_OK);
        assert_false(record_security_agrees());
        boot(world_usual());
        expect_security(9 + i, 1);
        assert_true(record_security_agrees());
    }
}

static void an_install_without_a_trial_raises_and_revokes_at_its_first_start(void **state)
{
    (void)state;
    struct record_change change;
    struct install_record plain = {.state = INSTALL_DONE, .counter = 7, .revoked = 2};

    put_state(INSTALL_DONE);
    boot(world_with_keys(0));
    expect_security(0, 0);
    put_state(INSTALL_DONE);
    boot(world_with_keys(2));
    bench_expect_published(SUCCESS, 1);
    expect_security(7, 2);
    put_security((struct security_record){9, 1});
    put_state(INSTALL_DONE);
    boot(world_with_keys(2)); // never lower, never the last key
    expect_security(9, 1);
    bench_expect_said("Keys not revoked: mask 2, not on the list or the last one\r\n");
    put_security((struct security_record){3, 0});
    record_change_init(&change);
    record_put_install(&change, &plain);
    assert_int_equal(record_commit(&change), STATUS_OK);
    boot(world_with_keys(2));
    expect_security(3, 0);
}

static void trial_without_network_goes_on(void **state)
{
    (void)state;
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    world.attach = NO_ATTACH;
    world.limit_ms = 3600 * 1000;
    boot(world);
    assert_int_equal(install.state, INSTALL_TRIAL);
    bench_expect_published("Message", 0);
}

static void trial_with_a_dead_data_server_is_confirmed(void **state)
{
    (void)state;
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    world.data_is_dead = true;
    boot(world);
    bench_expect_said("The new firmware is confirmed\r\n");
}

static void trial_without_a_data_server_looks_for_the_network_itself(void **state)
{
    (void)state;
    put_state(INSTALL_TRIAL);
    bench_forget(SETTING_SERVADDR);
    boot(world_usual());
    bench_expect_said("On trial: looking for the network\r\n");
    bench_expect_said("The new firmware is confirmed\r\n");
    bench_expect_asleep();
}

// The module looks for AT+CSQTIME minutes each time, and that is most of what an uplink costs.
static void trial_leaves_the_search_to_a_session_that_has_just_failed(void **state)
{
    (void)state;
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    world.attach = NO_ATTACH;
    world.limit_ms = 3 * 7200 * 1000U; // AT+TDC
    boot(world);
    assert_non_null(strstr(world_result.console, "NBIOT did not respond."));
    assert_null(strstr(world_result.console, "On trial: looking for the network"));
}

static void trial_without_a_data_server_looks_once_in_each_uplink_period(void **state)
{
    (void)state;
    static const char line[] = "On trial: looking for the network";
    struct world world = world_usual();
    unsigned times = 0;

    put_state(INSTALL_TRIAL);
    bench_forget(SETTING_SERVADDR);
    world.attach = NO_ATTACH;
    world.limit_ms = 3 * 7200 * 1000U - 60000;
    boot(world);
    for (const char *at = world_result.console; (at = strstr(at, line)) != NULL; at++) {
        times++;
    }
    assert_int_equal(times, 3);
}

static void trial_is_given_up_after_a_day_without_network(void **state)
{
    (void)state;
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    world.attach = NO_ATTACH;
    world.limit_ms = 90000 * 1000U;
    boot(world);
    assert_true(world_result.was_reset);
    assert_int_equal(install.state, INSTALL_GIVEN_UP);
}

static const char overdue[] = "No end of the trial: the flash chip or the EEPROM does not work\r\n";

static void trial_without_a_flash_chip_is_reported_after_a_day_and_goes_on(void **state)
{
    (void)state;
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    fake_nor_area_fit(false);
    world.limit_ms = 86000 * 1000U;
    boot(world);
    bench_expect_published(REPORT("Hardware not supported"), 0);
    world.limit_ms = 180000 * 1000U;
    boot(world);
    bench_expect_said(overdue);
    bench_expect_published(REPORT("Hardware not supported"), 1);
    assert_int_equal(install.state, INSTALL_TRIAL);
    fake_nor_area_fit(true);
    boot(world_usual());
    bench_expect_said("The new firmware is confirmed\r\n");
}

static void trial_in_an_eeprom_that_refuses_is_reported_after_a_day_and_goes_on(void **state)
{
    (void)state;
    struct world world = world_usual();

    boot(world_usual()); // learns its IMEI
    put_state(INSTALL_TRIAL);
    fake_eeprom_break(true);
    world.begin_ms = 80000 * 1000U; // each minute without a verdict has its line
    world.limit_ms = 25000 * 1000U;
    boot(world);
    fake_eeprom_break(false);
    bench_expect_said(overdue);
    bench_expect_published(REPORT("Hardware not supported"), 1);
    assert_int_equal(install.state, INSTALL_TRIAL);
}

static bool trigger_is_kept(void)
{
    uint8_t byte = 0;
    size_t size = 0;

    assert_int_equal(journal_read(RECORD_TRIGGER, &byte, sizeof byte, &size), STATUS_OK);
    return byte == 1;
}

static void trigger_outlives_a_trial_that_is_given_up(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    put_state(INSTALL_TRIAL);
    world.attach = NO_ATTACH;
    world.limit_ms = 90000 * 1000U;
    boot(world);
    assert_true(world_result.was_reset);
    assert_true(trigger_is_kept());
}

// The watchdog's reset comes without a word: twice the application runs on trial, then the one of before is there.
static void trigger_outlives_a_trial_that_the_bootloader_ends(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    put_state(INSTALL_TRIAL);
    world.attach = NO_ATTACH;
    world.limit_ms = 60 * 1000;
    boot(world);
    world = world_usual();
    world.attach = NO_ATTACH;
    world.limit_ms = 60 * 1000;
    boot(world);
    assert_true(trigger_is_kept());
    put_state(INSTALL_ROLLED_BACK);
    boot(world_usual());
    assert_non_null(strstr(world_result.console, "FW check"));
    assert_false(trigger_is_kept());
    boot(world_usual());
    assert_null(strstr(world_result.console, "FW check"));
}

// The bootloader could not read the backup: an update would put this application in its place.
static void given_up_application_that_still_starts_is_on_trial(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    put_state(INSTALL_GIVEN_UP);
    world.attach = NO_ATTACH;
    world.limit_ms = 3600 * 1000;
    boot(world);
    assert_int_equal(world_result.opens, 0);
    assert_int_equal(install.state, INSTALL_GIVEN_UP);
    boot(world_usual());
    bench_expect_said("The new firmware is confirmed\r\n");
}

static void update_waits_until_the_trial_is_decided(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    put_state(INSTALL_TRIAL);
    world.attach = NO_ATTACH;
    world.limit_ms = 3600 * 1000;
    boot(world);
    assert_int_equal(world_result.opens, 0);
    put_state(INSTALL_TRIAL);
    boot(bench_with_upgrade());
    assert_true(strstr(world_result.console, "confirmed") <
                strstr(world_result.console, "FW check"));
    assert_int_equal(install.state, INSTALL_ORDERED);
}

static void trial_of_another_product_needs_no_network_and_reports_nothing(void **state)
{
    (void)state;
    static const uint8_t other = 0x7F;
    struct journal_item item = {RECORD_PRODUCT, span_of(&other, 1)};
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
    world.attach = NO_ATTACH;
    boot(world);
    bench_expect_said("The new firmware is confirmed\r\n");
    bench_expect_published("Message", 0);
}

static void another_product_is_still_one_at_its_second_start(void **state)
{
    (void)state;
    struct record_change change;
    struct world world = world_usual();

    put_state(INSTALL_TRIAL);
    record_change_init(&change);
    record_put_trial(&change, &(struct trial_record){.boots = 2, .other_product = true});
    assert_int_equal(record_commit(&change), STATUS_OK);
    world.attach = NO_ATTACH;
    boot(world);
    bench_expect_said("The new firmware is confirmed\r\n");
}

static void another_product_with_a_server_of_its_own_reports_nothing(void **state)
{
    (void)state;
    struct record_change change;

    put_state(INSTALL_TRIAL);
    record_change_init(&change);
    record_put_trial(&change, &(struct trial_record){.boots = 2, .other_product = true});
    assert_int_equal(record_commit(&change), STATUS_OK);
    boot(world_usual());
    bench_expect_said("The new firmware is confirmed\r\n");
    bench_expect_said("Send complete\r\n"); // it could have been sent
    bench_expect_published("Message", 0);
}

static void roll_back_is_reported_as_code_8_to_both_servers(void **state)
{
    (void)state;
    put_state(INSTALL_ROLLED_BACK);
    boot(world_usual());
    bench_expect_said("ota error 8:OTA rolled back, Firmware Title: s31-nb Ver: v1.1.0\r\n");
    bench_expect_published(REPORT("OTA rolled back, Firmware Title: s31-nb Ver: v1.1.0"), 1);
    bench_expect_published("\"fw_state\": \"FAILED\", \"fw_error\": \"OTA rolled back", 1);
    assert_int_equal(install.state, INSTALL_NONE);
    boot(world_usual());
    bench_expect_published("Message", 0);
}

// The version that was set by hand is dropped, or the node would fetch the same image again and again.
static void image_that_stays_for_want_of_its_backup_is_no_success(void **state)
{
    (void)state;
    struct world world =
        WITH(UNLOCK, {"ota error 2:Hardware not supported\r\n", "AT+OTAVER=?\r\n"});

    world.trusted_keys = 2;
    bench_store(SETTING_OTAVER, "v0.5");
    put_state(INSTALL_STAYED);
    boot(world);
    bench_expect_said("v1.0.0\r\n\r\nOK");
    bench_expect_published(REPORT("Hardware not supported"), 1);
    bench_expect_published("{\"current_fw_title\": \"s31-nb\", \"current_fw_version\": \"v1.1.0\", "
                           "\"fw_state\": \"FAILED\", \"fw_error\": \"Hardware not supported\"}",
                           1);
    bench_expect_published("OTA Update OK", 0);
    expect_security(0, 0);
    assert_int_equal(install.state, INSTALL_NONE);
    boot(world_usual());
    bench_expect_published("Message", 0);
}

static void factory_reset_keeps_the_trial_and_the_counter(void **state)
{
    (void)state;
    struct security_record security;
    struct record_change change;
    struct trial_record trial;
    static const char *const commands[] = {"AT+FDR\r\n", "AT+FDR1\r\n"};

    for (unsigned i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct world world = WITH(UNLOCK, {"Correct", commands[i]});
        put_state(INSTALL_TRIAL);
        record_change_init(&change);
        record_put_security(&change, &(struct security_record){.counter = 9});
        assert_int_equal(record_commit(&change), STATUS_OK);
        world.attach = NO_ATTACH;
        boot(world);
        record_read_security(&security);
        record_read_trial(&trial);
        assert_true(world_result.was_reset);
        assert_int_equal(install.state, INSTALL_TRIAL);
        assert_int_equal(trial.boots, 1);
        assert_int_equal(security.counter, 9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(trial_is_confirmed_by_the_first_attach_and_reported_in_that_session,
                               bench_setup),
        cmocka_unit_test_setup(confirmation_raises_the_counter_and_never_lowers_it, bench_setup),
        cmocka_unit_test_setup(confirmation_revokes_a_key_of_several, bench_setup),
        cmocka_unit_test_setup(confirmation_never_revokes_the_last_key, bench_setup),
        cmocka_unit_test_setup(confirmation_revokes_no_key_that_is_not_on_the_list, bench_setup),
        cmocka_unit_test_setup(confirmation_without_keys_raises_and_revokes_nothing, bench_setup),
        cmocka_unit_test_setup(a_security_record_that_is_lost_is_written_anew_at_the_start,
                               bench_setup),
        cmocka_unit_test_setup(an_install_without_a_trial_raises_and_revokes_at_its_first_start,
                               bench_setup),
        cmocka_unit_test_setup(trial_without_network_goes_on, bench_setup),
        cmocka_unit_test_setup(trial_with_a_dead_data_server_is_confirmed, bench_setup),
        cmocka_unit_test_setup(trial_without_a_data_server_looks_for_the_network_itself,
                               bench_setup),
        cmocka_unit_test_setup(trial_leaves_the_search_to_a_session_that_has_just_failed,
                               bench_setup),
        cmocka_unit_test_setup(trial_without_a_data_server_looks_once_in_each_uplink_period,
                               bench_setup),
        cmocka_unit_test_setup(trial_is_given_up_after_a_day_without_network, bench_setup),
        cmocka_unit_test_setup(trial_without_a_flash_chip_is_reported_after_a_day_and_goes_on,
                               bench_setup),
        cmocka_unit_test_setup(trial_in_an_eeprom_that_refuses_is_reported_after_a_day_and_goes_on,
                               bench_setup),
        cmocka_unit_test_setup(trigger_outlives_a_trial_that_is_given_up, bench_setup),
        cmocka_unit_test_setup(trigger_outlives_a_trial_that_the_bootloader_ends, bench_setup),
        cmocka_unit_test_setup(given_up_application_that_still_starts_is_on_trial, bench_setup),
        cmocka_unit_test_setup(update_waits_until_the_trial_is_decided, bench_setup),
        cmocka_unit_test_setup(trial_of_another_product_needs_no_network_and_reports_nothing,
                               bench_setup),
        cmocka_unit_test_setup(another_product_is_still_one_at_its_second_start, bench_setup),
        cmocka_unit_test_setup(another_product_with_a_server_of_its_own_reports_nothing,
                               bench_setup),
        cmocka_unit_test_setup(roll_back_is_reported_as_code_8_to_both_servers, bench_setup),
        cmocka_unit_test_setup(image_that_stays_for_want_of_its_backup_is_no_success, bench_setup),
        cmocka_unit_test_setup(factory_reset_keeps_the_trial_and_the_counter, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
