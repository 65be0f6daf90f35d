// SPDX-License-Identifier: Apache-2.0
#include "base/fmt.h"
#include "node/driver/modem/at.h"
#include "node/driver/modem/dialogue.h"
#include "node/port/counters.h"
#include "node/port/modem_pins.h"
#include "tests/host/cmocka_all.h"

// The library's engine wants one; nothing here runs it.
const struct dialogue *const modem_dialogue = NULL;

void modem_reset_line(bool low)
{
    (void)low;
}

void modem_power_key(bool pressed)
{
    (void)pressed;
}

bool modem_is_on(void)
{
    return false;
}

static struct at at;

static enum at_event feed(const void *bytes, size_t size)
{
    enum at_event last = AT_NOTHING;

    for (size_t i = 0; i < size; i++) {
        enum at_event event = at_feed(&at, ((const uint8_t *)bytes)[i]);
        last = event != AT_NOTHING ? event : last;
    }
    return last;
}

static enum at_event feed_text(const char *text)
{
    return feed(text, strlen(text));
}

static void expect_message(const char *topic, const void *payload, size_t size)
{
    struct span got_topic;
    struct span got;

    assert_true(mailbox_first(&at.mailbox, &got_topic, &got));
    assert_int_equal(got_topic.size, strlen(topic));
    assert_memory_equal(got_topic.data, topic, got_topic.size);
    assert_int_equal(got.size, size);
    if (size > 0) {
        assert_memory_equal(got.data, payload, size);
    }
    mailbox_drop_first(&at.mailbox);
}

static void expect_no_message(void)
{
    struct span topic;
    struct span payload;

    assert_false(mailbox_first(&at.mailbox, &topic, &payload));
}

static int setup(void **state)
{
    (void)state;
    counters_clear();
    at_reset(&at, bc660k_dialogue.messages);
    return 0;
}

static void line_ends_at_cr_or_lf_and_empty_ones_are_no_lines(void **state)
{
    (void)state;
    assert_int_equal(feed_text("\r\n\r\nO"), AT_NOTHING);
    assert_int_equal(feed_text("K\r"), AT_LINE);
    assert_string_equal(at.line, "OK");
    assert_int_equal(feed_text("\n"), AT_NOTHING);
}

static void line_too_long_is_cut_and_counted(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        assert_int_equal(at_feed(&at, 'x'), AT_NOTHING);
    }
    assert_int_equal(feed_text("\r"), AT_LINE);
    assert_int_equal(strlen(at.line), AT_LINE_MAX);
    assert_int_equal(counter_read(COUNTER_MODEM_LONG_LINES), 1);
    assert_int_equal(feed_text("OK\r"), AT_LINE);
    assert_int_equal(counter_read(COUNTER_MODEM_LONG_LINES), 1);
}

// An image holds whatever a modem may say.
static void message_payload_may_hold_any_bytes(void **state)
{
    (void)state;
    static const char payload[] =
        "\r\nOK\r\n\0\"\r\n+QMTSTAT: 0,1\r\nERROR\r\n\"\x1a,+QMTRECV: 0,0,\"a\",1,\"";
    char header[80];
    struct fmt out;

    fmt_init(&out, header, sizeof header);
    fmt_add(&out, "\r\n+QMTRECV: 0,0,\"v2/fw/response/1/chunk/7\",%u,\"", (unsigned)sizeof payload);
    assert_int_equal(feed_text(header), AT_NOTHING);
    assert_int_equal(feed(payload, sizeof payload), AT_NOTHING);
    assert_int_equal(feed_text("\"\r\n"), AT_MESSAGE);
    expect_message("v2/fw/response/1/chunk/7", payload, sizeof payload);
    assert_int_equal(feed_text("\r\nOK\r"), AT_LINE);
    assert_string_equal(at.line, "OK");
}

