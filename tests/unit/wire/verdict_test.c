// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "wire/verdict.h"

static const struct {
    uint32_t number;
    const char *text;
} rows[] = {
#define VERDICT(number, name, text) {number, text},
#include "wire/verdicts.def"
#undef VERDICT
};
enum { COUNT = sizeof rows / sizeof rows[0] };

// A number passes between two binaries of different age.
static void numbers_are_as_published(void **state)
{
    (void)state;
    assert_int_equal(VERDICT_GOOD, 0);
    assert_int_equal(VERDICT_UNSIGNED, 4);
    assert_int_equal(VERDICT_SIGNATURE, 7);
    assert_int_equal(VERDICT_COUNTER, 10);
    assert_int_equal(VERDICT_START, 12);
}

static void every_verdict_has_its_own_number_and_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(verdict_text(rows[i].number), rows[i].text);
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(rows[i].number, rows[k].number);
            assert_string_not_equal(rows[i].text, rows[k].text);
        }
    }
}

static void an_unknown_number_is_a_refusal(void **state)
{
    (void)state;
    assert_string_equal(verdict_text(COUNT), "refused");
    assert_string_equal(verdict_text(UINT32_MAX), "refused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_published),
        cmocka_unit_test(every_verdict_has_its_own_number_and_text),
        cmocka_unit_test(an_unknown_number_is_a_refusal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
