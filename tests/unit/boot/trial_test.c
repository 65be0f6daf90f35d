// SPDX-License-Identifier: Apache-2.0
// An image with a manifest is tried: which starts count, when it goes back, and what then is as before.
#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "node/boot/backup.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/fake/nor.h"
#include "tests/fake/reset_cause.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/boot/install_bench.h"

static int setup(void **state)
{
    (void)state;
    bench_begin_trial();
    return 0;
}

static void install(void)
{
    assert_int_equal(bench_boot(), BOOT_ON_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
    assert_int_equal(bench_state(), INSTALL_TRIAL);
}

static struct trial_record trial_now(void)
{
    struct trial_record trial;

    record_read_trial(&trial);
    return trial;
}

static void write_trial(uint8_t boots, uint8_t power_ons)
{
    struct trial_record trial = {.boots = boots, .power_ons = power_ons};
    struct record_change change;

    record_change_init(&change);
    record_put_trial(&change, &trial);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void set_state(enum install_state state)
{
    struct install_record record;

    record_read_install(&record);
    record.state = state;
    bench_write_install(&record);
}

// What an application of another format does to the settings.
static void change_settings(void)
{
    bench_set(1, "new setting");
    bench_set(2, "came since");
    bench_set(RECORD_SETTINGS_FORMAT, "\x02");
}

static bool settings_are_back(void)
{
    return bench_is_set(1, "old setting") && bench_is_set(2, "") &&
           bench_is_set(RECORD_SETTINGS_FORMAT, "") && bench_is_set(RECORD_IMEI, "861275077900001");
}

static void expect_rolled_back(void)
{
    struct install_record record;
    struct backup_record backup;

    record_read_install(&record);
    assert_int_equal(record.state, INSTALL_ROLLED_BACK);
    assert_string_equal(record.version, "v1.1.0"); // for the report
    assert_int_equal(record.done_bytes, 0);
    assert_false(record.has_backup || record_read_backup(&backup));
    assert_int_equal(trial_now().boots + trial_now().power_ons, 0);
    assert_true(bench_old_runs() && boot_application_may_start() && settings_are_back());
    assert_int_equal(bench_boot(), BOOT_NOTHING);
}

// ---- the install ----

static void an_image_with_a_manifest_starts_on_trial_and_its_first_start_is_counted(void **state)
{
    (void)state;
    struct install_record record;

    install();
    assert_true(boot_application_may_start());
    record_read_install(&record);
    assert_true(record.has_manifest && record.has_backup);
    assert_int_equal(trial_now().boots, 1);
    assert_int_equal(trial_now().power_ons, 0);
    assert_true(fake_nor_area_is_asleep());
}

static void a_chip_without_room_for_a_backup_means_no_trial(void **state)
{
    (void)state;
    fake_nor_area_resize(BACKUP_END - 1);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_BACKUP);
    assert_int_equal(bench_state(), INSTALL_DONE);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
}

static void what_the_manifest_raises_and_revokes_waits_in_the_record(void **state)
{
    (void)state;
    struct manifest manifest;
    struct install_record record;

    bench_manifest(&manifest);
    manifest.security_counter = 7;
    manifest.revoked = 2;
    bench_put_page(BENCH_NEW_SIZE, &manifest);
    install();
    record_read_install(&record);
    assert_int_equal(record.counter, 0); // it does not ask for it
    assert_int_equal(record.revoked, 2);
    setup(NULL);
    manifest.flags = MANIFEST_RAISES_COUNTER;
    bench_put_page(BENCH_NEW_SIZE, &manifest);
    install();
    record_read_install(&record);
    assert_int_equal(record.counter, 7);
    struct security_record security;
    record_read_security(&security);
    assert_true(security.counter == 0 && security.revoked == 0); // not before it is confirmed
}

// ---- the count ----

static void the_fourth_start_behind_resets_that_it_may_be_blamed_for_goes_back(void **state)
{
    (void)state;
    install();
    change_settings();
    fake_reset_cause_blame(true);
    for (uint8_t boots = 2; boots <= BOOT_TRIAL_BOOTS; boots++) {
        assert_int_equal(bench_boot(), BOOT_COUNTED);
        assert_int_equal(trial_now().boots, boots);
        assert_true(bench_new_runs(BENCH_NEW_SIZE) && boot_application_may_start());
    }
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    expect_rolled_back();
}

static void power_ons_count_apart_and_take_longer(void **state)
{
    (void)state;
    install();
    change_settings();
    for (uint8_t power_ons = 1; power_ons <= BOOT_TRIAL_POWER_ONS; power_ons++) {
        assert_int_equal(bench_boot(), BOOT_COUNTED);
        assert_int_equal(trial_now().power_ons, power_ons);
        assert_int_equal(trial_now().boots, 1);
    }
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    expect_rolled_back();
}

static void a_trial_without_a_count_begins_to_count(void **state)
{
    (void)state;
    install();
    write_trial(0, 0);
    assert_int_equal(bench_boot(), BOOT_COUNTED);
    assert_int_equal(trial_now().boots, 1); // the first, whatever the reset
}

static void a_confirmed_image_is_not_counted_any_more(void **state)
{
    (void)state;
    install();
    set_state(INSTALL_TELL_DONE);
    write_trial(0, 0);
    fake_reset_cause_blame(true);
    for (unsigned boots = 0; boots < 2 * BOOT_TRIAL_BOOTS; boots++) {
        assert_int_equal(bench_boot(), BOOT_NOTHING);
    }
    assert_true(bench_new_runs(BENCH_NEW_SIZE) && boot_application_may_start());
}

static void an_image_that_gives_up_goes_back_at_once(void **state)
{
    (void)state;
    install();
    change_settings();
    set_state(INSTALL_GIVEN_UP);
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    expect_rolled_back();
}

// ---- the way back ----

static void what_else_the_journal_holds_stays(void **state)
{
    (void)state;
    struct security_record security = {3, 0};
    struct record_change change;

    install();
    record_change_init(&change);
    record_put_security(&change, &security);
    assert_int_equal(record_commit(&change), STATUS_OK);
    bench_set(RECORD_HISTORY, "rows");
    set_state(INSTALL_GIVEN_UP);
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    record_read_security(&security);
    assert_int_equal(security.counter, 3);
    assert_true(bench_is_set(RECORD_HISTORY, "rows"));
}

// The old settings fill half of the journal, the log the other half.
static void the_data_log_gives_way_to_the_settings_of_before(void **state)
{
    (void)state;
    static char text[241];

    memset(text, 'x', sizeof text - 1);
    for (uint8_t id = 10; id < 20; id++) {
        bench_set(id, text);
    }
    install();
    for (uint8_t id = 10; id < 20; id++) {
        bench_set(id, "short");
    }
    for (uint8_t id = RECORD_HISTORY; id < RECORD_HISTORY + 8; id++) {
        bench_set(id, text);
    }
    set_state(INSTALL_GIVEN_UP);
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    expect_rolled_back();
    assert_true(bench_is_set(10, text) && bench_is_set(19, text));
    assert_true(bench_is_set(RECORD_HISTORY, ""));
}

static void without_an_answer_of_the_chip_the_new_image_runs_until_there_is_one(void **state)
{
    (void)state;
    install();
    change_settings();
    fake_reset_cause_blame(true);
    fake_nor_area_fit(false);
    write_trial(BOOT_TRIAL_BOOTS, 0);
    for (unsigned i = 0; i < 300; i++) { // the count must not wrap
        assert_int_equal(bench_boot(), BOOT_BACK_FAILED);
        assert_int_equal(bench_state(), INSTALL_TRIAL);
        assert_true(bench_new_runs(BENCH_NEW_SIZE) && boot_application_may_start());
    }
    fake_reset_cause_blame(false); // a power-on does not forget it
    assert_int_equal(bench_boot(), BOOT_BACK_FAILED);
    fake_nor_area_fit(true);
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    expect_rolled_back();
}

static void expect_stays(void)
{
    struct backup_record backup;

    assert_int_equal(bench_boot(), BOOT_STAYS);
    assert_int_equal(bench_state(), INSTALL_STAYED);
    assert_true(bench_new_runs(BENCH_NEW_SIZE) && boot_application_may_start());
    assert_true(bench_is_set(1, "new setting"));
    assert_false(record_read_backup(&backup));
    assert_int_equal(trial_now().boots, 0);
    assert_int_equal(bench_boot(), BOOT_NOTHING);
}

static void prepare_to_give_up(void)
{
    setup(NULL);
    install();
    change_settings();
    set_state(INSTALL_GIVEN_UP);
}

static void a_damaged_backup_leaves_the_new_image(void **state)
{
    (void)state;
    static const uint32_t places[] = {
        BACKUP_HEADER_AT,      BACKUP_HEADER_AT + 4,   BACKUP_HEADER_AT + 8,
        BACKUP_HEADER_AT + 11, BACKUP_HEADER_AT + 12,  BACKUP_HEADER_AT + 15,
        BACKUP_IMAGE_AT,       BACKUP_IMAGE_AT + 100,  BACKUP_IMAGE_AT + BENCH_OLD_SIZE - 1,
        BACKUP_SETTINGS_AT,    BACKUP_SETTINGS_AT + 1, BACKUP_SETTINGS_AT + 2,
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        prepare_to_give_up();
        fake_nor_area()[places[i]] ^= 1;
        expect_stays();
    }
}

// A multiple of the polynomial changes no CRC32, of the image, of the settings, of whatever is compared.
static const uint8_t unseen[] = {0x41, 0x06, 0x71, 0xDB, 0x01};

static void expect_nothing_foreign(void)
{
    assert_true(bench_old_runs() || bench_new_runs(BENCH_NEW_SIZE) ||
                !boot_application_may_start());
    assert_true(bench_is_set(1, "old setting") || bench_is_set(1, "new setting"));
}

// Whenever the chip is exchanged, what comes back was this node's own.
static void a_chip_that_is_exchanged_on_the_way_back_brings_nothing_of_its_own(void **state)
{
    (void)state;
    static const uint32_t places[] = {BACKUP_IMAGE_AT + 5000, BACKUP_SETTINGS_AT + 3};
    enum { READS = 200 }; // more than there are

    assert_int_equal(crc32_update(0, unseen, sizeof unseen), crc32_update(0, "\0\0\0\0", 5));
    for (uint32_t read = 0; read < READS; read++) {
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            prepare_to_give_up();
            fake_nor_area_exchange(read, places[i], span_of(unseen, sizeof unseen));
            (void)bench_boot();
            expect_nothing_foreign();
            (void)bench_boot();
            expect_nothing_foreign();
        }
    }
}