static void message_may_be_empty(void **state)
{
    (void)state;
    assert_int_equal(feed_text("+QMTRECV: 0,0,\"t\",0,\"\"\r\n"), AT_MESSAGE);
    expect_message("t", "", 0);
}

static void messages_back_to_back_are_all_kept_in_order(void **state)
{
    (void)state;
    uint8_t chunk[1028];

    memset(chunk, 0xA5, sizeof chunk);
    feed_text("+QMTRECV: 0,0,\"v2/fw/response/1/chunk/123\",1028,\"");
    feed(chunk, sizeof chunk);
    feed_text(
        "\"\r\n+QMTRECV: 0,0,\"v2/fw/error\",7,\"FAILURE\"\r\n+QMTRECV: 0,0,\"d\",4,\"F901\"\r\n");
    expect_message("v2/fw/response/1/chunk/123", chunk, sizeof chunk);
    expect_message("v2/fw/error", "FAILURE", 7);
    expect_message("d", "F901", 4);
    expect_no_message();
    assert_int_equal(counter_read(COUNTER_MODEM_LOST), 0);
}

static void message_without_room_is_dropped_and_counted_not_parsed(void **state)
{
    (void)state;
    uint8_t chunk[1028];

    memset(chunk, '\r', sizeof chunk);
    for (unsigned i = 0; i < 2; i++) {
        feed_text("+QMTRECV: 0,0,\"c\",1028,\"");
        assert_int_equal(feed(chunk, sizeof chunk), AT_NOTHING);
        feed_text("\"\r\n");
    }
    assert_int_equal(counter_read(COUNTER_MODEM_LOST), 1);
    expect_message("c", chunk, sizeof chunk);
    expect_no_message();
}

static void message_may_arrive_while_the_first_is_dropped(void **state)
{
    (void)state;
    feed_text("+QMTRECV: 0,0,\"a\",1,\"1\"\r\n+QMTRECV: 0,0,\"b\",4,\"23");
    expect_message("a", "1", 1);
    expect_no_message();
    assert_int_equal(feed_text("45\"\r\n"), AT_MESSAGE);
    expect_message("b", "2345", 4);
}

static void message_longer_than_a_node_takes_is_cut_and_counted(void **state)
{
    (void)state;
    uint8_t long_one[MODEM_PAYLOAD_MAX + 100];

    memset(long_one, 'L', sizeof long_one);
    feed_text("+QMTRECV: 0,0,\"t\",1160,\"");
    feed(long_one, sizeof long_one);
    assert_int_equal(feed_text("\"\r\n"), AT_MESSAGE);
    expect_message("t", long_one, MODEM_PAYLOAD_MAX);
    assert_int_equal(counter_read(COUNTER_MODEM_CUT), 1);
}

static void message_that_lost_bytes_is_given_up_not_waited_for(void **state)
{
    (void)state;
    feed_text("+QMTRECV: 0,0,\"t\",100,\"only a few\"\r\n");
    (void)at_note_silence(&at, 1000);
    assert_int_equal(feed_text("\r\nOK\r"), AT_LINE);
    assert_string_equal(at.line, "OK");
    expect_no_message();
    assert_int_equal(counter_read(COUNTER_MODEM_BROKEN), 1);
}

static void message_not_closed_by_a_quote_is_dropped(void **state)
{
    (void)state;
    assert_int_equal(feed_text("+QMTRECV: 0,0,\"t\",4,\"F901x"), AT_NOTHING);
    expect_no_message();
    assert_int_equal(counter_read(COUNTER_MODEM_BROKEN), 1);
}

static void message_whose_header_is_not_understood_is_counted(void **state)
{
    (void)state;
    assert_int_equal(feed_text("+QMTRECV: 0,0,\"t\"5,\"\r\n"), AT_LINE);
    expect_no_message();
    assert_int_equal(counter_read(COUNTER_MODEM_BROKEN), 1);
}

