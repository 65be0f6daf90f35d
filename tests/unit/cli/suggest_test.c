// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include "cli/suggest.h"

static const char *nearest(const char *word)
{
    static const char *const names[] = {"image", "device", "assign", "serve", "trigger", "node"};
    struct suggestion suggestion = {.word = word};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        suggestion_offer(&suggestion, names[i]);
    }
    return suggestion_get(&suggestion);
}

static void a_slip_of_the_finger_finds_the_name(void **state)
{
    (void)state;
    assert_string_equal(nearest("imgae"), "image");
    assert_string_equal(nearest("images"), "image");
    assert_string_equal(nearest("devce"), "device");
    assert_string_equal(nearest("sreve"), "serve");
    assert_string_equal(nearest("tigger"), "trigger");
    assert_string_equal(nearest("SREVE"), "serve");
}

static void the_begin_of_a_name_finds_it(void **state)
{
    (void)state;
    assert_string_equal(nearest("dev"), "device");
    assert_string_equal(nearest("tr"), "trigger");
    assert_string_equal(nearest("DEV"), "device");
}

static void another_word_finds_nothing(void **state)
{
    (void)state;
    assert_null(nearest("flash"));
    assert_null(nearest("x"));
    assert_null(nearest(""));
    assert_null(nearest("a-word-that-is-much-longer-than-any-command-can-be"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_of_the_finger_finds_the_name),
        cmocka_unit_test(the_begin_of_a_name_finds_it),
        cmocka_unit_test(another_word_finds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
