// SPDX-License-Identifier: Apache-2.0
// Texts of AT+COMMANDx and AT+DATACUTx by the examples of the vendor's converter manuals.
#include <string.h>

#include "node/core/question.h"
#include "tests/host/cmocka_all.h"

static bool reads(const char *text, struct question *question)
{
    return question_read(span_of_text(text), question);
}

static bool cuts(const char *text, struct question_cut *cut)
{
    return question_read_cut(span_of_text(text), cut);
}

static void a_command_is_bytes_and_a_crc_if_wanted(void **state)
{
    struct question question;

    (void)state;
    assert_true(reads("01030BB80002,1", &question));
    assert_int_equal(question.size, 8);
    assert_memory_equal(question.bytes, "\x01\x03\x0B\xB8\x00\x02\x46\x0A", 8);
    assert_true(reads("0a0500040001,0", &question));
    assert_int_equal(question.size, 6);
    assert_memory_equal(question.bytes, "\x0A\x05\x00\x04\x00\x01", 6);
    assert_true(reads("NULL", &question));
    assert_int_equal(question.size, 0);
}

static void a_command_of_another_form_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "0",
        "01",
        "01,",
        "01,2",
        "01,11",
        ",1",
        "0103 ,1",
        "0g,1",
        "010,1",
        "000102030405060708090a0b0c0d0e,1",
        "null",
    };
    struct question question;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(reads(bad[i], &question));
    }
    assert_true(reads("000102030405060708090a0b0c0d,1", &question));
    assert_int_equal(question.size, QUESTION_SIZE_MAX);
}

static void a_cut_is_bytes_or_ranges(void **state)
{
    struct question_cut cut;

    (void)state;
    assert_true(cuts("0,0,0", &cut));
    assert_int_equal(cut.count, 0);
    assert_true(cuts("16,1,5+6+9+10", &cut));
    assert_int_equal(cut.answer_size, 16);
    assert_int_equal(cut.count, 4);
    assert_int_equal(cut.ranges[3].first, 10);
    assert_int_equal(cut.ranges[3].last, 10);
    assert_true(cuts("11,2,5~7+8~10", &cut));
    assert_int_equal(cut.count, 2);
    assert_int_equal(cut.ranges[0].first, 5);
    assert_int_equal(cut.ranges[0].last, 7);
}

static void a_cut_of_another_form_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "0",
        "0,0",
        "0,0,1",
        "1,0,0",
        "11,1,",
        "11,1,12",
        "11,1,0",
        "11,2,5",
        "11,2,7~5",
        "11,2,5~12",
        "11,2,5~7+",
        "11,2,~7",
        "11,3,5~7",
        "129,1,1",
        "11,1,5+",
        "11,1,+5",
        "11,1,1+2+3+4+5+6+7",
        "45,2,1~2+3~4+5~6+7~8",
        "11,1,5,6",
        "11,1,5~6",
    };
    struct question_cut cut;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (cuts(bad[i], &cut)) {
            fail_msg("\"%s\" was taken", bad[i]);
        }
    }
    assert_true(cuts("11,1,1+2+3+4+5+6", &cut));
    assert_true(cuts("45,2,1~2+3~4+5~6", &cut));
}

static void numbers_are_a_first_and_a_last(void **state)
{
    static const char *const bad[] = {"", "1", "1,", ",5", "0,5", "5,1", "1,16", "1,2,3", "a,b"};
    struct question_range numbers;

    (void)state;
    assert_true(question_read_numbers(span_of_text("2,15"), &numbers));
    assert_int_equal(numbers.first, 2);
    assert_int_equal(numbers.last, 15);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(question_read_numbers(span_of_text(bad[i]), &numbers));
    }
}

// ---- answers ----

static size_t values(const char *command, const char *cut_text, bool as_modbus, struct span answer,
                     uint8_t out[QUESTION_ANSWER_MAX])
{
    struct question question;
    struct question_cut cut;

    assert_true(reads(command, &question));
    assert_true(cuts(cut_text, &cut));
    return question_values(&question, &cut, as_modbus, answer, out, QUESTION_ANSWER_MAX);
}

// 15 bytes of the manual's example.
static const uint8_t example[] = {0x20, 0x20, 0x0a, 0x20, 0x32, 0x20, 0x0d, 0x0a,
                                  0x30, 0x2e, 0x30, 0x37, 0x30, 0x2d, 0x37};

