// SPDX-License-Identifier: Apache-2.0
// The modem port with the BG95-M2's dialogue: what differs from a BC660K-GL. The test is the module.
#include "node/driver/modem/dialogue.h"
#include "node/port/modem.h"
#include "node/port/modem_pins.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"

const struct dialogue *const modem_dialogue = &bg95_dialogue;

static const struct modem_network network = {.search_ms = 120000};
static uint32_t now_ms;
static bool is_pressed, is_on;
static uint32_t pressed_ms; // how long the key was held last
static uint32_t pressed_at_ms;
static unsigned presses;

void modem_reset_line(bool low)
{
    (void)low;
    fail_msg("a BG95-M2 has no reset line on this board");
}

void modem_power_key(bool pressed)
{
    presses += pressed;
    pressed_at_ms = pressed ? now_ms : pressed_at_ms;
    pressed_ms = pressed ? 0 : now_ms - pressed_at_ms;
    is_pressed = pressed;
}

bool modem_is_on(void)
{
    return is_on;
}

static void say(const char *text)
{
    fake_uart_say_text(UART_MODEM, text);
}

static enum modem_event_kind poll(void)
{
    return modem_poll(now_ms).kind;
}

static enum modem_event_kind pass(uint32_t ms)
{
    for (uint32_t end_ms = now_ms + ms; now_ms < end_ms; now_ms += 10) {
        enum modem_event_kind kind = poll();
        if (kind != MODEM_NOTHING) {
            return kind;
        }
    }
    return poll();
}

static void expect_sent(const char *command)
{
    assert_int_equal(pass(200), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), command);
}

static void expect_reply_leads_to(const char *reply, const char *next)
{
    say(reply);
    expect_sent(next);
}

static void expect_end(const char *reply, enum modem_event_kind kind)
{
    say(reply);
    assert_int_equal(pass(200), kind);
    assert_false(modem_is_busy());
}

static const char *usual_answer(const char *command)
{
    static const struct {
        const char *command;
        const char *answer;
    } rows[] = {
        {"AT+CGSN", "\r\n866207053462705\r\n\r\nOK\r\n"},
        {"AT+CIMI", "\r\n460240210507481\r\n\r\nOK\r\n"},
        {"AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n"},
        {"AT+COPS?", "\r\n+COPS: 0\r\n\r\nOK\r\n"},
        {"AT+CGATT?", "\r\n+CGATT: 1\r\n\r\nOK\r\n"},
        {"AT+QMTOPEN", "\r\nOK\r\n\r\n+QMTOPEN: 0,0\r\n"},
        {"AT+QMTCONN", "\r\nOK\r\n\r\n+QMTCONN: 0,0,0\r\n"},
        {"AT+QMTDISC", "\r\nOK\r\n\r\n+QMTDISC: 0,0\r\n\r\n+QMTSTAT: 0,5\r\n"},
        {"AT+QMTCLOSE", "\r\nOK\r\n\r\n+QMTCLOSE: 0,-1\r\n"},
        {"AT+QCOAPOPEN", "\r\nOK\r\n\r\n+QCOAPOPEN: 0,0\r\n"},
        {"AT+QIOPEN", "\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strncmp(command, rows[i].command, strlen(rows[i].command)) == 0) {
            return rows[i].answer;
        }
    }
    return "\r\nOK\r\n";
}

// Runs the request under way to its end, or up to and including the command that begins with `stop`.
static enum modem_event_kind run_until(const char *stop)
{
    for (;;) {
        enum modem_event_kind kind = pass(200);
        if (kind != MODEM_NOTHING) {
            return kind;
        }
        const char *command = fake_uart_heard(UART_MODEM);
        assert_true(command[0] != '\0');
        if (stop != NULL && strncmp(command, stop, strlen(stop)) == 0) {
            return MODEM_NOTHING;
        }
        say(usual_answer(command));
    }
}

static int setup(void **state)
{
    (void)state;
    fake_uart_reset();
    modem_cancel();
    now_ms += 2 * 3600 * 1000; // nothing of the last test counts any more
    presses = 0;
    is_on = true;
    return 0;
}

static void wake_up(void)
{
    modem_wake(&network);
    assert_int_equal(run_until(NULL), MODEM_DONE);
}

static void go_online(void)
{
    wake_up();
    modem_open(MODEM_MQTT, "host", "1883");
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_connect("client", NULL, NULL);
    assert_int_equal(run_until(NULL), MODEM_DONE);
}

static void open_socket(enum modem_channel channel)
{
    wake_up();
    modem_open(channel, "10.0.0.1", "5683");
    assert_int_equal(run_until(NULL), MODEM_DONE);
}

// ---- power ----

static void wake_holds_the_key_until_it_counts_and_waits_for_status(void **state)
{
    (void)state;
    is_on = false;
    modem_wake(&network);
    assert_int_equal(pass(500), MODEM_NOTHING);
    assert_true(is_pressed);
    assert_int_equal(pass(1000), MODEM_NOTHING);
    assert_false(is_pressed);
    assert_in_range(pressed_ms, 500, 1000);
    assert_string_equal(fake_uart_heard(UART_MODEM), "");
    is_on = true;
    expect_sent("AT\r\n");
    assert_int_equal(presses, 1);
}

