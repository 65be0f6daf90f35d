// SPDX-License-Identifier: Apache-2.0
#include "node/store/record.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

#include <string.h>

static char longest[RECORD_TEXT_MAX + 1];

static int setup(void **state)
{
    (void)state;
    fake_eeprom_reset();
    memset(longest, 'x', RECORD_TEXT_MAX);
    assert_int_equal(journal_open(), STATUS_OK);
    return 0;
}

static void record_reads_as_none_before_it_was_written(void **state)
{
    (void)state;
    struct download_record download;
    struct install_record install;
    struct report_record report;

    record_read_download(&download);
    record_read_install(&install);
    record_read_report(&report);
    assert_int_equal(download.size_bytes + install.state + report.code, 0);
}

static void record_returns_all_after_one_commit(void **state)
{
    (void)state;
    struct record_change change;
    struct download_record download = {127472, 3, 40, true, true, "", "", "12345678"};
    struct install_record install = {.state = INSTALL_COPYING,
                                     .has_backup = true,
                                     .size_bytes = 122880,
                                     .crc32 = 0xB9D45861,
                                     .counter = 5,
                                     .revoked = 0x80000001,
                                     .title = "t"};
    struct report_record report = {7, "title", ""};
    struct trial_record trial = {2, 49, true};
    struct security_record security = {4, 2};

    memcpy(download.title, longest, sizeof longest);
    memcpy(download.version, longest, sizeof longest);
    memcpy(install.version, longest, sizeof longest);
    record_change_init(&change);
    record_put_download(&change, &download);
    record_put_install(&change, &install);
    record_put_report(&change, &report);
    record_put_trial(&change, &trial);
    record_put_security(&change, &security);
    assert_int_equal(record_commit(&change), STATUS_OK);
    record_change_init(&change);
    record_put_progress(&change, 8192);
    assert_int_equal(record_commit(&change), STATUS_OK);

    assert_int_equal(journal_open(), STATUS_OK);
    struct download_record got_download;
    struct install_record got_install;
    struct report_record got_report;
    record_read_download(&got_download);
    record_read_install(&got_install);
    record_read_report(&got_report);
    assert_int_equal(got_download.size_bytes, 127472);
    assert_int_equal(got_download.boots, 3);
    assert_int_equal(got_download.power_ons, 40);
    assert_true(got_download.told && got_download.erased);
    assert_string_equal(got_download.title, longest);
    assert_string_equal(got_download.checksum, "12345678");
    assert_int_equal(got_install.state, INSTALL_COPYING);
    assert_int_equal(got_install.crc32, 0xB9D45861);
    assert_int_equal(got_install.done_bytes, 8192);
    assert_string_equal(got_install.version, longest);
    assert_true(got_install.has_backup && !got_install.has_manifest);
    assert_int_equal(got_install.counter, 5);
    assert_int_equal(got_install.revoked, 0x80000001);
    assert_int_equal(got_report.code, 7);
    assert_string_equal(got_report.title, "title");
    record_read_trial(&trial);
    record_read_security(&security);
    assert_true(trial.boots == 2 && trial.power_ons == 49 && trial.other_product);
    assert_true(security.counter == 4 && security.revoked == 2);
}