static void regression_broken_headers_do_not_crash(void **state)
{
    (void)state;
    static const char zero_in_topic[] = "+QMTRECV: 0,0\0,\"t\",1,\"";
    static const char *const broken[] = {
        "+QMTRECV: 0,0,\"topic\",\"no length\"",
        "+QMTRECV: \"\"\"",
        "+QMTRECV: 0,0,\"t\",99999999999,\"",
        "+QMTRECV: 0,0,\"t\",-1,\"",
        "+QMTRECV: 0,0,\"t\"5,\"",
    };

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        feed_text(broken[i]);
        feed_text("\r\n");
    }
    feed(zero_in_topic, sizeof zero_in_topic - 1);
    (void)at_note_silence(&at, 1000);
    assert_int_equal(feed_text("\r\nOK\r"), AT_LINE);
    expect_no_message();
}

// ---- other forms of messages ----

static const struct at_form hex_form[] = {{"+QIURC: \"recv\",", AT_HEX, 3, 0}, {0}};
static const struct at_form line_form[] = {{"+QIURC: \"recv\",0,", AT_BEHIND, 0, 0}, {0}};
static const struct at_form quoted_answer[] = {{"+QCOAPURC: ", AT_QUOTED, 1, 3}, {0}};
static const struct at_form answer_behind[] = {{"+QCOAPRECV: ", AT_BEHIND, 0, 2}, {0}};

static void message_in_hex_is_the_last_text_of_its_line(void **state)
{
    (void)state;
    at_reset(&at, hex_form);
    assert_int_equal(feed_text("\r\n+QIURC: \"recv\",0,3,\"F9010d\"\r\n"), AT_MESSAGE);
    expect_message("", "\xF9\x01\x0D", 3);
    feed_text("\r\n+QIURC: \"recv\",0,1,\"10.20.30.40\",5683,\"41\"\r\n");
    expect_message("", "A", 1);
    feed_text("\r\n+QIURC: \"recv\",0,1,\"12\",5683,\"42\"\r\n"); // a text of digits before it
    expect_message("", "B", 1);
    assert_int_equal(feed_text("\r\n+QIURC: \"closed\",0\r"), AT_LINE);
    expect_no_message();
}

static void message_in_hex_that_lost_digits_is_dropped(void **state)
{
    (void)state;
    at_reset(&at, hex_form);
    feed_text("\r\n+QIURC: \"recv\",0,3,\"F90\"\r\n");
    feed_text("\r\n+QIURC: \"recv\",0,3,\"F9\r\n");
    expect_no_message();
    assert_int_equal(counter_read(COUNTER_MODEM_BROKEN), 2);
    assert_int_equal(feed_text("\r\nOK\r"), AT_LINE);
    assert_string_equal(at.line, "OK");
}

static void message_behind_its_line_may_hold_any_bytes(void **state)
{
    (void)state;
    at_reset(&at, line_form);
    assert_int_equal(feed_text("\r\n+QIURC: \"recv\",0,9\r\n\r\nOK\r\n\"> \r\n"), AT_MESSAGE);
    expect_message("", "\r\nOK\r\n\"> ", 9);
    assert_int_equal(feed_text("\r\n+QIURC: \"recv\",0\r"), AT_LINE); // only an announcement
    assert_int_equal(feed_text("\nOK\r"), AT_LINE);
    assert_string_equal(at.line, "OK");
}

static void answer_brings_its_code_along(void **state)
{
    (void)state;
    at_reset(&at, quoted_answer);
    assert_int_equal(feed_text("\r\n+QCOAPURC: 0,1,1,4.04,77,4,\"gone\"\r\n"), AT_MESSAGE);
    expect_message("4.04", "gone", 4);
    feed_text("\r\n+QCOAPURC: 0,1,1,2.04,78,0,\"\"\r\n");
    expect_message("2.04", "", 0);
    at_reset(&at, answer_behind);
    assert_int_equal(feed_text("\r\n+QCOAPRECV: 0,1,5.03,79,3\r\nno!\r\n"), AT_MESSAGE);
    expect_message("5.03", "no!", 3);
}