static void wake_of_a_module_that_is_on_touches_no_key(void **state)
{
    (void)state;
    wake_up();
    assert_int_equal(presses, 0);
    assert_string_equal(modem_identity()->imei, "866207053462705");
}

static void wake_whose_status_never_comes_tries_once_more_and_fails(void **state)
{
    (void)state;
    is_on = false;
    modem_wake(&network);
    assert_int_equal(pass(12000), MODEM_NOTHING);
    assert_int_equal(pass(2000), MODEM_FAILED);
    assert_int_equal(presses, 2);
    assert_false(is_pressed);
}

static void cancel_lets_the_key_go(void **state)
{
    (void)state;
    is_on = false;
    modem_wake(&network);
    assert_int_equal(pass(100), MODEM_NOTHING);
    assert_true(is_pressed);
    modem_cancel();
    assert_false(is_pressed);
}

static void sleep_says_goodbye_and_waits_for_status(void **state)
{
    (void)state;
    wake_up();
    modem_sleep();
    expect_sent("AT+QPOWD=1\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "");
    expect_reply_leads_to("\r\nPOWERED DOWN\r\n", "");
    is_on = false;
    assert_int_equal(pass(100), MODEM_DONE);
    assert_int_equal(presses, 0);
    modem_sleep(); // it is off already
    assert_int_equal(pass(100), MODEM_DONE);
}

static void sleep_of_a_dumb_module_uses_the_key(void **state)
{
    (void)state;
    wake_up();
    modem_sleep();
    assert_int_equal(pass(5000), MODEM_NOTHING);
    assert_int_equal(presses, 1);
    assert_in_range(pressed_ms, 650, 1500);
    is_on = false;
    assert_int_equal(pass(100), MODEM_DONE);
}

static void lines_of_the_boot_are_no_news_and_later_ones_are(void **state)
{
    (void)state;
    is_on = false;
    modem_wake(&network);
    assert_int_equal(pass(800), MODEM_NOTHING);
    is_on = true;
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_open(MODEM_MQTT, "h", "1");
    assert_int_equal(run_until(NULL), MODEM_DONE);
    say("\r\nAPP RDY\r\n");
    assert_int_equal(pass(50), MODEM_NOTHING);
    now_ms += 10000;
    say("\r\nAPP RDY\r\n");
    assert_int_equal(pass(50), MODEM_LOST);
}

// ---- MQTT ----

static void json_goes_behind_a_prompt_and_the_buffer_is_read_afterwards(void **state)
{
    (void)state;
    go_online();
    modem_publish("t", span_of_text("{\"a\":1}"), 0);
    expect_sent("AT+QMTCFG=\"recv/mode\",0,1,1\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTPUB=0,0,0,0,\"t\",7\r\n");
    expect_reply_leads_to("\r\n> ", "{\"a\":1}"); // and not a byte more
    expect_reply_leads_to("\r\nOK\r\n\r\n+QMTRECV: 0,0\r\n\r\n+QMTPUB: 0,0,0\r\n",
                          "AT+QMTCFG=\"recv/mode\",0,0,1\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTRECV=0\r\n");
    say("\r\n+QMTRECV: 0,0,\"d\",4,\"F901\"\r\n\r\nOK\r\n");
    assert_int_equal(poll(), MODEM_DONE);
    struct modem_event event = modem_poll(now_ms);
    assert_int_equal(event.kind, MODEM_MESSAGE);
    assert_memory_equal(event.payload.data, "F901", 4);
}

static void chunk_request_goes_inline(void **state)
{
    (void)state;
    go_online();
    modem_publish("t", span_of_text("1028"), 0);
    expect_sent("AT+QMTPUBEX=0,0,0,0,\"t\",\"1028\"\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,0\r\n", MODEM_DONE);
}

static void prompt_that_never_comes_or_an_error_in_its_place_fails(void **state)
{
    (void)state;
    go_online();
    modem_publish("t", span_of_text("{\"a\":1}"), 0);
    assert_int_equal(run_until("AT+QMTPUB="), MODEM_NOTHING);
    expect_reply_leads_to("\r\nERROR\r\n",
                          "AT+QMTCFG=\"recv/mode\",0,0,1\r\n"); // not left in the buffer
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTRECV=0\r\n");
    expect_end("\r\nOK\r\n", MODEM_FAILED);
    modem_publish("t", span_of_text("{\"a\":1}"), 0);
    assert_int_equal(run_until("AT+QMTPUB="), MODEM_NOTHING);
    assert_int_equal(pass(4600), MODEM_NOTHING);
    expect_sent("AT\r\n"); // the command may still be under way
    assert_int_equal(pass(5100), MODEM_FAILED);
}

static void own_disconnect_is_no_news(void **state)
{
    (void)state;
    go_online();
    modem_disconnect();
    assert_int_equal(run_until(NULL), MODEM_DONE);
    say("\r\n+QMTSTAT: 0,5\r\n");
    assert_int_equal(pass(100), MODEM_NOTHING);
}

static void context_that_is_taken_away_ends_the_connection(void **state)
{
    (void)state;
    go_online();
    say("\r\n+QIURC: \"pdpdeact\",1\r\n");
    assert_int_equal(pass(100), MODEM_LOST);
}

// ---- sockets ----

static void short_data_goes_in_digits_and_has_no_ok(void **state)
{
    (void)state;
    static const struct {
        const char *reply;
        enum modem_event_kind kind;
    } rows[] = {{"\r\nSEND OK\r\n", MODEM_DONE},
                {"\r\nSEND FAIL\r\n", MODEM_FAILED},
                {"\r\nERROR\r\n", MODEM_FAILED},
                {"\r\n+CME ERROR: 3\r\n", MODEM_FAILED}};

    open_socket(MODEM_UDP);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        modem_send(span_of("\xF9\x01\x00", 3), NULL);
        expect_sent("AT+QISENDEX=0,\"F90100\"\r\n");
        expect_end(rows[i].reply, rows[i].kind);
    }
}

