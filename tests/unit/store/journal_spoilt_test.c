// SPDX-License-Identifier: Apache-2.0
// A word of the EEPROM that reads wrong without any cut: whichever it is, it costs the record it is in at most.
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

enum { IDS = 9, UNCHANGED = 20, SHAPES = 3 };

// What the ids 1 to 8 got first and last.
static const char *const older[IDS] = {"",      "a", "bb",      "ccc", "dddd",
                                       "eeeee", "",  "ggggggg", "hhhh"};
static const char *const newest[IDS] = {
    "", "A", "BB", "CCC", "DDDD", "EEEEE and quite some more of it", "FFFFFF", "GGGGGGG", ""};

static uint8_t prepared[JOURNAL_SIZE];

static void put(uint8_t id, const char *text)
{
    struct journal_item item = {id, span_of_text(text)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

static void put_first(void)
{
    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    for (uint8_t id = 1; id < IDS; id++) {
        put(id, older[id]);
    }
}

static void put_last(void)
{
    struct journal_item items[IDS];

    for (uint8_t id = 1; id < 4; id++) {
        put(id, newest[id]);
    }
    for (uint8_t id = 4; id < IDS; id++) {
        items[id] = (struct journal_item){id, span_of_text(newest[id])};
    }
    assert_int_equal(journal_commit(items + 4, IDS - 4), STATUS_OK);
}

static void fill_until(unsigned compactions)
{
    unsigned seen = 0;

    while (seen < compactions) {
        uint32_t writes = fake_eeprom_writes();
        put(UNCHANGED, "of no importance");
        seen += fake_eeprom_writes() - writes > 9 ? 1 : 0;
    }
}

// The first use of a half; older values in a compacted half and newest ones behind them; all compacted.
static void prepare(unsigned shape)
{
    put_first();
    if (shape == 0) {
        put_last();
    }
    fill_until(shape == 0 ? 0 : 2);
    if (shape == 1) {
        put_last();
    }
    if (shape == 2) {
        put_last();
        fill_until(1);
    }
    put(UNCHANGED, "");
    memcpy(prepared, fake_eeprom_bytes(), sizeof prepared);
}

static void prepare_again(void)
{
    fake_eeprom_reset();
    memcpy(fake_eeprom_bytes(), prepared, sizeof prepared);
}

struct value {
    char text[JOURNAL_VALUE_MAX];
    size_t size;
};

static struct value read(uint8_t id)
{
    struct value value = {{0}, 0};

    assert_int_equal(journal_read(id, value.text, sizeof value.text, &value.size), STATUS_OK);
    return value;
}

static bool is(struct value value, const char *text)
{
    return value.size == strlen(text) && memcmp(value.text, text, value.size) == 0;
}

// The id that has lost its newest value, to an older one or to none; 0: none has.
static uint8_t lost_one(void)
{
    uint8_t lost = 0;

    for (uint8_t id = 1; id < IDS; id++) {
        struct value value = read(id); // once: it may read otherwise next time
        if (!is(value, newest[id])) {
            assert_int_equal(lost, 0);
            assert_true(is(value, older[id]) || is(value, ""));
            lost = id;
        }
    }
    return lost;
}

static void expect_the_same_from_now_on(void)
{
    assert_int_equal(journal_open(), STATUS_OK);
    uint8_t lost = lost_one();
    uint32_t writes = fake_eeprom_writes();

    for (unsigned start = 0; start < 3; start++) {
        assert_int_equal(journal_open(), STATUS_OK);
        assert_int_equal(lost_one(), lost);
    }
    assert_int_equal(fake_eeprom_writes(), writes);
    put(UNCHANGED, "later");
    assert_int_equal(journal_open(), STATUS_OK);
    assert_int_equal(lost_one(), lost);
    assert_true(is(read(UNCHANGED), "later"));
}

static void xor_word(uint32_t offset, uint32_t mask)
{
    uint32_t word;

    memcpy(&word, fake_eeprom_bytes() + offset, sizeof word);
    word ^= mask;
    memcpy(fake_eeprom_bytes() + offset, &word, sizeof word);
}

static void journal_loses_one_record_at_most_to_a_spoilt_word(void **state)
{
    (void)state;
    static const uint32_t masks[] = {1, 0x00050000, UINT32_MAX};

    for (unsigned shape = 0; shape < SHAPES; shape++) {
        prepare(shape);
        for (uint32_t offset = 0; offset < JOURNAL_SIZE; offset += 4) {
            for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
                prepare_again();
                xor_word(offset, masks[i]);
                expect_the_same_from_now_on();
            }
        }
    }
}

static void journal_loses_one_record_at_most_to_a_word_of_zeros(void **state)
{
    (void)state;
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        prepare(shape);
        for (uint32_t offset = 0; offset < JOURNAL_SIZE; offset += 4) {
            prepare_again();
            memset(fake_eeprom_bytes() + offset, 0, 4);
            expect_the_same_from_now_on();
        }
    }
}

