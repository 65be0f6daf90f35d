// SPDX-License-Identifier: Apache-2.0
// Settings over the journal: stages, defaults, what resets and other firmware do to them.
#include <string.h>

#include "node/app/app.h"
#include "node/app/install_news.h"
#include "node/core/packing.h"
#include "node/core/settings.h"
#include "node/store/history.h"
#include "node/store/record.h"
#include "tests/fake/bootloader.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/setting_cases.h"

static int setup(void **state)
{
    (void)state;
    fake_eeprom_reset();
    fake_uart_reset();
    return journal_open() == STATUS_OK ? 0 : -1;
}

static void set(enum setting setting, const char *value)
{
    assert_int_equal(value_set((uint8_t)setting, span_of_text(value)), STATUS_OK);
}

static void expect(enum setting setting, const char *value)
{
    char buffer[VALUE_SIZE];

    assert_string_equal(value_get((uint8_t)setting, buffer), value);
}

static void stage_counts_in_one_commit_and_is_seen_before(void **state)
{
    (void)state;
    struct values_stage stage;

    set(SETTING_OTACLT, "before");
    values_stage_begin(&stage);
    uint32_t writes = fake_eeprom_writes();
    set(SETTING_OTACLT, "one");
    set(SETTING_OTACLT, "two");
    set(SETTING_OTAVER, "v9");
    assert_int_equal(value_clear(SETTING_OTAVER), STATUS_OK);
    set(SETTING_TDC, "600");
    expect(SETTING_OTACLT, "two");
    expect(SETTING_OTAVER, "v1.0.0");
    assert_int_equal(value_number(SETTING_TDC), 600);
    assert_int_equal(fake_eeprom_writes(), writes);
    assert_int_equal(values_stage_commit(), STATUS_OK);
    assert_int_equal(journal_open(), STATUS_OK);
    expect(SETTING_OTACLT, "two");
    expect(SETTING_TDC, "600");
}

static void stage_that_does_not_fit_or_cannot_be_written_changes_nothing(void **state)
{
    (void)state;
    struct values_stage stage;

    values_stage_begin(&stage);
    for (unsigned i = 0; i < VALUES_STAGE_MAX; i++) {
        assert_int_equal(value_set((uint8_t)i, span_of_text("1")), STATUS_OK);
    }
    assert_int_equal(value_set(VALUES_STAGE_MAX, span_of_text("1")), STATUS_TOO_BIG);
    fake_eeprom_break(true);
    assert_int_equal(values_stage_commit(), STATUS_IO);
    fake_eeprom_break(false);
    assert_int_equal(journal_open(), STATUS_OK);
    expect(SETTING_TDC, "7200");
}

static void stage_survives_a_cut_at_every_write_as_a_whole_or_not_at_all(void **state)
{
    struct values_stage stage;
    bool was_cut = true;

    for (uint32_t write = 0; was_cut; write++) {
        setup(state);
        set(SETTING_APN, "kept");
        set(SETTING_OTACLT, "old");
        values_stage_begin(&stage);
        set(SETTING_OTACLT, "new");
        set(SETTING_OTATITLE, "s31-new");
        fake_eeprom_cut_weak(write, write);
        (void)values_stage_commit();
        was_cut = fake_eeprom_was_cut();
        fake_eeprom_restore_power();
        assert_int_equal(journal_open(), STATUS_OK);
        char buffer[VALUE_SIZE];
        bool is_new = strcmp(value_get(SETTING_OTACLT, buffer), "new") == 0;
        expect(SETTING_OTACLT, is_new ? "new" : "old");
        expect(SETTING_OTATITLE, is_new ? "s31-new" : "s31-nb");
        expect(SETTING_APN, "kept");
        assert_true(is_new || was_cut);
    }
}

