// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cli/dialogue.h"

static struct dialogue dialogue;

static int set_up(void **state)
{
    (void)state;
    return dialogue_open(&dialogue) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dialogue_close(&dialogue);
    return 0;
}

static void print(const char *text)
{
    dialogue_add_bytes(&dialogue, span_of_text(text));
}

static void a_line_comes_in_any_pieces(void **state)
{
    (void)state;
    print("\r\nPass");
    assert_int_equal(dialogue.count, 0);
    print("word Correct\r");
    print("\nOK\r\n");
    assert_int_equal(dialogue.count, 2);
    assert_string_equal(dialogue_line(&dialogue, 0)->text, "Password Correct");
    assert_string_equal(dialogue_line(&dialogue, 1)->text, "OK");
    assert_null(dialogue_line(&dialogue, 2));
}

static void a_text_is_found_once_and_in_order(void **state)
{
    (void)state;
    print("FW check\r\n[12]MQTT open success\r\nOK\r\n");
    assert_true(dialogue_find(&dialogue, "open success"));
    assert_false(dialogue_find(&dialogue, "open success"));
    assert_false(dialogue_find(&dialogue, "FW check"));
    print("OK\r\n");
    assert_true(dialogue_find(&dialogue, "OK"));
}

static void what_was_typed_or_sent_is_not_the_nodes_word(void **state)
{
    (void)state;
    dialogue_add(&dialogue, TYPED, span_of_text("AT+UPGRADE"));
    dialogue_add(&dialogue, DOWNLINK, span_of_text("AT+UPGRADE"));
    dialogue_add(&dialogue, UPLINK, span_of_text("AT+UPGRADE"));
    assert_false(dialogue_find(&dialogue, "AT+UPGRADE"));
    assert_int_equal(dialogue_line(&dialogue, 0)->kind, TYPED);
}

static void skipped_lines_do_not_count(void **state)
{
    (void)state;
    print("OK\r\n");
    dialogue_skip(&dialogue);
    assert_false(dialogue_find(&dialogue, "OK"));
}

static bool is_same(const char *message, const char *text)
{
    return strcmp(message, text) == 0;
}

static void each_uplink_is_taken_once(void **state)
{
    (void)state;
    dialogue_add(&dialogue, UPLINK, span_of_text("one"));
    dialogue_add(&dialogue, UPLINK, span_of_text("two"));
    dialogue_add(&dialogue, UPLINK, span_of_text("one"));
    assert_non_null(dialogue_take_uplink(&dialogue, 0, is_same, "one"));
    assert_null(dialogue_take_uplink(&dialogue, 3, is_same, "one"));
    assert_non_null(dialogue_take_uplink(&dialogue, 0, is_same, "one"));
    assert_null(dialogue_take_uplink(&dialogue, 0, is_same, "one"));
    assert_null(dialogue_take_uplink(&dialogue, 2, is_same, "two"));
}

static void bytes_that_are_no_text_become_question_marks(void **state)
{
    (void)state;
    dialogue_add(&dialogue, UPLINK, span_of("a\0\033[2J\xff", 7));
    assert_string_equal(dialogue_line(&dialogue, 0)->text, "a??[2J?");
}

static void long_lines_are_cut_and_old_ones_forgotten(void **state)
{
    (void)state;
    static char text[2 * DIALOGUE_TEXT_SIZE];

    memset(text, 'x', sizeof text - 1);
    print(text);
    print("\n");
    assert_int_equal(strlen(dialogue_line(&dialogue, 0)->text), DIALOGUE_TEXT_SIZE - 1);
    for (unsigned i = 1; i <= DIALOGUE_KEPT; i++) {
        snprintf(text, sizeof text, "%u\n", i);
        print(text);
    }
    assert_null(dialogue_line(&dialogue, 0));
    assert_string_equal(dialogue_line(&dialogue, 1)->text, "1");
    snprintf(text, sizeof text, "%d", DIALOGUE_KEPT);
    assert_string_equal(dialogue_line(&dialogue, DIALOGUE_KEPT)->text, text);
    assert_true(dialogue_find(&dialogue, "1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_line_comes_in_any_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_is_found_once_and_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_typed_or_sent_is_not_the_nodes_word, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(skipped_lines_do_not_count, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_uplink_is_taken_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bytes_that_are_no_text_become_question_marks, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(long_lines_are_cut_and_old_ones_forgotten, set_up,
                                        tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
