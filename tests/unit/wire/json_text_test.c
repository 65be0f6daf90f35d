// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/host/cmocka_all.h"
#include "wire/json_text.h"

static void json_text_escapes_what_a_json_text_may_not_hold(void **state)
{
    (void)state;
    char text[100];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    struct span given = span_of("a\"b\\c\r\n\t\x01\x7f\xff~ ", 13);
    assert_int_equal(json_text_add(&out, given, sizeof text), given.size);
    assert_string_equal(text, "a\\\"b\\\\c\\r\\n\\t\\u0001\\u007f\\u00ff~ ");
    assert_false(out.overflowed);
}

static void json_text_stops_before_a_character_that_does_not_fit(void **state)
{
    (void)state;
    char text[8];
    struct fmt out;

    for (size_t limit = 0; limit < 20; limit++) {
        fmt_init(&out, text, sizeof text);
        size_t taken = json_text_add(&out, span_of("ab\x01z", 4), limit);
        assert_int_equal(taken, limit < 2 ? limit : 2); // "\u0001" would need 8, the buffer holds 7
        assert_int_equal(out.length, taken);
        assert_false(out.overflowed);
    }
    fmt_init(&out, text, sizeof text);
    assert_int_equal(json_text_add(&out, span_of("\x01z", 2), 20), 2);
    assert_string_equal(text, "\\u0001z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_text_escapes_what_a_json_text_may_not_hold),
        cmocka_unit_test(json_text_stops_before_a_character_that_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
