// SPDX-License-Identifier: Apache-2.0
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

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

static void journal_mark_tells_every_commit_and_no_reading(void **state)
{
    (void)state;
    open_empty();
    uint32_t mark = journal_mark();
    for (unsigned i = 0; i < 2000; i++) { // compactions too
        assert_int_equal(put(1, i % 2 == 0 ? "old" : "new"), STATUS_OK);
        assert_int_not_equal(journal_mark(), mark);
        mark = journal_mark();
        expect(1, i % 2 == 0 ? "old" : "new");
        assert_int_equal(journal_mark(), mark);
    }
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

// ---- power cuts ----

static const char *const filler = "filler of some twenty bytes";

// Fillers that leave no room for the change: in a fresh half, in one that was used before, and there without padding.
enum { FIRST_COMPACTION = 75, SECOND_COMPACTION = 149, BARE_COMPACTION = 150 };

// Records 1 and 2 change together, 3 stays, 4 fills the half so that the cut meets compactions too.
static void prepare(unsigned fill)
{
    open_empty();
    assert_int_equal(put(3, "third"), STATUS_OK);
    struct journal_item old[] = {{1, span_of_text("old-a")}, {2, span_of_text("old-b")}};
    assert_int_equal(journal_commit(old, 2), STATUS_OK);
    for (unsigned i = 0; i < fill; i++) {
        assert_int_equal(put(4, filler), STATUS_OK);
    }
    if (fill == SECOND_COMPACTION) {
        assert_int_equal(put(7, "pads"), STATUS_OK);
    }
}

static void change_both(void)
{
    struct journal_item new[] = {{1, span_of_text("new-a")}, {2, span_of_text("new-b")}};

    (void)journal_commit(new, 2);
}

static bool first_is_new(void)
{
    char value[JOURNAL_VALUE_MAX];
    size_t size;

    assert_int_equal(journal_read(1, value, sizeof value, &size), STATUS_OK);
    return size == 5 && value[0] == 'n';
}

static bool expect_old_or_new(unsigned fill)
{
    bool is_new = first_is_new();

    expect(1, is_new ? "new-a" : "old-a");
    expect(2, is_new ? "new-b" : "old-b");
    expect(3, "third");
    expect(4, fill == 0 ? "" : filler);
    return is_new;
}

// What the first boot after a cut has seen, every later one sees too.
static void expect_stable(unsigned fill)
{
    assert_int_equal(journal_open(), STATUS_OK);
    bool is_new = expect_old_or_new(fill);

    for (unsigned boot = 0; boot < 6; boot++) {
        assert_int_equal(journal_open(), STATUS_OK);
        assert_int_equal(expect_old_or_new(fill), is_new);
    }
    assert_int_equal(put(5, "later"), STATUS_OK);
    for (unsigned boot = 0; boot < 3; boot++) {
        assert_int_equal(journal_open(), STATUS_OK);
        assert_int_equal(expect_old_or_new(fill), is_new);
        expect(5, "later");
    }
}

// Fill levels: the change is appended, in the first use of a half or a later one, or makes a compaction.
static const unsigned fills[] = {
    0, 1, 30, 74, FIRST_COMPACTION, 76, 77, 148, SECOND_COMPACTION, BARE_COMPACTION, 151, 200};

#define EACH(index, table) (size_t index = 0; index < sizeof(table) / sizeof *(table); index++)

static void journal_commit_is_atomic_under_every_cut(void **state)
{
    (void)state;
    static const uint32_t masks[] = {0, 0xffffffff, 0x0000ffff, 0xffff0000, 0x55555555, 0x00ff00ff};

    for
        EACH(f, fills)
        {
        for
            EACH(m, masks)
            {
                bool cut = true;
                for (uint32_t write = 0; cut; write++) {
                    prepare(fills[f]);
                    fake_eeprom_cut(write, masks[m]);
                    change_both();
                    cut = fake_eeprom_was_cut();
                    fake_eeprom_restore_power();
                    expect_stable(fills[f]);
                }
            }
        }
}

static void journal_value_never_flips_back_when_the_torn_word_is_weak(void **state)
{
    (void)state;
    for
        EACH(f, fills)
        {
            for (uint32_t seed = 0; seed < 12; seed++) {
                bool cut = true;
                for (uint32_t write = 0; cut; write++) {
                    prepare(fills[f]);
                    fake_eeprom_cut_weak(write, seed);
                    change_both();
                    cut = fake_eeprom_was_cut();
                    fake_eeprom_restore_power();
                    expect_stable(fills[f]);
                }
            }
        }
}

// The second cut meets what journal_open() writes to put the first one in order.
static void journal_recovers_from_a_cut_in_its_own_recovery(void **state)
{
    (void)state;
    static const unsigned two_fills[] = {1, FIRST_COMPACTION, SECOND_COMPACTION};

    for
        EACH(f, two_fills)
        {
            for (uint32_t seed = 0; seed < 3; seed++) {
                bool cut = true;
                for (uint32_t write = 0; cut; write++) {
                    bool cut_again = true;
                    for (uint32_t second = 0; cut_again; second++) {
                        prepare(two_fills[f]);
                        fake_eeprom_cut_weak(write, seed);
                        change_both();
                        cut = fake_eeprom_was_cut();
                        fake_eeprom_restore_power();
                        fake_eeprom_cut_weak(second, seed + 100);
                        (void)journal_open();
                        cut_again = fake_eeprom_was_cut();
                        fake_eeprom_restore_power();
                        expect_stable(two_fills[f]);
                    }
                }
            }
        }
}

static uint32_t chance(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525U + 1013904223U;
    return (*state >> 8) % below;
}

// Half of the first cuts fall into the words that make a compaction count.
static uint32_t first_cut(uint32_t writes, uint32_t *random)
{
    enum { LAST = 6 };
    bool is_late = chance(random, 2) == 0;

    return is_late ? writes - 1 - chance(random, LAST) : chance(random, writes);
}

// One cut in the change, then several in a row while the journal puts itself in order.
static void cut_and_cut_again(unsigned fill, uint32_t writes, uint32_t *random)
{
    enum { CUTS_MAX = 8, HEAD_WORDS = 4 };
    bool was_seen = false;
    bool was_new = false;

    fake_eeprom_cut_weak(first_cut(writes, random), chance(random, 1U << 20));
    change_both();
    fake_eeprom_restore_power();
    for (unsigned cuts = chance(random, CUTS_MAX); cuts > 0; cuts--) {
        fake_eeprom_cut_weak(chance(random, chance(random, 2) == 0 ? HEAD_WORDS : writes),
                             chance(random, 1U << 20));
        bool is_open = journal_open() == STATUS_OK;
        fake_eeprom_restore_power();
        if (is_open) {
            bool is_new = expect_old_or_new(fill);
            assert_true(!was_seen || is_new == was_new);
            was_seen = true;
            was_new = is_new;
        }
    }
    expect_stable(fill);
    assert_true(!was_seen || first_is_new() == was_new);
}

static void journal_recovers_from_any_row_of_cuts(void **state)
{
    (void)state;
    static uint8_t prepared[JOURNAL_SIZE];
    static const unsigned three_fills[] = {1, FIRST_COMPACTION, SECOND_COMPACTION};
    enum { ROUNDS = 5000 };
    uint32_t random = 1;

    for
        EACH(f, three_fills)
        {
            prepare(three_fills[f]);
            memcpy(prepared, fake_eeprom_bytes(), sizeof prepared);
            uint32_t before = fake_eeprom_writes();
            change_both();
            uint32_t writes = fake_eeprom_writes() - before;
            for (unsigned round = 0; round < ROUNDS; round++) {
                fake_eeprom_reset();
                memcpy(fake_eeprom_bytes(), prepared, sizeof prepared);
                assert_int_equal(journal_open(), STATUS_OK);
                cut_and_cut_again(three_fills[f], writes, &random);
            }
        }
}

// A rewrite of words that were whole would put old values at risk: after an orderly end nothing is written.
// The fill levels mean what they say.
static void journal_test_meets_two_compactions(void **state)
{
    (void)state;
    for
        EACH(f, fills)
        {
            prepare(fills[f]);
            uint32_t writes = fake_eeprom_writes();
            change_both();
            bool compacted = fake_eeprom_writes() - writes > 15;
            assert_int_equal(compacted, fills[f] == FIRST_COMPACTION ||
                                            fills[f] == SECOND_COMPACTION ||
                                            fills[f] == BARE_COMPACTION);
        }
}

static void journal_open_writes_nothing_after_an_orderly_end(void **state)
{
    (void)state;
    for
        EACH(f, fills)
        {
            prepare(fills[f]);
            uint32_t writes = fake_eeprom_writes();
            assert_int_equal(journal_open(), STATUS_OK);
            assert_int_equal(fake_eeprom_writes(), writes);
        }
}

// The killed commit's second record must not come back to life behind a shorter commit in its place.
static void regression_leftover_of_a_cut_commit_stays_dead(void **state)
{
    (void)state;
    for (unsigned size = 0; size < 40; size++) {
        static const uint8_t bytes[40] = {0};
        prepare(0);
        struct journal_item pair[] = {{1, span_of(bytes, 20)}, {2, span_of_text("ghost")}};
        fake_eeprom_cut(5 + 2 + 1 + 2, 0x5a5a5a5a); // its CRC word
        (void)journal_commit(pair, 2);
        fake_eeprom_restore_power();
        assert_int_equal(journal_open(), STATUS_OK);
        expect(2, "old-b");
        struct journal_item item = {6, span_of(bytes, size)};
        assert_int_equal(journal_commit(&item, 1), STATUS_OK);
        assert_int_equal(journal_open(), STATUS_OK);
        expect(2, "old-b");
    }
}

static void journal_reports_an_eeprom_that_refuses_and_keeps_what_it_has(void **state)
{
    (void)state;
    prepare(1);
    fake_eeprom_break(true);
    assert_int_equal(put(1, "never"), STATUS_IO);
    fake_eeprom_break(false);
    expect_stable(1);
    expect(1, "old-a");
}

// What the sources keep in RAM belongs to another EEPROM, as garbage after a power-on would.
static void forget_the_place(void)
{
    static uint8_t content[JOURNAL_SIZE];

    memcpy(content, fake_eeprom_bytes(), sizeof content);
    open_empty();
    memcpy(fake_eeprom_bytes(), content, sizeof content);
}

// It had forgotten where the journal ends, and the next commit lay over the head.
static void regression_what_is_added_behind_a_refused_recovery_lies_over_nothing(void **state)
{
    (void)state;
    bool cut = true;

    for (uint32_t write = 0; cut; write++) {
        prepare(FIRST_COMPACTION);
        fake_eeprom_cut(write, 0x5a5a5a5a);
        change_both();
        cut = fake_eeprom_was_cut();
        fake_eeprom_restore_power();
        forget_the_place();
        fake_eeprom_break(true);
        (void)journal_open();
        fake_eeprom_break(false);
        assert_int_equal(put(7, "added"), STATUS_OK);
        expect_stable(FIRST_COMPACTION);
        expect(7, "added");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journal_returns_the_newest_value_after_reopening),
        cmocka_unit_test(journal_mark_tells_every_commit_and_no_reading),
        cmocka_unit_test(journal_deletes_with_an_empty_value),
        cmocka_unit_test(journal_keeps_everything_over_many_compactions),
        cmocka_unit_test(journal_refuses_what_does_not_fit_and_changes_nothing),
        cmocka_unit_test(journal_commit_is_atomic_under_every_cut),
        cmocka_unit_test(journal_value_never_flips_back_when_the_torn_word_is_weak),
        cmocka_unit_test(journal_recovers_from_a_cut_in_its_own_recovery),
        cmocka_unit_test(journal_recovers_from_any_row_of_cuts),
        cmocka_unit_test(journal_test_meets_two_compactions),
        cmocka_unit_test(journal_open_writes_nothing_after_an_orderly_end),
        cmocka_unit_test(regression_leftover_of_a_cut_commit_stays_dead),
        cmocka_unit_test(journal_reports_an_eeprom_that_refuses_and_keeps_what_it_has),
        cmocka_unit_test(regression_what_is_added_behind_a_refused_recovery_lies_over_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