// The exact forms are not published. Whatever a module says there, it is an answer.
static void answer_without_bytes_or_code_is_one_too(void **state)
{
    (void)state;
    at_reset(&at, quoted_answer);
    assert_int_equal(feed_text("\r\n+QCOAPURC: 0,1,1,4.00,77\r"), AT_MESSAGE);
    expect_message("4.00", "", 0);
    assert_int_equal(feed_text("\n+QCOAPURC: 0,1,1\r"), AT_MESSAGE);
    expect_message("", "", 0);
    feed_text("\n+QCOAPURC: 0,1,1,what is this,77,1,\"x\"\r\n");
    expect_message("", "x", 1);
    at_reset(&at, answer_behind);
    assert_int_equal(feed_text("\r\n+QCOAPRECV: 0,1,2.04,none\r"), AT_MESSAGE);
    expect_message("2.04", "", 0);
    assert_int_equal(feed_text("\nOK\r"), AT_LINE);
}

static void message_without_length_ends_where_the_next_line_begins(void **state)
{
    (void)state;
    assert_int_equal(feed_text("\r\n+QMTRECV: 0,0,\"t\",\"{\"a\":\"b\"}\"\r\n"), AT_NOTHING);
    assert_int_equal(at_feed(&at, '\r'), AT_MESSAGE);
    expect_message("t", "{\"a\":\"b\"}", 9);
}

static void message_without_length_ends_with_silence(void **state)
{
    (void)state;
    feed_text("\r\n+QMTRECV: 0,0,\"t\",\"F901\"\r\n");
    assert_int_equal(at_patience_ms(&at), 300);
    assert_int_equal(at_note_silence(&at, 299), AT_NOTHING);
    assert_int_equal(at_note_silence(&at, 300), AT_MESSAGE);
    expect_message("t", "F901", 4);
}

static void message_without_length_is_whole_when_as_many_bytes_came_as_awaited(void **state)
{
    (void)state;
    static const char chunk[] = "a\"\r\n\r\nOK\r\n\"\r\n\rz";

    at.expected = sizeof chunk - 1;
    feed_text("\r\n+QMTRECV: 0,0,\"t\",\"");
    assert_int_equal(feed(chunk, sizeof chunk - 1), AT_NOTHING);
    assert_int_equal(feed_text("\"\r\n"), AT_MESSAGE);
    expect_message("t", chunk, sizeof chunk - 1);
}

static void prompt_is_one_only_when_it_is_awaited(void **state)
{
    (void)state;
    assert_int_equal(feed_text("\r\n> "), AT_NOTHING);
    assert_int_equal(feed_text("\r\n"), AT_LINE);
    at.wants_prompt = true;
    assert_int_equal(feed_text("\r\n>"), AT_PROMPT);
    assert_false(at.wants_prompt);
}

// ---- messages in pieces ----

static void pieces_of_one_topic_are_joined_until_the_braces_are_closed(void **state)
{
    (void)state;
    static const char *const pieces[] = {"{\"a\":{\"b\":\"}\"", "}", "}", "{\"next\":1}"};
    char line[80];
    struct fmt out;

    for (size_t i = 0; i < 4; i++) {
        fmt_init(&out, line, sizeof line);
        fmt_add(&out, "+QMTRECV: 0,0,\"t\",%u,\"%s\"\r\n", (unsigned)strlen(pieces[i]), pieces[i]);
        assert_int_equal(feed_text(line), AT_MESSAGE);
        mailbox_join(&at.mailbox, 0);
    }
    expect_message("t", "{\"a\":{\"b\":\"}\"}}", 15);
    expect_message("t", "{\"next\":1}", 10);
}