static void put_one(uint8_t id, uint8_t counter, uint8_t revoked)
{
    const uint8_t value[] = {RECORD_FORMAT, counter, 0, 0, 0, revoked, 0, 0, 0};
    struct journal_item item = {id, span_of(value, counter + revoked == 0 ? 0 : sizeof value)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

static void expect_security(uint32_t counter, uint32_t revoked, bool agrees)
{
    struct security_record security;

    record_read_security(&security);
    assert_int_equal(security.counter, counter);
    assert_int_equal(security.revoked, revoked);
    assert_int_equal(record_security_agrees(), agrees);
}

static void security_is_the_higher_counter_and_all_keys_of_two_records(void **state)
{
    (void)state;
    expect_security(0, 0, true);
    put_one(RECORD_SECURITY, 7, 1);
    expect_security(7, 1, false);
    put_one(RECORD_SECURITY_COPY, 5, 2);
    expect_security(7, 3, false);
    put_one(RECORD_SECURITY, 0, 0);
    expect_security(5, 2, false);
    put_one(RECORD_SECURITY, 5, 3);
    expect_security(5, 3, false);
    put_one(RECORD_SECURITY_COPY, 5, 3);
    expect_security(5, 3, true);
}

static void put_security(uint32_t counter, uint32_t revoked)
{
    struct record_change change;

    record_change_init(&change);
    record_put_security(&change, &(struct security_record){counter, revoked});
    assert_int_equal(record_commit(&change), STATUS_OK);
}

// The last commit of all may go as a whole, for it looks like one that was cut: so another one is behind it.
static void security_outlives_any_bad_word(void **state)
{
    for (uint32_t at = 0; at < JOURNAL_HALF_SIZE; at += 4) {
        assert_int_equal(setup(state), 0);
        put_security(7, 2);
        put_one(RECORD_IMEI, 1, 0);
        fake_eeprom_bytes()[at] ^= 0x10;
        assert_int_equal(journal_open(), STATUS_OK);
        struct security_record security;
        record_read_security(&security);
        assert_int_equal(security.counter, 7);
        assert_int_equal(security.revoked, 2);
    }
}

static void record_of_another_format_or_cut_short_reads_as_none(void **state)
{
    (void)state;
    static const uint8_t other_format[] = {RECORD_FORMAT + 1, 1, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t cut_short[] = {RECORD_FORMAT, 0, 0, 1, 0, 0, 0, 5, 'a', 'b'};
    struct journal_item items[] = {{RECORD_INSTALL, span_of(other_format, sizeof other_format)},
                                   {RECORD_DOWNLOAD, span_of(cut_short, sizeof cut_short)}};
    struct download_record download;
    struct install_record install;

    assert_int_equal(journal_commit(items, 2), STATUS_OK);
    record_read_download(&download);
    record_read_install(&install);
    assert_int_equal(download.size_bytes, 0);
    assert_int_equal(install.state, INSTALL_NONE);
}

static bool covers_imei(void *context, uint8_t id)
{
    (void)context;
    return id == RECORD_IMEI;
}

static enum status read_none(void *context, uint8_t id, uint8_t *value, size_t *size)
{
    (void)context, (void)id, (void)value, (void)size;
    return STATUS_OK;
}

static void record_of_the_backup_is_there_or_not(void **state)
{
    (void)state;
    struct record_change change;
    struct backup_record backup = {{1, 2, 3}};
    struct backup_record read = {{0}};

    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    assert_false(record_read_backup(&read));
    record_change_init(&change);
    record_put_backup(&change, &backup);
    assert_int_equal(record_commit(&change), STATUS_OK);
    assert_true(record_read_backup(&read));
    assert_memory_equal(read.digest, backup.digest, sizeof backup.digest);
    record_change_init(&change);
    record_put_backup(&change, NULL);
    assert_int_equal(record_commit(&change), STATUS_OK);
    assert_false(record_read_backup(&read));
}

static void record_restore_puts_its_change_on_top(void **state)
{
    (void)state;
    struct record_change change;
    struct install_record install = {.state = INSTALL_ROLLED_BACK};
    static const struct journal_source source = {covers_imei, read_none, NULL};
    struct journal_item imei = {RECORD_IMEI, span_of_text("861275077900001")};
    char text[20];
    size_t size;

    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    assert_int_equal(journal_commit(&imei, 1), STATUS_OK);
    record_change_init(&change);
    record_put_progress(&change, 0);
    record_put_install(&change, &install);
    assert_int_equal(record_restore(&change, &source), STATUS_OK);
    assert_int_equal(journal_open(), STATUS_OK);
    record_read_install(&install);
    assert_int_equal(install.state, INSTALL_ROLLED_BACK);
    assert_int_equal(journal_read(RECORD_IMEI, text, sizeof text, &size), STATUS_OK);
    assert_int_equal(size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(record_reads_as_none_before_it_was_written, setup),
        cmocka_unit_test_setup(record_returns_all_after_one_commit, setup),
        cmocka_unit_test_setup(security_is_the_higher_counter_and_all_keys_of_two_records, setup),
        cmocka_unit_test_setup(security_outlives_any_bad_word, setup),
        cmocka_unit_test_setup(record_of_another_format_or_cut_short_reads_as_none, setup),
        cmocka_unit_test(record_of_the_backup_is_there_or_not),
        cmocka_unit_test(record_restore_puts_its_change_on_top),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
