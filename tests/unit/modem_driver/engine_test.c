// SPDX-License-Identifier: Apache-2.0
// The modem port with the BC660K-GL's dialogue; the test is the module.
#include "node/driver/modem/dialogue.h"
#include "node/port/counters.h"
#include "node/port/modem.h"
#include "node/port/modem_pins.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"

const struct dialogue *const modem_dialogue = &bc660k_dialogue;

static const struct modem_network network = {.search_ms = 120000};
static uint32_t now_ms;
static unsigned resets;

void modem_reset_line(bool low)
{
    resets += low;
}

void modem_power_key(bool pressed)
{
    (void)pressed;
}

bool modem_is_on(void)
{
    return true;
}

static void say(const char *text)
{
    fake_uart_say_text(UART_MODEM, text);
}

static enum modem_event_kind poll(void)
{
    return modem_poll(now_ms).kind;
}

// Lets time pass until something is sent or the request ends.
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
    assert_int_equal(poll(), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), command);
}

static void expect_reply_leads_to(const char *reply, const char *next_command)
{
    say(reply);
    expect_sent(next_command);
}

static void expect_end(const char *reply, enum modem_event_kind kind)
{
    say(reply);
    assert_int_equal(poll(), kind);
    assert_false(modem_is_busy());
    assert_string_equal(fake_uart_heard(UART_MODEM), "");
}