static void regression_pieces_that_are_too_long_together_stay_apart(void **state)
{
    (void)state;
    char piece[700];
    struct span topic;
    struct span payload;

    memset(piece, 'x', sizeof piece);
    piece[0] = '{';
    for (unsigned i = 0; i < 2; i++) {
        feed_text("+QMTRECV: 0,0,\"t\",700,\"");
        feed(piece, sizeof piece);
        assert_int_equal(feed_text("\"\r\n"), AT_MESSAGE);
        mailbox_join(&at.mailbox, 0);
    }
    assert_true(mailbox_first(&at.mailbox, &topic, &payload));
    assert_int_equal(payload.size, 700);
}

static void regression_rest_of_a_forgotten_message_is_let_pass(void **state)
{
    (void)state;
    feed_text("+QMTRECV: 0,0,\"t\",10,\"01234");
    at_forget_messages(&at);
    feed_text("56789\"\r\n");
    expect_no_message();
    assert_int_equal(feed_text("+QMTRECV: 0,0,\"t\",2,\"ab\"\r\n"), AT_MESSAGE);
    expect_message("t", "ab", 2);
    expect_no_message();
}

static void pieces_of_other_topics_or_of_unknown_size_are_messages_of_their_own(void **state)
{
    (void)state;
    feed_text("+QMTRECV: 0,0,\"a\",1,\"{\"\r\n");
    feed_text("+QMTRECV: 0,0,\"b\",1,\"}\"\r\n");
    mailbox_join(&at.mailbox, 0);
    feed_text("+QMTRECV: 0,0,\"b\",2,\"F9\"\r\n");
    mailbox_join(&at.mailbox, 0);
    expect_message("a", "{", 1);
    expect_message("b", "}", 1);
    expect_message("b", "F9", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(line_ends_at_cr_or_lf_and_empty_ones_are_no_lines, setup),
        cmocka_unit_test_setup(line_too_long_is_cut_and_counted, setup),
        cmocka_unit_test_setup(message_payload_may_hold_any_bytes, setup),
        cmocka_unit_test_setup(message_may_be_empty, setup),
        cmocka_unit_test_setup(messages_back_to_back_are_all_kept_in_order, setup),
        cmocka_unit_test_setup(message_without_room_is_dropped_and_counted_not_parsed, setup),
        cmocka_unit_test_setup(message_may_arrive_while_the_first_is_dropped, setup),
        cmocka_unit_test_setup(message_longer_than_a_node_takes_is_cut_and_counted, setup),
        cmocka_unit_test_setup(message_that_lost_bytes_is_given_up_not_waited_for, setup),
        cmocka_unit_test_setup(message_not_closed_by_a_quote_is_dropped, setup),
        cmocka_unit_test_setup(message_whose_header_is_not_understood_is_counted, setup),
        cmocka_unit_test_setup(regression_broken_headers_do_not_crash, setup),
        cmocka_unit_test_setup(message_in_hex_is_the_last_text_of_its_line, setup),
        cmocka_unit_test_setup(message_in_hex_that_lost_digits_is_dropped, setup),
        cmocka_unit_test_setup(message_behind_its_line_may_hold_any_bytes, setup),
        cmocka_unit_test_setup(answer_brings_its_code_along, setup),
        cmocka_unit_test_setup(answer_without_bytes_or_code_is_one_too, setup),
        cmocka_unit_test_setup(message_without_length_ends_where_the_next_line_begins, setup),
        cmocka_unit_test_setup(message_without_length_ends_with_silence, setup),
        cmocka_unit_test_setup(message_without_length_is_whole_when_as_many_bytes_came_as_awaited,
                               setup),
        cmocka_unit_test_setup(prompt_is_one_only_when_it_is_awaited, setup),
        cmocka_unit_test_setup(pieces_of_one_topic_are_joined_until_the_braces_are_closed, setup),
        cmocka_unit_test_setup(regression_pieces_that_are_too_long_together_stay_apart, setup),
        cmocka_unit_test_setup(regression_rest_of_a_forgotten_message_is_let_pass, setup),
        cmocka_unit_test_setup(pieces_of_other_topics_or_of_unknown_size_are_messages_of_their_own,
                               setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
