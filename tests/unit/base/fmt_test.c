// SPDX-License-Identifier: Apache-2.0
#include "base/fmt.h"
#include "base/span.h"
#include "tests/host/cmocka_all.h"

static char buffer[64];
static struct fmt out;

static int setup(void **state)
{
    (void)state;
    memset(buffer, '#', sizeof buffer);
    fmt_init(&out, buffer, sizeof buffer);
    return 0;
}

static void fmt_writes_numbers_with_width_and_padding(void **state)
{
    (void)state;
    fmt_add(&out, "%d %d %u %lu %ld", -2147483647 - 1, 0, 4294967295U, 4294967295UL, -1L);
    assert_string_equal(buffer, "-2147483648 0 4294967295 4294967295 -1");
    setup(state);
    fmt_add(&out, "%08lX|%8x|%02u|%x|%%", 0xB9D45861UL, 0xabcU, 7U, 0U);
    assert_string_equal(buffer, "B9D45861|     abc|07|0|%");
}

static void fmt_writes_texts_with_a_limit(void **state)
{
    (void)state;
    fmt_add(&out, "%s[%.*s]%c", "ab", 3, "defgh", 'z');
    assert_string_equal(buffer, "ab[def]z");
    fmt_add(&out, "%.*s", 10, "short");
    assert_string_equal(buffer, "ab[def]zshort");
    fmt_add(&out, "%.*s", 0, "x");
    assert_int_equal(out.length, strlen(buffer));
}

static void fmt_cuts_at_its_capacity_and_says_so(void **state)
{
    (void)state;
    char small[4];

    fmt_init(&out, small, sizeof small);
    fmt_add(&out, "abc");
    assert_false(out.overflowed);
    fmt_add(&out, "d%u", 5U);
    assert_true(out.overflowed);
    assert_string_equal(small, "abc");
    fmt_init(&out, small, 1);
    fmt_add(&out, "x");
    assert_string_equal(small, "");
}

static void fmt_bytes_may_hold_zeros(void **state)
{
    (void)state;
    fmt_add_bytes(&out, span_of("a\0b", 3));
    assert_int_equal(fmt_span(&out).size, 3);
    assert_memory_equal(buffer, "a\0b", 4);
    fmt_add_bytes(&out, span_of(NULL, 0));
    assert_int_equal(out.length, 3);
}

static void fmt_parses_whole_decimal_numbers_only(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    "-1",         "+1",          " 1", "1 ",
                                      "0x1", "4294967296", "99999999999", "1.0"};
    uint32_t value = 7;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(fmt_parse_u32(span_of_text(bad[i]), &value));
    }
    assert_true(fmt_parse_u32(span_of_text("4294967295"), &value));
    assert_int_equal(value, UINT32_MAX);
    assert_true(fmt_parse_u32(span_of_text("0000000012"), &value));
    assert_int_equal(value, 12);
}

static void span_compares_and_cuts_safely(void **state)
{
    (void)state;
    assert_true(span_equals(span_of(NULL, 0), span_of_text("")));
    assert_false(span_equals(span_of_text("a"), span_of_text("ab")));
    assert_true(span_starts_with(span_of_text("abc"), span_of_text("")));
    assert_false(span_starts_with(span_of_text("ab"), span_of_text("abc")));
    assert_int_equal(span_after(span_of_text("abc"), 3).size, 0);
    assert_int_equal(span_after(span_of_text("abc"), 99).size, 0);
    assert_memory_equal(span_after(span_of_text("abc"), 1).data, "bc", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(fmt_writes_numbers_with_width_and_padding, setup),
        cmocka_unit_test_setup(fmt_writes_texts_with_a_limit, setup),
        cmocka_unit_test_setup(fmt_cuts_at_its_capacity_and_says_so, setup),
        cmocka_unit_test_setup(fmt_bytes_may_hold_zeros, setup),
        cmocka_unit_test_setup(fmt_parses_whole_decimal_numbers_only, setup),
        cmocka_unit_test_setup(span_compares_and_cuts_safely, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