// A value that is no one's would be worse than none: what is copied was read whole.
static void journal_makes_up_no_value_from_a_weak_word(void **state)
{
    (void)state;
    enum { ROUNDS = 8 };

    for (unsigned shape = 0; shape < SHAPES; shape++) {
        prepare(shape);
        for (uint32_t offset = 0; offset < JOURNAL_SIZE; offset += 4) {
            for (unsigned round = 0; round < ROUNDS; round++) {
                prepare_again();
                fake_eeprom_weaken(offset);
                assert_int_equal(journal_open(), STATUS_OK);
                (void)lost_one();
            }
        }
    }
}

// Nodes run for years: the next compaction comes sooner than the next start.
static void journal_loses_one_record_at_most_to_a_word_that_goes_bad_while_it_runs(void **state)
{
    (void)state;
    static const uint32_t masks[] = {0x00000100, 0x00ff0000};

    for (unsigned shape = 0; shape < SHAPES; shape++) {
        prepare(shape);
        for (uint32_t offset = 0; offset < JOURNAL_SIZE; offset += 4) {
            for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
                prepare_again();
                assert_int_equal(journal_open(), STATUS_OK);
                xor_word(offset, masks[i]);
                uint8_t lost = lost_one();
                fill_until(1);
                put(UNCHANGED, "");
                assert_int_equal(lost_one(), lost);
                expect_the_same_from_now_on();
            }
        }
    }
}

static void journal_reads_around_a_spoilt_word_when_nothing_can_be_written(void **state)
{
    (void)state;
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        prepare(shape);
        for (uint32_t offset = 0; offset < JOURNAL_SIZE; offset += 4) {
            prepare_again();
            xor_word(offset, UINT32_MAX);
            fake_eeprom_break(true);
            enum status status = journal_open();
            assert_true(status == STATUS_OK || status == STATUS_IO);
            (void)lost_one();
            fake_eeprom_break(false);
            put(UNCHANGED, "later");
            (void)lost_one();
        }
    }
}

// Two of the four words of the head: then there is no journal, and what it held must not come back to life in part.
static void journal_without_a_head_is_an_empty_one(void **state)
{
    (void)state;
    for (unsigned shape = 0; shape < SHAPES; shape++) {
        prepare(shape);
        for (uint32_t half = 0; half < JOURNAL_SIZE; half += JOURNAL_HALF_SIZE) {
            xor_word(half, 0xdeadbeef);
            xor_word(half + 4, 0x12345678);
        }
        assert_int_equal(journal_open(), STATUS_OK);
        for (uint8_t id = 1; id < IDS; id++) {
            assert_true(is(read(id), ""));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journal_loses_one_record_at_most_to_a_spoilt_word),
        cmocka_unit_test(journal_loses_one_record_at_most_to_a_word_of_zeros),
        cmocka_unit_test(journal_makes_up_no_value_from_a_weak_word),
        cmocka_unit_test(journal_loses_one_record_at_most_to_a_word_that_goes_bad_while_it_runs),
        cmocka_unit_test(journal_reads_around_a_spoilt_word_when_nothing_can_be_written),
        cmocka_unit_test(journal_without_a_head_is_an_empty_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