static void a_cut_takes_its_bytes_in_order(void **state)
{
    struct span answer = span_of(example, sizeof example);
    uint8_t out[QUESTION_ANSWER_MAX];

    (void)state;
    assert_int_equal(values("AA,0", "15,1,5+9+4", false, answer, out), 3);
    assert_memory_equal(out, "\x32\x30\x20", 3);
    assert_int_equal(values("AA,0", "15,2,9~11+1~1", false, answer, out), 4);
    assert_memory_equal(out, "\x30\x2e\x30\x20", 4);
}

static void an_answer_of_another_size_gives_ff_in_place(void **state)
{
    struct span answer = span_of(example, sizeof example);
    uint8_t out[QUESTION_ANSWER_MAX];

    (void)state;
    assert_int_equal(values("AA,0", "14,1,5+9", false, answer, out), 2);
    assert_memory_equal(out, "\xFF\xFF", 2);
    assert_int_equal(values("AA,0", "15,2,4~6", false, span_of(NULL, 0), out), 3);
    assert_memory_equal(out, "\xFF\xFF\xFF", 3);
}

static void a_modbus_answer_gives_its_data(void **state)
{
    static const uint8_t words[] = {1, 3, 4, 0x0A, 0x0B, 0x0C, 0x0D, 0, 0};
    static const uint8_t coils[] = {1, 2, 2, 0xAC, 0xDB, 0, 0};
    uint8_t out[QUESTION_ANSWER_MAX];

    (void)state;
    assert_int_equal(values("010300000002,1", "0,0,0", true, span_of(words, 9), out), 4);
    assert_memory_equal(out, "\x0A\x0B\x0C\x0D", 4);
    assert_int_equal(values("01020040000A,1", "0,0,0", true, span_of(coils, 7), out), 2);
    assert_memory_equal(out, "\xAC\xDB", 2);
    assert_int_equal(values("010300000002,1", "0,0,0", true, span_of(NULL, 0), out), 4);
    assert_memory_equal(out, "\xFF\xFF\xFF\xFF", 4);
    // A cut comes before.
    assert_int_equal(values("010300000002,1", "9,1,7", true, span_of(words, 9), out), 1);
    assert_int_equal(out[0], 0x0D);
}

static void without_a_cut_the_whole_answer_counts(void **state)
{
    uint8_t out[QUESTION_ANSWER_MAX];

    (void)state;
    assert_int_equal(values("AA,0", "0,0,0", false, span_of(example, 15), out), 15);
    assert_memory_equal(out, example, 15);
    assert_int_equal(values("AA,0", "0,0,0", false, span_of(NULL, 0), out), 0);
    // A function that is no "read" has no data.
    assert_int_equal(values("010600000002,1", "0,0,0", true, span_of(example, 15), out), 15);
}

static void a_crc_is_asked_for_by_a_question_that_has_one(void **state)
{
    static const uint8_t good[] = {0x02, 0x07, 0x41, 0x12};
    struct question question;

    (void)state;
    assert_true(reads("01,1", &question));
    assert_true(question_is_answered(&question, span_of(good, 4)));
    assert_false(question_is_answered(&question, span_of(good, 3)));
    assert_false(question_is_answered(&question, span_of(good, 0)));
    assert_true(reads("01,0", &question));
    assert_true(question_is_answered(&question, span_of(good, 1)));
    assert_false(question_is_answered(&question, span_of(good, 0)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_bytes_and_a_crc_if_wanted),
        cmocka_unit_test(a_command_of_another_form_is_refused),
        cmocka_unit_test(a_cut_is_bytes_or_ranges),
        cmocka_unit_test(a_cut_of_another_form_is_refused),
        cmocka_unit_test(numbers_are_a_first_and_a_last),
        cmocka_unit_test(a_cut_takes_its_bytes_in_order),
        cmocka_unit_test(an_answer_of_another_size_gives_ff_in_place),
        cmocka_unit_test(a_modbus_answer_gives_its_data),
        cmocka_unit_test(without_a_cut_the_whole_answer_counts),
        cmocka_unit_test(a_crc_is_asked_for_by_a_question_that_has_one),
    };
    return cmocka_run_group_tests_name("question", tests, NULL, NULL);
}