// The answer of a healthy, attached module.
static const char *usual_answer(const char *command)
{
    static const struct {
        const char *command;
        const char *answer;
    } rows[] = {
        {"AT+CGSN=1", "\r\n+CGSN: 866207053462705\r\n\r\nOK\r\n"},
        {"AT+CIMI", "\r\n460240210507481\r\n\r\nOK\r\n"},
        {"AT+CPIN?", "\r\n+CPIN: READY\r\n\r\nOK\r\n"},
        {"AT+COPS?", "\r\n+COPS: 0\r\n\r\nOK\r\n"},
        {"AT+CGATT?", "\r\n+CGATT: 1\r\n\r\nOK\r\n"},
        {"AT+CSQ", "\r\n+CSQ: 20,0\r\n\r\nOK\r\n"},
        {"AT+QMTOPEN", "\r\nOK\r\n\r\n+QMTOPEN: 0,0\r\n"},
        {"AT+QMTCONN", "\r\nOK\r\n\r\n+QMTCONN: 0,0,0\r\n"},
        {"AT+QMTDISC", "\r\nOK\r\n\r\n+QMTDISC: 0,0\r\n"},
        {"AT+QMTCLOSE", "\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n"},
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
    now_ms += 100000;
    resets = 0;
    modem_wake(&network);
    return 0;
}

static void go_online_again(void)
{
    modem_open(MODEM_MQTT, "host", "1885");
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_connect("client", "user", NULL);
    assert_int_equal(run_until(NULL), MODEM_DONE);
}

static void go_online(void)
{
    assert_int_equal(run_until(NULL), MODEM_DONE);
    go_online_again();
}

static void begin_publish(void)
{
    go_online();
    modem_publish("topic", span_of_text("1028"), 0);
    expect_sent("AT+QMTPUB=0,0,0,0,\"topic\",4,\"1028\"\r\n");
}

// ---- wake ----

static void wake_sends_at_until_the_sleeping_module_answers(void **state)
{
    (void)state;
    expect_sent("AT\r\n");
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(pass(520), MODEM_NOTHING);
        assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
    }
    say("\r\n");
    assert_int_equal(pass(520), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
    say("\r\nOK\r\n\r\nOK\r\n"); // the second belongs to an earlier try
    assert_int_equal(pass(110), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "ATE0\r\n");
    assert_int_equal(resets, 0);
}

static void answer_that_comes_while_at_is_repeated_is_heard(void **state)
{
    (void)state;
    expect_sent("AT\r\n");
    say("\r\nO");
    assert_int_equal(pass(520), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
    say("K\r\n");
    assert_int_equal(pass(110), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "ATE0\r\n");
}

static void wake_takes_identity_and_signal_through_echo_and_urcs(void **state)
{
    (void)state;
    assert_int_equal(run_until("AT+CGSN"), MODEM_NOTHING);
    expect_reply_leads_to(
        "AT+CGSN=1\r\r\n+CEREG: 2\r\n\r\n+CGSN: 866207053462705\r\n\r\n+CSCON: 1\r\n\r\nOK\r\n",
        "AT+CFUN=1\r\n");
    expect_reply_leads_to("AT+CFUN=1\r\r\nOK\r\n", "AT+CPIN?\r\n");
    expect_reply_leads_to("\r\n+CPIN: READY\r\n\r\nOK\r\n", "AT+CIMI\r\n");
    expect_reply_leads_to("AT+CIMI\r\r\n460240210507481\r\n\r\nOK\r\n", "AT+COPS?\r\n");
    expect_reply_leads_to("\r\n+COPS: 0\r\n\r\nOK\r\n", "AT+CGATT?\r\n");
    expect_reply_leads_to("\r\n+CGATT: 1\r\n\r\nOK\r\n", "AT+CSQ\r\n");
    expect_reply_leads_to("\r\n+CSQ: 31,0\r\n\r\nOK\r\n", "AT+CCLK?\r\n");
    now_ms += 40;
    expect_end("\r\n+CCLK: 26/01/01,08:00:00+32\r\n\r\nOK\r\n", MODEM_DONE);
    assert_string_equal(modem_identity()->imei, "866207053462705");
    assert_string_equal(modem_identity()->imsi, "460240210507481");
    assert_int_equal(modem_identity()->signal, 31);
    assert_int_equal(modem_identity()->unix_s, 1767225600); // UTC, eight hours behind
    assert_int_equal(modem_identity()->read_ms, now_ms);
    modem_wake(&network);
    assert_int_equal(modem_identity()->unix_s, 0);
}

static void wake_resets_a_dumb_module_once_and_then_fails(void **state)
{
    (void)state;
    assert_int_equal(pass(15000 + 2000 + 2200 + 16000), MODEM_NOTHING);
    assert_int_equal(resets, 1);
    assert_int_equal(pass(2000), MODEM_FAILED);
    assert_int_equal(resets, 1);
}

static void wake_waits_two_minutes_for_the_network(void **state)
{
    (void)state;
    unsigned asked = 0;
    uint32_t begun_ms = now_ms;

    assert_int_equal(run_until("AT+CGATT"), MODEM_NOTHING);
    for (enum modem_event_kind kind = MODEM_NOTHING; kind == MODEM_NOTHING; asked++) {
        say("\r\n+CGATT: 0\r\n\r\nOK\r\n");
        kind = pass(1600);
    }
    assert_in_range(asked, 70, 80);
    assert_in_range(now_ms - begun_ms, 115000, 140000);
}

static void busy_module_is_asked_again_after_a_second_three_times(void **state)
{
    (void)state;
    assert_int_equal(run_until("AT+CFUN"), MODEM_NOTHING);
    for (unsigned i = 0; i < 3; i++) {
        say("\r\n+CME ERROR: 14\r\n");
        assert_int_equal(pass(990), MODEM_NOTHING);
        assert_string_equal(fake_uart_heard(UART_MODEM), "");
        assert_int_equal(pass(30), MODEM_NOTHING);
        assert_string_equal(fake_uart_heard(UART_MODEM), "AT+CFUN=1\r\n");
    }
    expect_end("\r\n+CME ERROR: 302\r\n", MODEM_FAILED);
}

static void refused_command_is_not_repeated(void **state)
{
    (void)state;
    assert_int_equal(run_until("AT+CFUN"), MODEM_NOTHING);
    expect_end("\r\n+CME ERROR: 50\r\n", MODEM_FAILED);
}

static void internal_error_of_the_module_resets_it_once(void **state)
{
    (void)state;
    assert_int_equal(run_until("AT+CFUN"), MODEM_NOTHING);
    say("\r\n+CME ERROR: 100\r\n");
    assert_int_equal(pass(2200), MODEM_NOTHING);
    assert_int_equal(resets, 1);
    say("\r\nRDY\r\n");
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
}

// ---- open and connect ----

static void open_sets_every_option_and_connects(void **state)
{
    (void)state;
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_open(MODEM_MQTT, "thingseye.io", "1885");
    expect_sent("AT+QMTCFG=\"version\",0,1\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"keepalive\",0,120\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"session\",0,1\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"timeout\",0,30,0,0\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"showrecvlen\",0,1\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+QMTOPEN=0,\"thingseye.io\",1885\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "");
    expect_end("\r\n+QMTOPEN: 0,0\r\n", MODEM_DONE);
    modem_connect("client", "user", "password");
    expect_sent("AT+QMTCONN=0,\"client\",\"user\",\"password\"\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTCONN: 0,1\r\n\r\n+QMTCONN: 0,0,0\r\n", MODEM_DONE);
}

static void connect_leaves_out_what_is_not_given(void **state)
{
    (void)state;
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_connect("client", NULL, "never without user");
    expect_sent("AT+QMTCONN=0,\"client\"\r\n");
}

static void begin_open(void)
{
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_open(MODEM_MQTT, "h", "1");
    assert_int_equal(run_until("AT+QMTOPEN"), MODEM_NOTHING);
}

static void open_of_an_index_in_use_closes_it_and_opens_once_more(void **state)
{
    (void)state;
    begin_open();
    expect_reply_leads_to("\r\nOK\r\n\r\n+QMTOPEN: 0,2\r\n", "AT+QMTCLOSE=0\r\n");
    expect_reply_leads_to("\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n", "AT+QMTOPEN=0,\"h\",1\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTOPEN: 0,2\r\n", MODEM_FAILED);
}

static void open_without_pdp_context_attaches_and_opens_once_more(void **state)
{
    (void)state;
    begin_open();
    expect_reply_leads_to("\r\nOK\r\n\r\n+QMTOPEN: 0,3\r\n", "AT+CGATT=1\r\n");
    expect_reply_leads_to("\r\nERROR\r\n", "AT+QMTOPEN=0,\"h\",1\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTOPEN: 0,0\r\n", MODEM_DONE);
}

static void open_without_any_urc_ends_at_its_bound_and_can_begin_again(void **state)
{
    (void)state;
    begin_open();
    say("\r\nOK\r\n");
    assert_int_equal(pass(179000), MODEM_NOTHING);
    assert_int_equal(pass(2000), MODEM_FAILED);
    modem_disconnect();
    expect_sent("AT+QMTCLOSE=0\r\n");
    expect_end("\r\n+QMTOPEN: 0,0\r\n\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n",
               MODEM_DONE); // the late one is dropped
}

static void connack_refusals_are_final_and_server_unavailable_is_not(void **state)
{
    (void)state;
    static const struct {
        const char *urc;
        enum modem_event_kind kind;
    } rows[] = {
        {"\r\nOK\r\n\r\n+QMTCONN: 0,0,1\r\n", MODEM_REFUSED},
        {"\r\nOK\r\n\r\n+QMTCONN: 0,0,2\r\n", MODEM_REFUSED},
        {"\r\nOK\r\n\r\n+QMTCONN: 0,0,3\r\n", MODEM_FAILED},
        {"\r\nOK\r\n\r\n+QMTCONN: 0,0,4\r\n", MODEM_REFUSED},
        {"\r\nOK\r\n\r\n+QMTCONN: 0,0,5\r\n", MODEM_REFUSED},
        {"\r\nOK\r\n\r\n+QMTCONN: 0,2\r\n", MODEM_FAILED},
        {"\r\n+CME ERROR: 8503\r\n", MODEM_FAILED},
    };

    assert_int_equal(run_until(NULL), MODEM_DONE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        modem_connect("c", NULL, NULL);
        expect_sent("AT+QMTCONN=0,\"c\"\r\n");
        expect_end(rows[i].urc, rows[i].kind);
    }
}

static void connection_lost_while_opening_or_connecting_fails_at_once(void **state)
{
    (void)state;
    begin_open();
    expect_reply_leads_to("\r\nOK\r\n", "");
    expect_end("\r\n+QMTSTAT: 0,1\r\n", MODEM_FAILED);
    modem_open(MODEM_MQTT, "h", "1");
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_connect("c", NULL, NULL);
    expect_sent("AT+QMTCONN=0,\"c\"\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "");
    expect_end("\r\n+QMTSTAT: 0,4\r\n", MODEM_FAILED);
}

static void loss_of_an_earlier_connection_does_not_disturb_an_open(void **state)
{
    (void)state;
    begin_open();
    expect_reply_leads_to("\r\n+QMTSTAT: 0,5\r\n\r\nOK\r\n", "");
    expect_end("\r\n+QMTOPEN: 0,0\r\n", MODEM_DONE);
}

// ---- publish and subscribe ----

static void publish_sends_json_bare_and_numbers_quoted(void **state)
{
    (void)state;
    go_online();
    modem_publish("v1/devices/me/telemetry", span_of_text("{\"a\": \"b\"}"), 0);
    expect_sent("AT+QMTPUB=0,0,0,0,\"v1/devices/me/telemetry\",10,{\"a\": \"b\"}\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,0\r\n", MODEM_DONE);
    modem_publish("t", span_of_text("1028"), 2);
    expect_sent("AT+QMTPUB=0,1,2,0,\"t\",4,\"1028\"\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,1,1,1\r\n\r\n+QMTPUB: 0,1,0\r\n", MODEM_DONE);
}

static void publish_blocked_or_refused_fails(void **state)
{
    (void)state;
    begin_publish();
    expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,2\r\n", MODEM_FAILED);
    modem_publish("topic", span_of_text("1028"), 0);
    expect_sent("AT+QMTPUB=0,0,0,0,\"topic\",4,\"1028\"\r\n");
    expect_end("\r\nERROR\r\n", MODEM_FAILED);
}

static void subscribe_refused_by_the_server_is_told_apart(void **state)
{
    (void)state;
    go_online();
    modem_subscribe("v2/fw/error", 0);
    expect_sent("AT+QMTSUB=0,1,\"v2/fw/error\",0\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTSUB: 0,1,0,128\r\n", MODEM_REFUSED);
    modem_subscribe("s", 1);
    expect_sent("AT+QMTSUB=0,1,\"s\",1\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTSUB: 0,1,0,1\r\n", MODEM_DONE);
}

static void answer_that_comes_before_the_outcome_of_its_request_is_kept(void **state)
{
    (void)state;
    begin_publish();
    say("\r\nOK\r\n\r\n+QMTRECV: 0,0,\"c/1\",3,\"a\"c\"\r\n\r\n+QMTPUB: 0,0,0\r\n");
    assert_int_equal(poll(), MODEM_DONE);
    assert_int_equal(modem_next_ms(now_ms), 0);
    struct modem_event event = modem_poll(now_ms);
    assert_int_equal(event.kind, MODEM_MESSAGE);
    assert_memory_equal(event.topic.data, "c/1", 3);
    assert_memory_equal(event.payload.data, "a\"c", 3);
    assert_int_equal(poll(), MODEM_NOTHING);
}

static void loss_in_the_middle_of_a_reply_waits_for_the_final_result(void **state)
{
    (void)state;
    begin_publish();
    say("\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(poll(), MODEM_NOTHING);
    expect_end("\r\nERROR\r\n", MODEM_FAILED);
    modem_disconnect();
    expect_sent("AT+QMTCLOSE=0\r\n"); // no DISC: the client is closed already
    expect_end("\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n", MODEM_DONE);
}

static void loss_whose_final_result_never_comes_is_bounded(void **state)
{
    (void)state;
    begin_publish();
    say("\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(pass(1900), MODEM_NOTHING);
    assert_int_equal(pass(200), MODEM_FAILED);
}

static void loss_between_requests_is_told_or_fails_the_next_request(void **state)
{
    (void)state;
    go_online();
    say("\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(poll(), MODEM_LOST);
    assert_int_equal(poll(), MODEM_NOTHING);
    modem_open(MODEM_MQTT, "h", "1");
    assert_int_equal(run_until(NULL), MODEM_DONE);
    modem_connect("c", NULL, NULL);
    expect_sent("AT+QMTCONN=0,\"c\"\r\n");
    say("\r\nOK\r\n\r\n+QMTCONN: 0,0,0\r\n\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(poll(), MODEM_DONE);
    modem_publish("t", span_of_text("1"), 0);
    assert_int_equal(pass(2100), MODEM_FAILED);
}

static void module_that_starts_anew_has_lost_its_connection(void **state)
{
    (void)state;
    go_online();
    say("\r\nRDY\r\n");
    assert_int_equal(poll(), MODEM_LOST);
    go_online_again();
    modem_publish("t", span_of_text("1"), 0);
    expect_sent("AT+QMTPUB=0,0,0,0,\"t\",1,\"1\"\r\n");
    expect_end("\r\nRDY\r\n", MODEM_FAILED);
}

static void disconnect_closes_both_layers_and_sleep_turns_the_radio_off(void **state)
{
    (void)state;
    go_online();
    modem_disconnect();
    expect_sent("AT+QMTDISC=0\r\n");
    expect_reply_leads_to("\r\nOK\r\n\r\n+QMTDISC: 0,0\r\n", "AT+QMTCLOSE=0\r\n");
    expect_end("\r\nERROR\r\n", MODEM_DONE);
    modem_sleep();
    expect_sent("AT\r\n");
    say("\r\nOK\r\n");
    assert_int_equal(pass(110), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT+QSCLK=1\r\n");
    expect_reply_leads_to("\r\nOK\r\n", "AT+CFUN=0\r\n");
    expect_end("\r\nOK\r\n", MODEM_DONE);
}

// The cancelled command's result may still come: it must not be taken for the next one's.
static void cancelled_request_leaves_the_port_free_and_its_result_is_let_pass(void **state)
{
    (void)state;
    begin_open();
    modem_cancel();
    assert_false(modem_is_busy());
    modem_disconnect();
    expect_sent("AT\r\n");
    say("\r\nOK\r\n");
    expect_sent("");
    say("\r\nOK\r\n");
    assert_int_equal(pass(110), MODEM_NOTHING);
    expect_sent("AT+QMTCLOSE=0\r\n");
}

// ---- what the line does ----

static void message_cut_short_does_not_swallow_the_next_result(void **state)
{
    (void)state;
    go_online();
    say("\r\n+QMTRECV: 0,0,\"c/1\",1028,\"lost bytes\"\r\n");
    assert_int_equal(poll(), MODEM_NOTHING);
    assert_in_range(modem_next_ms(now_ms), 1, 1000);
    assert_int_equal(pass(1100), MODEM_NOTHING);
    modem_publish("t", span_of_text("1"), 0);
    expect_sent("AT+QMTPUB=0,0,0,0,\"t\",1,\"1\"\r\n");
    expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,0\r\n", MODEM_DONE);
}

static void final_result_inside_a_payload_is_payload(void **state)
{
    (void)state;
    begin_publish();
    say("\r\n+QMTRECV: 0,0,\"c/1\",31,\"\r\nOK\r\n\r\n+QMTPUB: 0,0,2\r\nERROR\r\n\"\r\n");
    assert_int_equal(poll(), MODEM_NOTHING);
    assert_true(modem_is_busy());
    expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,0\r\n", MODEM_DONE);
}

static void damage_and_overruns_of_the_line_are_counted(void **state)
{
    (void)state;
    begin_publish();
    counters_clear();
    fake_uart_damage(UART_MODEM);
    assert_int_equal(poll(), MODEM_NOTHING);
    fake_uart_lose(UART_MODEM);
    assert_int_equal(poll(), MODEM_NOTHING);
    assert_int_equal(poll(), MODEM_NOTHING);
    assert_int_equal(counter_read(COUNTER_MODEM_NOISE), 1);
    assert_int_equal(counter_read(COUNTER_MODEM_OVERRUNS), 1);
}

static void noise_of_a_module_that_sleeps_is_not_counted(void **state)
{
    (void)state;
    go_online();
    modem_sleep();
    (void)pass(100000);
    counters_clear();
    fake_uart_damage(UART_MODEM);
    assert_int_equal(poll(), MODEM_NOTHING);
    modem_wake(&network); // what lay before the request is no part of it either
    assert_int_equal(poll(), MODEM_NOTHING);
    assert_int_equal(counter_read(COUNTER_MODEM_NOISE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(wake_sends_at_until_the_sleeping_module_answers, setup),
        cmocka_unit_test_setup(answer_that_comes_while_at_is_repeated_is_heard, setup),
        cmocka_unit_test_setup(wake_takes_identity_and_signal_through_echo_and_urcs, setup),
        cmocka_unit_test_setup(wake_resets_a_dumb_module_once_and_then_fails, setup),
        cmocka_unit_test_setup(wake_waits_two_minutes_for_the_network, setup),
        cmocka_unit_test_setup(busy_module_is_asked_again_after_a_second_three_times, setup),
        cmocka_unit_test_setup(refused_command_is_not_repeated, setup),
        cmocka_unit_test_setup(internal_error_of_the_module_resets_it_once, setup),
        cmocka_unit_test_setup(open_sets_every_option_and_connects, setup),
        cmocka_unit_test_setup(connect_leaves_out_what_is_not_given, setup),
        cmocka_unit_test_setup(open_of_an_index_in_use_closes_it_and_opens_once_more, setup),
        cmocka_unit_test_setup(open_without_pdp_context_attaches_and_opens_once_more, setup),
        cmocka_unit_test_setup(open_without_any_urc_ends_at_its_bound_and_can_begin_again, setup),
        cmocka_unit_test_setup(connack_refusals_are_final_and_server_unavailable_is_not, setup),
        cmocka_unit_test_setup(connection_lost_while_opening_or_connecting_fails_at_once, setup),
        cmocka_unit_test_setup(loss_of_an_earlier_connection_does_not_disturb_an_open, setup),
        cmocka_unit_test_setup(publish_sends_json_bare_and_numbers_quoted, setup),
        cmocka_unit_test_setup(publish_blocked_or_refused_fails, setup),
        cmocka_unit_test_setup(subscribe_refused_by_the_server_is_told_apart, setup),
        cmocka_unit_test_setup(answer_that_comes_before_the_outcome_of_its_request_is_kept, setup),
        cmocka_unit_test_setup(loss_in_the_middle_of_a_reply_waits_for_the_final_result, setup),
        cmocka_unit_test_setup(loss_whose_final_result_never_comes_is_bounded, setup),
        cmocka_unit_test_setup(loss_between_requests_is_told_or_fails_the_next_request, setup),
        cmocka_unit_test_setup(module_that_starts_anew_has_lost_its_connection, setup),
        cmocka_unit_test_setup(disconnect_closes_both_layers_and_sleep_turns_the_radio_off, setup),
        cmocka_unit_test_setup(cancelled_request_leaves_the_port_free_and_its_result_is_let_pass,
                               setup),
        cmocka_unit_test_setup(message_cut_short_does_not_swallow_the_next_result, setup),
        cmocka_unit_test_setup(final_result_inside_a_payload_is_payload, setup),
        cmocka_unit_test_setup(damage_and_overruns_of_the_line_are_counted, setup),
        cmocka_unit_test_setup(noise_of_a_module_that_sleeps_is_not_counted, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