static void long_data_goes_behind_a_prompt(void **state)
{
    (void)state;
    static uint8_t data[300];

    memset(data, 'd', sizeof data);
    open_socket(MODEM_TCP);
    modem_send(span_of(data, sizeof data), NULL);
    expect_sent("AT+QISEND=0,300\r\n");
    say("\r\n> ");
    assert_int_equal(pass(100), MODEM_NOTHING);
    assert_int_equal(strlen(fake_uart_heard(UART_MODEM)), 300);
    expect_end("\r\nSEND OK\r\n", MODEM_DONE);
}

static void name_is_looked_up_in_two_lines_or_fails_at_once(void **state)
{
    (void)state;
    wake_up();
    modem_open(MODEM_UDP, "example.org", "5683");
    expect_sent("AT+QIDNSGIP=1,\"example.org\"\r\n");
    expect_reply_leads_to("\r\nOK\r\n\r\n+QIURC: \"dnsgip\",0,1,300\r\n", "");
    expect_reply_leads_to("\r\n+QIURC: \"dnsgip\",\"93.184.216.34\"\r\n", "AT+QICLOSE=0\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QIOPEN=1,0,\"UDP\",\"93.184.216.34\",5683,0,1\r\n");
    expect_end("\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n", MODEM_DONE);
    modem_open(MODEM_UDP, "nowhere.invalid", "1");
    expect_sent("AT+QIDNSGIP=1,\"nowhere.invalid\"\r\n");
    expect_end("\r\nOK\r\n\r\n+QIURC: \"dnsgip\",565\r\n", MODEM_FAILED);
}

static void options_are_numbered_and_said_once_a_connection(void **state)
{
    (void)state;
    static const char *const options[] = {"11,\"a\"", "11,\"b\"", NULL};

    open_socket(MODEM_COAP);
    modem_send(span_of_text("x"), options);
    assert_int_equal(run_until("AT+QCOAPOPTION"), MODEM_NOTHING);
    expect_reply_leads_to("\r\nOK\r\n", "AT+QCOAPOPTION=0,0,1,11,\"b\"\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QCOAPSEND=0,1,2,255\r\n");
    expect_reply_leads_to("\r\n> ", "x\x1A");
    expect_end("\r\nOK\r\n", MODEM_DONE);
    modem_send(span_of("\x1A", 1), options);
    assert_int_equal(run_until("AT+QCOAPSEND"), MODEM_NOTHING);
    expect_reply_leads_to("\r\n> ", "\x1A");
    expect_end("\r\nOK\r\n", MODEM_DONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, setup)
    const struct CMUnitTest tests[] = {
        TEST(wake_holds_the_key_until_it_counts_and_waits_for_status),
        TEST(wake_of_a_module_that_is_on_touches_no_key),
        TEST(wake_whose_status_never_comes_tries_once_more_and_fails),
        TEST(cancel_lets_the_key_go),
        TEST(sleep_says_goodbye_and_waits_for_status),
        TEST(sleep_of_a_dumb_module_uses_the_key),
        TEST(lines_of_the_boot_are_no_news_and_later_ones_are),
        TEST(json_goes_behind_a_prompt_and_the_buffer_is_read_afterwards),
        TEST(chunk_request_goes_inline),
        TEST(prompt_that_never_comes_or_an_error_in_its_place_fails),
        TEST(own_disconnect_is_no_news),
        TEST(context_that_is_taken_away_ends_the_connection),
        TEST(short_data_goes_in_digits_and_has_no_ok),
        TEST(long_data_goes_behind_a_prompt),
        TEST(name_is_looked_up_in_two_lines_or_fails_at_once),
        TEST(options_are_numbered_and_said_once_a_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
