// SPDX-License-Identifier: Apache-2.0
#include "base/fmt.h"
#include "node/driver/modem/at.h"
#include "node/driver/modem/dialogue.h"
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
    memset(&at, 0, sizeof at);
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
    assert_int_equal(at.counters.long_lines, 300 - AT_LINE_MAX);
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
    assert_int_equal(at.counters.lost_messages, 0);
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
    assert_int_equal(at.counters.lost_messages, 1);
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
    assert_int_equal(at.counters.cut_messages, 1);
}

static void message_that_lost_bytes_is_given_up_not_waited_for(void **state)
{
    (void)state;
    feed_text("+QMTRECV: 0,0,\"t\",100,\"only a few\"\r\n");
    (void)at_note_silence(&at, 1000);
    assert_int_equal(feed_text("\r\nOK\r"), AT_LINE);
    assert_string_equal(at.line, "OK");
    expect_no_message();
    assert_int_equal(at.counters.broken_messages, 1);
}

static void message_not_closed_by_a_quote_is_dropped(void **state)
{
    (void)state;
    assert_int_equal(feed_text("+QMTRECV: 0,0,\"t\",4,\"F901x"), AT_NOTHING);
    expect_no_message();
    assert_int_equal(at.counters.broken_messages, 1);
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
        cmocka_unit_test_setup(regression_broken_headers_do_not_crash, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
