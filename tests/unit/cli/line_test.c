// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdio.h>

#include "cli/line.h"

enum { WORDS_MAX = 8 };

static bool force;
static const char *output;
static uint32_t timeout_s;

static const struct cli_command command = {.name = "try", .help = "usage: nbota try IN\n"};

static int parse(int count, const char *const words[])
{
    static char copies[WORDS_MAX][32];
    static char *argv[WORDS_MAX + 1];
    const struct line_option options[] = {
        {.name = "force", .letter = 'f', .flag = &force},
        {.name = "output", .letter = 'o', .text = &output},
        {.name = "timeout", .number = &timeout_s},
    };
    const struct line line = {&command, options, 3, 1, 2};

    force = false;
    output = NULL;
    timeout_s = 7;
    for (int i = 0; i < count; i++) {
        snprintf(copies[i], sizeof copies[i], "%s", words[i]);
        argv[i] = copies[i];
    }
    argv[count] = NULL;
    int first = line_parse(&line, count, argv);
    return first == LINE_WRONG ? LINE_WRONG : count - first;
}

#define PARSE(...)                                                                                 \
    parse((int)(sizeof(const char *[]){__VA_ARGS__} / sizeof(const char *)),                       \
          (const char *[]){__VA_ARGS__})

static void options_stand_before_or_behind_words(void **state)
{
    (void)state;
    assert_int_equal(PARSE("try", "-f", "a.bin", "-o", "b.bin"), 1);
    assert_true(force);
    assert_string_equal(output, "b.bin");
    assert_int_equal(PARSE("try", "a.bin", "b", "--timeout=90", "--output", "c"), 2);
    assert_false(force);
    assert_string_equal(output, "c");
    assert_int_equal(timeout_s, 90);
}

static void absent_options_keep_their_default(void **state)
{
    (void)state;
    assert_int_equal(PARSE("try", "a.bin"), 1);
    assert_false(force);
    assert_null(output);
    assert_int_equal(timeout_s, 7);
}

static void words_behind_two_dashes_are_no_options(void **state)
{
    (void)state;
    assert_int_equal(PARSE("try", "--", "-f"), 1);
    assert_false(force);
}

static void a_wrong_number_is_refused(void **state)
{
    (void)state;
    assert_int_equal(PARSE("try", "a", "--timeout", "soon"), LINE_WRONG);
    assert_int_equal(PARSE("try", "a", "--timeout", "-1"), LINE_WRONG);
    assert_int_equal(PARSE("try", "a", "--timeout", "4294967296"), LINE_WRONG);
    assert_int_equal(PARSE("try", "a", "--timeout="), LINE_WRONG);
}

static void an_unknown_option_or_a_missing_value_is_refused(void **state)
{
    (void)state;
    assert_int_equal(PARSE("try", "a", "--forec"), LINE_WRONG);
    assert_int_equal(PARSE("try", "a", "-x"), LINE_WRONG);
    assert_int_equal(PARSE("try", "a", "-o"), LINE_WRONG);
    assert_int_equal(PARSE("try", "a", "--force=yes"), LINE_WRONG);
}

static void too_few_and_too_many_words_are_refused(void **state)
{
    (void)state;
    assert_int_equal(PARSE("try"), LINE_WRONG);
    assert_int_equal(PARSE("try", "a", "b", "c"), LINE_WRONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_before_or_behind_words),
        cmocka_unit_test(absent_options_keep_their_default),
        cmocka_unit_test(words_behind_two_dashes_are_no_options),
        cmocka_unit_test(a_wrong_number_is_refused),
        cmocka_unit_test(an_unknown_option_or_a_missing_value_is_refused),
        cmocka_unit_test(too_few_and_too_many_words_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