static void put_record(uint8_t id, struct span value)
{
    struct journal_item item = {id, value};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

static void put_byte(uint8_t id, uint8_t byte)
{
    put_record(id, span_of(&byte, 1));
}

static uint8_t byte_of(uint8_t id)
{
    uint8_t bytes[JOURNAL_VALUE_MAX] = {0};
    size_t size;

    assert_int_equal(journal_read(id, bytes, sizeof bytes, &size), STATUS_OK);
    return bytes[0];
}

static void set_all_to_their_limits(void)
{
    for (unsigned i = 0; i < SETTING_CASES; i++) {
        char text[VALUE_SIZE];
        strcpy(text, setting_cases[i].limit);
        struct span value = span_of(text, packing_pack(text, strlen(text)));
        assert_int_equal(value_set((uint8_t)setting_cases[i].setting, value), STATUS_OK);
    }
}

static void expect_all_at(bool limit, bool keeps_identity)
{
    for (unsigned i = 0; i < SETTING_CASES; i++) {
        const struct setting_case *row = &setting_cases[i];
        bool is_identity = row->setting == SETTING_PWORD || row->setting == SETTING_DEUI;
        expect(row->setting, limit || (keeps_identity && is_identity) ? row->limit : row->preset);
    }
}

// ---- resets and other firmware ----

static void reset_drops_everything_or_all_but_the_identity(void **state)
{
    for (unsigned keeps_identity = 0; keeps_identity < 2; keeps_identity++) {
        setup(state);
        set_all_to_their_limits();
        put_byte(RECORD_DOWNLOAD, 1);
        put_byte(RECORD_REPORT, 1);
        put_byte(RECORD_INSTALL, 1);
        put_byte(RECORD_SETTING_LAST, 1); // of a version to come
        assert_int_equal(values_reset(keeps_identity), STATUS_OK);
        assert_int_equal(journal_open(), STATUS_OK);
        expect_all_at(false, keeps_identity);
        assert_int_equal(byte_of(RECORD_DOWNLOAD), 0);
        assert_int_equal(byte_of(RECORD_REPORT), 0);
        assert_int_equal(byte_of(RECORD_INSTALL), 1);
        assert_int_equal(byte_of(RECORD_SETTING_LAST), 0);
    }
}

static void settings_of_the_same_product_stay_and_those_of_another_go(void **state)
{
    setup(state);
    put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NB].id);
    set_all_to_their_limits();
    assert_false(value_adopt());
    expect_all_at(true, true);
    put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NS].id);
    assert_true(value_adopt());
    expect_all_at(false, true);
    assert_int_equal(byte_of(RECORD_PRODUCT), products[PRODUCT_S31_NB].id);
    assert_false(value_adopt());
}

static void append_row(void)
{
    struct history_row row = {.unix_s = 1, .record = {.size = 4, .bytes = {8, 0x66, 0x11, 0x94}}};

    assert_int_equal(history_append(&row), STATUS_OK);
}

static bool has_row(void)
{
    struct history_cursor cursor;
    struct history_row row;

    history_rewind(&cursor);
    return history_next(&cursor, &row);
}

static void data_log_report_and_download_of_another_product_go_too(void **state)
{
    (void)state;
    put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NB].id);
    put_byte(RECORD_DOWNLOAD, 1);
    put_byte(RECORD_REPORT, 1);
    put_byte(RECORD_TRIGGER, 1);
    append_row();
    assert_false(value_adopt());
    assert_true(has_row());
    assert_int_equal(byte_of(RECORD_REPORT), 1);
    put_byte(RECORD_PRODUCT, products[PRODUCT_RS485_NB].id);
    assert_true(value_adopt());
    assert_false(has_row());
    assert_int_equal(byte_of(RECORD_DOWNLOAD), 0);
    assert_int_equal(byte_of(RECORD_REPORT), 0);
    assert_int_equal(byte_of(RECORD_TRIGGER), 0);
}

static void another_product_under_a_cut_at_every_write_keeps_all_or_drops_all(void **state)
{
    static uint8_t prepared[JOURNAL_SIZE];
    bool was_cut = true;

    setup(state);
    put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NS].id);
    set_all_to_their_limits();
    memcpy(prepared, fake_eeprom_bytes(), sizeof prepared);
    for (uint32_t write = 0; was_cut; write++) {
        fake_eeprom_reset();
        memcpy(fake_eeprom_bytes(), prepared, sizeof prepared);
        assert_int_equal(journal_open(), STATUS_OK);
        fake_eeprom_cut_weak(write, write);
        (void)value_adopt();
        was_cut = fake_eeprom_was_cut();
        fake_eeprom_restore_power();
        assert_int_equal(journal_open(), STATUS_OK);
        bool is_old = byte_of(RECORD_PRODUCT) == products[PRODUCT_S31_NS].id;
        expect_all_at(is_old, true);
        assert_true(was_cut || !is_old);
    }
}