static void another_chip_leaves_the_new_image(void **state)
{
    (void)state;
    prepare_to_give_up();
    memset(fake_nor_area(), 0xFF, FAKE_NOR_AREA);
    expect_stays();
    prepare_to_give_up();
    fake_nor_area_resize(128 * 1024);
    expect_stays();
}

// A backup that is good in itself, but of another node.
static void a_backup_of_another_node_is_none(void **state)
{
    (void)state;
    static uint8_t chip[FAKE_NOR_AREA];

    bench_set(1, "of another node");
    install();
    memcpy(chip, fake_nor_area(), sizeof chip);
    prepare_to_give_up();
    memcpy(fake_nor_area(), chip, sizeof chip);
    expect_stays();
}

// ---- half of it done ----

static void cut_amidst_the_way_back(void)
{
    prepare_to_give_up();
    fake_nor_area_restore_power();
    fake_flash_cut(150, 1); // behind the first note of progress
    assert_int_equal(boot_install(&(enum verdict){0}), BOOT_BACK_FAILED);
    assert_int_equal(bench_state(), INSTALL_GOING_BACK);
    assert_false(boot_application_may_start());
}

static void half_a_way_back_without_a_chip_waits_and_starts_nothing(void **state)
{
    (void)state;
    cut_amidst_the_way_back();
    fake_nor_area_fit(false);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(bench_boot(), BOOT_BACK_FAILED);
        assert_int_equal(bench_state(), INSTALL_GOING_BACK);
        assert_false(boot_application_may_start());
    }
    fake_nor_area_fit(true);
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    expect_rolled_back();
}

