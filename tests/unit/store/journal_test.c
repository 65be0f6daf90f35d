// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "node/store/journal.h"
#include "tests/fake/eeprom.h"

static void open_empty(void)
{
    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
}

static enum status put(uint8_t id, const char *text)
{
    struct journal_item item = {id, span_of_text(text)};

    return journal_commit(&item, 1);
}

static void expect(uint8_t id, const char *text)
{
    char value[JOURNAL_VALUE_MAX];
    size_t size;

    assert_int_equal(journal_read(id, value, sizeof value, &size), STATUS_OK);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(value, text, size);
}

static void journal_returns_the_newest_value_after_reopening(void **state)
{
    (void)state;
    open_empty();
    assert_int_equal(put(1, "old"), STATUS_OK);
    assert_int_equal(put(2, "other"), STATUS_OK);
    assert_int_equal(put(1, "newer"), STATUS_OK);
    assert_int_equal(journal_open(), STATUS_OK);
    expect(1, "newer");
    expect(2, "other");
    expect(3, "");
}

static void journal_deletes_with_an_empty_value(void **state)
{
    (void)state;
    open_empty();
    assert_int_equal(put(1, "there"), STATUS_OK);
    assert_int_equal(put(1, ""), STATUS_OK);
    assert_int_equal(journal_open(), STATUS_OK);
    expect(1, "");
}

static void journal_keeps_everything_over_many_compactions(void **state)
{
    (void)state;
    char text[] = "value-000";

    open_empty();
    assert_int_equal(put(7, "stays"), STATUS_OK);
    for (unsigned i = 0; i < 999; i++) {
        text[6] = (char)('0' + i / 100);
        text[7] = (char)('0' + i / 10 % 10);
        text[8] = (char)('0' + i % 10);
        assert_int_equal(put((uint8_t)(10 + i % 3), text), STATUS_OK);
    }
    assert_int_equal(journal_open(), STATUS_OK);
    expect(7, "stays");
    expect(10, "value-996");
    expect(11, "value-997");
    expect(12, "value-998");
}

static void journal_refuses_what_does_not_fit_and_changes_nothing(void **state)
{
    (void)state;
    char big[JOURNAL_VALUE_MAX] = {0};
    enum status status = STATUS_OK;
    uint8_t id = 1;

    open_empty();
    assert_int_equal(put(90, "kept"), STATUS_OK);
    while (status == STATUS_OK && id < 60) {
        struct journal_item item = {id++, span_of(big, sizeof big)};
        status = journal_commit(&item, 1);
    }
    assert_int_equal(status, STATUS_TOO_BIG);
    assert_int_equal(journal_open(), STATUS_OK);
    expect(90, "kept");
}

// Old or new, both records together, and the third untouched: for a cut in each word write, torn in several ways.
static void journal_commit_is_atomic_under_every_cut(void **state)
{
    (void)state;
    static const uint32_t masks[] = {0, 0xffffffff, 0x0000ffff, 0xffff0000, 0x55555555, 0x00ff00ff};

    for (unsigned fill = 0; fill < 120; fill += 7) { // until the cut meets compactions too
        for (unsigned m = 0; m < sizeof masks / sizeof masks[0]; m++) {
            for (uint32_t write = 0; write < 40; write++) {
                open_empty();
                assert_int_equal(put(3, "third"), STATUS_OK);
                struct journal_item old[] = {{1, span_of_text("old-a")},
                                             {2, span_of_text("old-b")}};
                assert_int_equal(journal_commit(old, 2), STATUS_OK);
                for (unsigned i = 0; i < fill; i++) {
                    assert_int_equal(put(4, "filler of some twenty bytes"), STATUS_OK);
                }
                struct journal_item new[] = {{1, span_of_text("new-a")},
                                             {2, span_of_text("new-b")}};
                fake_eeprom_cut(write, masks[m]);
                (void)journal_commit(new, 2);
                fake_eeprom_restore_power();
                assert_int_equal(journal_open(), STATUS_OK);
                char value[JOURNAL_VALUE_MAX];
                size_t size;
                assert_int_equal(journal_read(1, value, sizeof value, &size), STATUS_OK);
                bool is_new = size == 5 && value[0] == 'n';
                expect(1, is_new ? "new-a" : "old-a");
                expect(2, is_new ? "new-b" : "old-b");
                expect(3, "third");
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journal_returns_the_newest_value_after_reopening),
        cmocka_unit_test(journal_deletes_with_an_empty_value),
        cmocka_unit_test(journal_keeps_everything_over_many_compactions),
        cmocka_unit_test(journal_refuses_what_does_not_fit_and_changes_nothing),
        cmocka_unit_test(journal_commit_is_atomic_under_every_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
