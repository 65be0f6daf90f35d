// SPDX-License-Identifier: Apache-2.0
#include "node/store/history.h"
#include "node/store/record.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

#include <string.h>

static int setup(void **state)
{
    (void)state;
    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    return 0;
}

// The `index`-th row of a test: its time says which, its record has `size` bytes.
static struct history_row make_row(unsigned index, uint8_t size, bool unsent)
{
    struct history_row row = {1000 + index, unsent, {size, {0}}};

    memset(row.record.bytes, (int)index, size);
    return row;
}

static void append(unsigned index, uint8_t size, bool unsent)
{
    struct history_row row = make_row(index, size, unsent);

    assert_int_equal(history_append(&row), STATUS_OK);
}

static unsigned count_rows(void)
{
    struct history_cursor cursor;
    struct history_row row;
    unsigned count = 0;

    for (history_rewind(&cursor); history_next(&cursor, &row);) {
        count++;
    }
    return count;
}

// Rows `newest`, newest - 1, … down to `oldest`, and no other.
static void expect_rows(unsigned newest, unsigned oldest)
{
    struct history_cursor cursor;
    struct history_row row;

    history_rewind(&cursor);
    for (unsigned index = newest + 1; index-- > oldest;) {
        assert_true(history_next(&cursor, &row));
        assert_int_equal(row.unix_s, 1000 + index);
        assert_int_equal(row.record.bytes[0], index);
    }
    assert_false(history_next(&cursor, &row));
    assert_false(history_next(&cursor, &row));
}

static void history_is_empty_before_the_first_row(void **state)
{
    (void)state;
    assert_int_equal(count_rows(), 0);
    assert_int_equal(history_clear(), STATUS_OK);
    assert_int_equal(history_mark_sent(5), STATUS_OK);
}

static void history_gives_rows_newest_first_and_survives_a_reset(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        append(i, (uint8_t)(1 + i), false);
    }
    assert_int_equal(journal_open(), STATUS_OK);
    expect_rows(9, 0);
}

static void history_keeps_the_newest_32_for_ever(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        append(i, 4, false);
        unsigned kept = i + 1;
        if (kept > HISTORY_MAX) { // a fresh block takes the place of four rows
            kept = HISTORY_MAX - HISTORY_BLOCK_ROWS + i % HISTORY_BLOCK_ROWS + 1;
        }
        expect_rows(i, i + 1 - kept);
    }
}

static void history_numbers_may_wrap(void **state)
{
    (void)state;
    uint8_t block[] = {0xFC, 0xFF, 0xE8, 3, 0, 0, 1, 0,    0xE9, 3, 0, 0, 1,
                       1,    0xEA, 3,    0, 0, 1, 2, 0xEB, 3,    0, 0, 1, 3};
    struct journal_item item = {RECORD_HISTORY + 7, span_of(block, sizeof block)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
    for (unsigned i = 4; i < 20; i++) {
        append(i, 1, false);
    }
    expect_rows(19, 0);
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

static void history_marks_the_newest_unsent_rows_as_sent(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        append(i, 4, i % 2 == 0);
    }
    assert_int_equal(count_unsent(), 8);
    assert_int_equal(history_mark_sent(3), STATUS_OK);
    assert_int_equal(count_unsent(), 5);
    struct history_cursor cursor;
    struct history_row row;
    history_rewind(&cursor);
    for (unsigned i = 0; i < 6; i++) { // rows 15 to 10
        assert_true(history_next(&cursor, &row));
        assert_false(row.unsent);
    }
    expect_rows(15, 0);
    assert_int_equal(history_mark_sent(99), STATUS_OK);
    assert_int_equal(count_unsent(), 0);
    uint32_t writes = fake_eeprom_writes();
    assert_int_equal(history_mark_sent(99), STATUS_OK);
    assert_int_equal(fake_eeprom_writes(), writes);
    expect_rows(15, 0);
}

static void history_clears_all_rows_and_begins_anew(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        append(i, 4, false);
    }
    assert_int_equal(history_clear(), STATUS_OK);
    assert_int_equal(count_rows(), 0);
    append(3, 4, false);
    expect_rows(3, 3);
}

static void fill_settings(unsigned count)
{
    uint8_t value[200];

    memset(value, 's', sizeof value);
    for (uint8_t i = 0; i < count; i++) {
        struct journal_item item = {(uint8_t)(1 + i), span_of(value, sizeof value)};
        assert_int_equal(history_commit(&item, 1), STATUS_OK);
    }
}

static void history_keeps_fewer_rows_beside_many_settings(void **state)
{
    (void)state;
    fill_settings(9); // 1,908 bytes
    for (unsigned i = 0; i < 64; i++) {
        append(i, 20, false);
    }
    unsigned kept = count_rows();
    assert_in_range(kept, 8, 20);
    expect_rows(63, 64 - kept);
    assert_true(journal_room() >= HISTORY_RESERVE - HISTORY_BLOCK_MAX);
}

static void history_keeps_none_where_settings_leave_no_room(void **state)
{
    (void)state;
    struct history_row row = make_row(0, 20, false);

    fill_settings(13);
    assert_int_equal(history_append(&row), STATUS_TOO_BIG);
    assert_int_equal(count_rows(), 0);
}

static void history_gives_way_to_settings(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        append(i, SENSOR_RECORD_MAX, false);
    }
    unsigned kept = count_rows();
    fill_settings(11);
    assert_in_range(count_rows(), 0, kept - 1);
    unsigned left = count_rows();
    expect_rows(31, 32 - left);
}

// Any word of a row's commit torn: the row is there or not, and the others are in any case.
static void history_cut_at_any_write_keeps_the_older_rows(void **state)
{
    (void)state;
    for (uint32_t write = 0; write < 40; write++) {
        (void)setup(NULL);
        for (unsigned i = 0; i < 6; i++) {
            append(i, 4, false);
        }
        struct history_row row = make_row(6, 4, true);
        fake_eeprom_cut_weak(write, write + 1);
        (void)history_append(&row);
        bool was_cut = fake_eeprom_was_cut();
        fake_eeprom_restore_power();
        assert_int_equal(journal_open(), STATUS_OK);
        expect_rows(count_rows() - 1, 0);
        assert_in_range(count_rows(), was_cut ? 6 : 7, 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(history_is_empty_before_the_first_row, setup),
        cmocka_unit_test_setup(history_gives_rows_newest_first_and_survives_a_reset, setup),
        cmocka_unit_test_setup(history_keeps_the_newest_32_for_ever, setup),
        cmocka_unit_test_setup(history_numbers_may_wrap, setup),
        cmocka_unit_test_setup(history_marks_the_newest_unsent_rows_as_sent, setup),
        cmocka_unit_test_setup(history_clears_all_rows_and_begins_anew, setup),
        cmocka_unit_test_setup(history_keeps_fewer_rows_beside_many_settings, setup),
        cmocka_unit_test_setup(history_keeps_none_where_settings_leave_no_room, setup),
        cmocka_unit_test_setup(history_gives_way_to_settings, setup),
        cmocka_unit_test_setup(history_cut_at_any_write_keeps_the_older_rows, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