static void half_a_way_back_with_a_bad_backup_goes_forward_again(void **state)
{
    (void)state;
    cut_amidst_the_way_back();
    fake_nor_area()[BACKUP_IMAGE_AT + 100] ^= 1;
    assert_int_equal(bench_boot(), BOOT_ON_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE) && boot_application_may_start());
    assert_int_equal(trial_now().boots, 1);
    set_state(INSTALL_GIVEN_UP);
    expect_stays();
}

// Its settings of before are still the other product's: without them it cannot find a network.
static void another_product_is_one_still_when_it_is_tried_once_more(void **state)
{
    (void)state;
    struct trial_record trial = {.boots = BOOT_TRIAL_BOOTS + 1, .other_product = true};
    struct record_change change;

    cut_amidst_the_way_back();
    record_change_init(&change);
    record_put_trial(&change, &trial);
    assert_int_equal(record_commit(&change), STATUS_OK);
    fake_nor_area()[BACKUP_IMAGE_AT + 100] ^= 1;
    assert_int_equal(bench_boot(), BOOT_ON_TRIAL);
    assert_int_equal(trial_now().boots, 1);
    assert_true(trial_now().other_product);
}

static void half_a_way_back_with_nothing_good_in_the_chip_waits_for_either(void **state)
{
    (void)state;
    cut_amidst_the_way_back();
    fake_nor_area()[BACKUP_IMAGE_AT + 100] ^= 1;
    fake_nor_area()[BENCH_IMAGE_AT + 100] ^= 1;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(bench_boot(), BOOT_BACK_FAILED);
        assert_int_equal(bench_state(), INSTALL_GOING_BACK);
        assert_false(boot_application_may_start());
    }
    fake_nor_area()[BACKUP_IMAGE_AT + 100] ^= 1;
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    expect_rolled_back();
}

