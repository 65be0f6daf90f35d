// SPDX-License-Identifier: Apache-2.0
// Going back to older values: whatever the moment a cut comes, every later start finds the journal as it was before, or all of
// it restored.
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

enum { FIRST_KEPT = 60, LONG = 200 };

// What the source has of ids 1 to 59.
static struct {
    const char *one;
    const char *two;
    size_t long_size; // of id 3, 0: none
    uint8_t fails_at; // id, 0: none
    uint32_t reads;   // ids from 3 on that are so long

} kept;

static bool covers(void *context, uint8_t id)
{
    (void)context;
    return id < FIRST_KEPT;
}

static enum status read(void *context, uint8_t id, uint8_t *value, size_t *size)
{
    const char *text = id == 1 ? kept.one : id == 2 ? kept.two : "";

    (void)context;
    if (id == kept.fails_at) {
        return STATUS_IO;
    }
    *size = strlen(text);
    memcpy(value, text, *size);
    if (id >= 3 && id < 3 + kept.reads) {
        *size = kept.long_size;
        memset(value, 'x', *size);
    }
    return STATUS_OK;
}

static const struct journal_source source = {covers, read, NULL};

static enum status put(uint8_t id, const char *text)
{
    struct journal_item item = {id, span_of_text(text)};

    return journal_commit(&item, 1);
}

static bool is(uint8_t id, const char *text)
{
    char value[JOURNAL_VALUE_MAX];
    size_t size;

    assert_int_equal(journal_read(id, value, sizeof value, &size), STATUS_OK);
    return size == strlen(text) && memcmp(value, text, size) == 0;
}

// 1 changed since the backup, 2 as it was, 4 came since; 61 and 62 are not the backup's.
static void prepare(unsigned fill)
{
    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    kept.one = "old";
    kept.two = "same";
    kept.long_size = kept.reads = kept.fails_at = 0;
    assert_int_equal(put(1, "changed"), STATUS_OK);
    assert_int_equal(put(2, "same"), STATUS_OK);
    assert_int_equal(put(4, "came since"), STATUS_OK);
    assert_int_equal(put(61, "going back"), STATUS_OK);
    assert_int_equal(put(62, "stays"), STATUS_OK);
    assert_int_equal(put(63, "goes"), STATUS_OK);
    for (unsigned i = 0; i < fill; i++) {
        assert_int_equal(put(90, "filler of some twenty bytes"), STATUS_OK);
    }
}

static enum status restore(void)
{
    struct journal_item items[] = {{63, span_of(NULL, 0)}, {61, span_of_text("back")}};

    return journal_restore(&source, items, 2);
}

static bool is_as_before(void)
{
    return is(1, "changed") && is(2, "same") && is(4, "came since") && is(61, "going back") &&
           is(62, "stays") && is(63, "goes");
}

static bool is_restored(void)
{
    return is(1, "old") && is(2, "same") && is(4, "") && is(61, "back") && is(62, "stays") &&
           is(63, "");
}

static void restore_brings_back_what_the_source_covers_and_leaves_the_rest(void **state)
{
    (void)state;
    prepare(0);
    assert_int_equal(restore(), STATUS_OK);
    assert_true(is_restored());
    assert_int_equal(journal_open(), STATUS_OK);
    assert_true(is_restored());
    assert_int_equal(put(1, "later"), STATUS_OK);
    assert_int_equal(journal_open(), STATUS_OK);
    assert_true(is(1, "later"));
}

static void restore_is_told_by_the_mark(void **state)
{
    (void)state;
    prepare(0);
    uint32_t mark = journal_mark();
    assert_int_equal(restore(), STATUS_OK);
    assert_int_not_equal(journal_mark(), mark);
}

static void restore_twice_leaves_the_same(void **state)
{
    (void)state;
    prepare(30);
    assert_int_equal(restore(), STATUS_OK);
    assert_int_equal(restore(), STATUS_OK);
    assert_true(is_restored());
}

static void expect_stable(void)
{
    assert_int_equal(journal_open(), STATUS_OK);
    bool restored = is_restored();
    for (unsigned boot = 0; boot < 4; boot++) {
        assert_true(restored ? is_restored() : is_as_before());
        assert_int_equal(journal_open(), STATUS_OK);
    }
    assert_int_equal(restore(), STATUS_OK); // the next start does it again
    assert_true(is_restored());
}

static const unsigned fills[] = {0, 30, 60, 75, 150};

static void restore_is_atomic_under_every_cut(void **state)
{
    (void)state;
    for (size_t f = 0; f < sizeof fills / sizeof *fills; f++) {
        for (uint32_t seed = 0; seed < 8; seed++) {
            bool cut = true;
            for (uint32_t write = 0; cut; write++) {
                prepare(fills[f]);
                fake_eeprom_cut_weak(write, seed);
                (void)restore();
                cut = fake_eeprom_was_cut();
                fake_eeprom_restore_power();
                expect_stable();
            }
        }
    }
}

static void restore_is_atomic_when_its_recovery_is_cut_too(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 4; seed++) {
        bool cut = true;
        for (uint32_t write = 0; cut; write++) {
            bool cut_again = true;
            for (uint32_t second = 0; cut_again; second++) {
                prepare(60);
                fake_eeprom_cut_weak(write, seed);
                (void)restore();
                cut = fake_eeprom_was_cut();
                fake_eeprom_restore_power();
                fake_eeprom_cut_weak(second, seed + 50);
                (void)journal_open();
                cut_again = fake_eeprom_was_cut();
                fake_eeprom_restore_power();
                expect_stable();
            }
        }
    }
}

static void restore_changes_nothing_when_the_source_fails(void **state)
{
    (void)state;
    for (uint8_t id = 1; id < FIRST_KEPT; id++) {
        prepare(75);
        kept.fails_at = id;
        assert_int_equal(restore(), STATUS_IO);
        assert_true(is_as_before());
        assert_int_equal(journal_open(), STATUS_OK);
        assert_true(is_as_before());
    }
}

static void restore_changes_nothing_when_it_does_not_fit(void **state)
{
    (void)state;
    prepare(75);
    kept.long_size = LONG;
    kept.reads = 14;
    assert_int_equal(restore(), STATUS_OK);
    prepare(75);
    kept.long_size = LONG;
    kept.reads = 15;
    assert_int_equal(restore(), STATUS_TOO_BIG);
    assert_true(is_as_before());
    assert_int_equal(journal_open(), STATUS_OK);
    assert_true(is_as_before());
}

static void restore_changes_nothing_when_the_eeprom_refuses(void **state)
{
    (void)state;
    prepare(75);
    fake_eeprom_break(true);
    assert_int_equal(restore(), STATUS_IO);
    fake_eeprom_break(false);
    assert_true(is_as_before());
    assert_int_equal(journal_open(), STATUS_OK);
    assert_true(is_as_before());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(restore_brings_back_what_the_source_covers_and_leaves_the_rest),
        cmocka_unit_test(restore_is_told_by_the_mark),
        cmocka_unit_test(restore_twice_leaves_the_same),
        cmocka_unit_test(restore_is_atomic_under_every_cut),
        cmocka_unit_test(restore_is_atomic_when_its_recovery_is_cut_too),
        cmocka_unit_test(restore_changes_nothing_when_the_source_fails),
        cmocka_unit_test(restore_changes_nothing_when_it_does_not_fit),
        cmocka_unit_test(restore_changes_nothing_when_the_eeprom_refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