static void another_product_never_finds_the_data_log_whatever_write_is_cut(void **state)
{
    bool was_cut = true;

    for (uint32_t write = 0; was_cut; write++) {
        setup(state);
        put_byte(RECORD_PRODUCT, products[PRODUCT_RS485_NB].id);
        append_row();
        fake_eeprom_cut_weak(write, write);
        (void)value_adopt();
        was_cut = fake_eeprom_was_cut();
        fake_eeprom_restore_power();
        assert_int_equal(journal_open(), STATUS_OK);
        (void)value_adopt();
        assert_false(has_row());
    }
}

// ---- the format ----

static void first_start_writes_the_format(void **state)
{
    (void)state;
    assert_false(value_adopt());
    assert_int_equal(byte_of(RECORD_SETTINGS_FORMAT), 2);
    uint32_t writes = fake_eeprom_writes();
    assert_false(value_adopt());
    assert_int_equal(fake_eeprom_writes(), writes);
}

static void settings_of_format_1_become_format_2_under_a_cut_at_every_write(void **state)
{
    bool was_cut = true;

    for (uint32_t write = 0; was_cut; write++) {
        setup(state);
        put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NB].id);
        set(SETTING_TDC, "00000600");
        set(SETTING_RXDL, "000");
        set(SETTING_CLIENT, "0007");
        fake_eeprom_cut_weak(write, write);
        (void)value_adopt();
        was_cut = fake_eeprom_was_cut();
        fake_eeprom_restore_power();
        assert_int_equal(journal_open(), STATUS_OK);
        assert_int_equal(value_number(SETTING_TDC), 600);
        assert_false(value_adopt());
        expect(SETTING_TDC, "600");
        expect(SETTING_RXDL, "0");
        expect(SETTING_CLIENT, "0007");
        assert_int_equal(byte_of(RECORD_SETTINGS_FORMAT), 2);
    }
}

static void settings_of_a_newer_format_stay_and_count_where_they_are_understood(void **state)
{
    (void)state;
    put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NB].id);
    put_byte(RECORD_SETTINGS_FORMAT, 3);
    set(SETTING_OTACLT, "token");
    set(SETTING_PRO, "5,0");
    uint32_t writes = fake_eeprom_writes();
    assert_false(value_adopt());
    assert_int_equal(fake_eeprom_writes(), writes);
    assert_non_null(strstr(fake_uart_heard(UART_CONSOLE),
                           "Settings of format 3 are kept, this firmware knows 2\r\n"));
    expect(SETTING_OTACLT, "token");
    expect(SETTING_PRO, "3,5");
    assert_int_equal(byte_of(setting_rows[SETTING_PRO].id), '5');
}

// ---- room ----

// As a compaction writes them: head, value in whole words, CRC, and a seal for eight records at least.
static uint32_t room_of(unsigned capabilities, unsigned *records)
{
    uint32_t room = 0;

    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (capability_fits(capabilities, setting_rows[i].needs)) {
            room += 8 + ((uint32_t)packing_size(setting_rows[i].limit) + 3) / 4 * 4;
            *records += 1;
        }
    }
    return room;
}

static void all_settings_of_every_product_have_room_in_the_journal(void **state)
{
    (void)state;
    // Install, report, progress, IMEI, product, format, trigger, trial, security twice, backup, with a title of 20
    // characters, the longest that AT+OTATITLE can be equal to, and a version of 64. The download's is never beside them.
    static const uint32_t others[] = {96, 88, 5, 15, 1, 1, 1, 4, 9, 9, 33};
    enum { HEAD = 16, OTHERS = sizeof others / sizeof *others };

    for (unsigned p = 0; p < PRODUCT_COUNT; p++) {
        unsigned records = OTHERS;
        uint32_t room = HEAD + room_of(product_capabilities(&products[p]), &records);
        for (unsigned i = 0; i < OTHERS; i++) {
            room += 8 + (others[i] + 3) / 4 * 4;
        }
        room += 4 * ((records + 7) / 8);
        assert_in_range(room, 1000, JOURNAL_HALF_SIZE);
    }
}