static void chip_failures_on_the_way_back_change_nothing_for_good(void **state)
{
    (void)state;
    for (uint32_t reads = 0; reads < 300; reads += 3) {
        prepare_to_give_up();
        fake_nor_area_fail_reads(reads);
        enum boot_outcome outcome = bench_boot();
        assert_true(outcome == BOOT_BACK_FAILED || outcome == BOOT_ROLLED_BACK);
        fake_nor_area_fail_reads(UINT32_MAX);
        if (outcome == BOOT_BACK_FAILED) {
            assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
        }
        expect_rolled_back();
    }
}

static void a_chip_that_is_lost_on_the_way_back_is_not_taken_for_an_empty_one(void **state)
{
    (void)state;
    for (uint32_t reads = 1; reads < 120; reads += 3) {
        prepare_to_give_up();
        fake_nor_area_lose(reads);
        assert_int_not_equal(bench_boot(), BOOT_STAYS);
        fake_nor_area_lose(UINT32_MAX);
        if (bench_state() != INSTALL_ROLLED_BACK) {
            assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
        }
        expect_rolled_back();
    }
}

static void a_state_that_nobody_knows_asks_for_nothing(void **state)
{
    (void)state;
    install();
    set_state((enum install_state)200);
    assert_int_equal(bench_boot(), BOOT_NOTHING);
    assert_true(boot_application_may_start());
}

static void each_outcome_says_something_that_starts_no_sender(void **state)
{
    (void)state;
    for (int outcome = BOOT_NOTHING; outcome <= BOOT_BACK_FAILED; outcome++) {
        const char *text = boot_outcome_text((enum boot_outcome)outcome);
        assert_int_equal(text[0] == '\0', outcome == BOOT_NOTHING);
        assert_null(strpbrk(text, "CG"));
        enum boot_next next = boot_outcome_next((enum boot_outcome)outcome);
        bool pends = outcome == BOOT_FAILED || outcome == BOOT_BACK_FAILED;
        assert_int_equal(next == BOOT_NEXT_AGAIN, pends);
        assert_int_equal(next == BOOT_NEXT_START,
                         outcome >= BOOT_ON_TRIAL && outcome <= BOOT_WITHOUT_BACKUP);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(
            an_image_with_a_manifest_starts_on_trial_and_its_first_start_is_counted, setup),
        cmocka_unit_test_setup(a_chip_without_room_for_a_backup_means_no_trial, setup),
        cmocka_unit_test_setup(what_the_manifest_raises_and_revokes_waits_in_the_record, setup),
        cmocka_unit_test_setup(the_fourth_start_behind_resets_that_it_may_be_blamed_for_goes_back,
                               setup),
        cmocka_unit_test_setup(power_ons_count_apart_and_take_longer, setup),
        cmocka_unit_test_setup(a_trial_without_a_count_begins_to_count, setup),
        cmocka_unit_test_setup(a_confirmed_image_is_not_counted_any_more, setup),
        cmocka_unit_test_setup(an_image_that_gives_up_goes_back_at_once, setup),
        cmocka_unit_test_setup(what_else_the_journal_holds_stays, setup),
        cmocka_unit_test_setup(the_data_log_gives_way_to_the_settings_of_before, setup),
        cmocka_unit_test_setup(without_an_answer_of_the_chip_the_new_image_runs_until_there_is_one,
                               setup),
        cmocka_unit_test(a_damaged_backup_leaves_the_new_image),
        cmocka_unit_test(a_chip_that_is_exchanged_on_the_way_back_brings_nothing_of_its_own),
        cmocka_unit_test(another_chip_leaves_the_new_image),
        cmocka_unit_test_setup(a_backup_of_another_node_is_none, setup),
        cmocka_unit_test(half_a_way_back_without_a_chip_waits_and_starts_nothing),
        cmocka_unit_test(half_a_way_back_with_a_bad_backup_goes_forward_again),
        cmocka_unit_test(another_product_is_one_still_when_it_is_tried_once_more),
        cmocka_unit_test(half_a_way_back_with_nothing_good_in_the_chip_waits_for_either),
        cmocka_unit_test(chip_failures_on_the_way_back_change_nothing_for_good),
        cmocka_unit_test(a_chip_that_is_lost_on_the_way_back_is_not_taken_for_an_empty_one),
        cmocka_unit_test_setup(a_state_that_nobody_knows_asks_for_nothing, setup),
        cmocka_unit_test(each_outcome_says_something_that_starts_no_sender),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
