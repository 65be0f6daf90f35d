// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "cli/line_editor.h"

static struct line_editor editor;

static int begin(void **state)
{
    (void)state;
    line_editor_init(&editor);
    return 0;
}

static enum line_editor_event type(const char *keys)
{
    enum line_editor_event event = LINE_EDITOR_GOES_ON;

    for (; *keys != '\0'; keys++) {
        event = line_editor_key(&editor, *keys);
    }
    return event;
}

static void what_is_typed_is_shown_and_entered(void **state)
{
    (void)state;
    assert_int_equal(type("A"), LINE_EDITOR_GOES_ON);
    assert_string_equal(editor.shown, "A");
    assert_int_equal(type("T\r"), LINE_EDITOR_ENTERED);
    assert_string_equal(editor.shown, "\r\n");
    assert_string_equal(editor.line, "AT");
    assert_int_equal(type("B\n"), LINE_EDITOR_ENTERED);
    assert_string_equal(editor.line, "B");
}

static void backspace_takes_the_last_character_back(void **state)
{
    (void)state;
    type("AX\177");
    assert_string_equal(editor.shown, "\b \b");
    type("T\r");
    assert_string_equal(editor.line, "AT");
    type("\177\b");
    assert_string_equal(editor.shown, "");
}

static void regression_backspace_takes_a_character_of_several_bytes_back_as_a_whole(void **state)
{
    (void)state;
    type("A\xE2\x82\xAC\177");
    assert_string_equal(editor.shown, "\b \b");
    type("T\r");
    assert_string_equal(editor.line, "AT");
}

static void regression_a_line_that_a_node_does_not_take_reaches_it_too_long(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 301; i++) {
        type("x");
    }
    assert_int_equal(type("\r"), LINE_EDITOR_ENTERED);
    assert_int_equal(strlen(editor.line), 301);
}

static void ctrl_u_takes_the_whole_line_back(void **state)
{
    (void)state;
    type("wrong\025AT\r");
    assert_string_equal(editor.line, "AT");
}

static void arrow_keys_and_control_characters_put_nothing_into_the_line(void **state)
{
    (void)state;
    type("A\033[A\033[1;5C\033OP\t\001T\r");
    assert_string_equal(editor.line, "AT");
}

static void ctrl_c_and_ctrl_d_leave(void **state)
{
    (void)state;
    assert_int_equal(type("AT\003"), LINE_EDITOR_LEFT);
    assert_int_equal(type("\004"), LINE_EDITOR_LEFT);
}

static void a_half_line_is_wiped_for_the_nodes_words_and_comes_back_behind_them(void **state)
{
    (void)state;
    type("AT+CF");
    line_editor_make_room(&editor);
    assert_string_equal(editor.shown, "\r\033[K");
    line_editor_come_back(&editor, ']');
    assert_string_equal(editor.shown, "");
    type("G");
    assert_string_equal(editor.shown, "");
    line_editor_make_room(&editor);
    assert_string_equal(editor.shown, "");
    line_editor_come_back(&editor, '\n');
    assert_string_equal(editor.shown, "AT+CFG");
    assert_int_equal(type("\r"), LINE_EDITOR_ENTERED);
    assert_string_equal(editor.line, "AT+CFG");
}

static void nothing_is_wiped_when_nothing_was_typed(void **state)
{
    (void)state;
    line_editor_make_room(&editor);
    assert_string_equal(editor.shown, "");
    line_editor_come_back(&editor, '\n');
    assert_string_equal(editor.shown, "");
}

static void regression_what_is_typed_into_the_nodes_line_does_not_wipe_it(void **state)
{
    (void)state;
    line_editor_make_room(&editor);
    line_editor_come_back(&editor, '[');
    type("A");
    assert_string_equal(editor.shown, "");
    line_editor_make_room(&editor);
    assert_string_equal(editor.shown, "");
    line_editor_come_back(&editor, '\n');
    assert_string_equal(editor.shown, "A");
}

static void a_line_that_is_too_long_keeps_its_beginning(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LINE_EDITOR_MAX + 50; i++) {
        type("x");
    }
    assert_int_equal(type("\r"), LINE_EDITOR_ENTERED);
    assert_int_equal(strlen(editor.line), LINE_EDITOR_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_typed_is_shown_and_entered, begin),
        cmocka_unit_test_setup(backspace_takes_the_last_character_back, begin),
        cmocka_unit_test_setup(
            regression_backspace_takes_a_character_of_several_bytes_back_as_a_whole, begin),
        cmocka_unit_test_setup(regression_a_line_that_a_node_does_not_take_reaches_it_too_long,
                               begin),
        cmocka_unit_test_setup(ctrl_u_takes_the_whole_line_back, begin),
        cmocka_unit_test_setup(arrow_keys_and_control_characters_put_nothing_into_the_line, begin),
        cmocka_unit_test_setup(ctrl_c_and_ctrl_d_leave, begin),
        cmocka_unit_test_setup(a_half_line_is_wiped_for_the_nodes_words_and_comes_back_behind_them,
                               begin),
        cmocka_unit_test_setup(regression_what_is_typed_into_the_nodes_line_does_not_wipe_it,
                               begin),
        cmocka_unit_test_setup(nothing_is_wiped_when_nothing_was_typed, begin),
        cmocka_unit_test_setup(a_line_that_is_too_long_keeps_its_beginning, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