static void put_other_records_at_their_longest(char letter)
{
    struct record_change change;
    struct download_record download = {.size_bytes = 127472};
    struct install_record install = {.state = INSTALL_ORDERED};
    struct report_record report = {.code = 100};

    memset(download.title, letter, setting_rows[SETTING_OTATITLE].limit); // it is equal to that
    memset(download.version, letter, RECORD_TEXT_MAX);
    memset(download.checksum, letter, 8);
    memcpy(install.title, download.title, sizeof install.title);
    memcpy(install.version, download.version, sizeof install.version);
    memcpy(report.title, download.title, sizeof report.title);
    memcpy(report.version, download.version, sizeof report.version);
    record_change_init(&change);
    record_put_download(&change, &download);
    record_put_install(&change, &install);
    record_put_report(&change, &report);
    assert_int_equal(record_commit(&change), STATUS_OK);
    record_change_init(&change);
    record_put_progress(&change, 122880);
    record_put_security(&change, &(struct security_record){7, 1});
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void all_settings_at_their_limits_fit_beside_all_other_records(void **state)
{
    (void)state;
    put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NB].id);
    put_byte(RECORD_SETTINGS_FORMAT, 2);
    put_record(RECORD_IMEI, span_of_text("866207053462705"));
    for (unsigned round = 0; round < 6; round++) {
        put_other_records_at_their_longest((char)('a' + round));
        set_all_to_their_limits();
        assert_int_equal(journal_open(), STATUS_OK);
        expect_all_at(true, true);
    }
}

// The longest change of all, beside what an install needs.
static void confirmation_finds_room_beside_settings_at_their_limits(void **state)
{
    (void)state;
    struct record_change change;
    struct install_record install = {.state = INSTALL_TRIAL, .counter = 8, .revoked = 2};
    struct security_record security;

    memset(install.title, 't', setting_rows[SETTING_OTATITLE].limit);
    memset(install.version, 'v', RECORD_TEXT_MAX);
    put_byte(RECORD_PRODUCT, products[PRODUCT_S31_NB].id);
    put_byte(RECORD_TRIGGER, 1);
    put_record(RECORD_IMEI, span_of_text("866207053462705"));
    set_all_to_their_limits();
    record_change_init(&change);
    record_put_install(&change, &install);
    record_put_trial(&change, &(struct trial_record){.boots = 1});
    record_put_backup(&change, &(struct backup_record){{1}});
    record_put_security(&change, &(struct security_record){7, 1});
    assert_int_equal(record_commit(&change), STATUS_OK);
    fake_bootloader_keys = 4;
    assert_int_equal(install_confirm(), STATUS_OK);
    fake_bootloader_keys = 0;
    record_read_security(&security);
    assert_true(security.counter == 8 && security.revoked == 3);
    assert_int_equal(byte_of(RECORD_REPORT), RECORD_FORMAT);
    assert_int_equal(byte_of(RECORD_TRIAL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stage_counts_in_one_commit_and_is_seen_before, setup),
        cmocka_unit_test_setup(stage_that_does_not_fit_or_cannot_be_written_changes_nothing, setup),
        cmocka_unit_test_setup(stage_survives_a_cut_at_every_write_as_a_whole_or_not_at_all, setup),
        cmocka_unit_test_setup(reset_drops_everything_or_all_but_the_identity, setup),
        cmocka_unit_test_setup(settings_of_the_same_product_stay_and_those_of_another_go, setup),
        cmocka_unit_test_setup(data_log_report_and_download_of_another_product_go_too, setup),
        cmocka_unit_test_setup(another_product_under_a_cut_at_every_write_keeps_all_or_drops_all,
                               setup),
        cmocka_unit_test_setup(another_product_never_finds_the_data_log_whatever_write_is_cut,
                               setup),
        cmocka_unit_test_setup(first_start_writes_the_format, setup),
        cmocka_unit_test_setup(settings_of_format_1_become_format_2_under_a_cut_at_every_write,
                               setup),
        cmocka_unit_test_setup(settings_of_a_newer_format_stay_and_count_where_they_are_understood,
                               setup),
        cmocka_unit_test_setup(all_settings_of_every_product_have_room_in_the_journal, setup),
        cmocka_unit_test_setup(all_settings_at_their_limits_fit_beside_all_other_records, setup),
        cmocka_unit_test_setup(confirmation_finds_room_beside_settings_at_their_limits, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
