// SPDX-License-Identifier: Apache-2.0
// The modem port with the BC660K-GL's dialogue: how the module wakes up and a connection comes about.
#include "node/port/modem.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/modem_driver/port_bench.h"

// ---- wake ----

static void wake_sends_at_until_the_sleeping_module_answers(void **state)
{
    (void)state;
    port_expect_sent("AT\r\n");
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(port_pass(520), MODEM_NOTHING);
        assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
    }
    port_say("\r\n");
    assert_int_equal(port_pass(520), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
    port_say("\r\nOK\r\n\r\nOK\r\n"); // the second belongs to an earlier try
    assert_int_equal(port_pass(110), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "ATE0\r\n");
    assert_int_equal(port_resets, 0);
}

static void answer_that_comes_while_at_is_repeated_is_heard(void **state)
{
    (void)state;
    port_expect_sent("AT\r\n");
    port_say("\r\nO");
    assert_int_equal(port_pass(520), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
    port_say("K\r\n");
    assert_int_equal(port_pass(110), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "ATE0\r\n");
}

static void wake_takes_identity_and_signal_through_echo_and_urcs(void **state)
{
    (void)state;
    assert_int_equal(port_run_until("AT+CGSN"), MODEM_NOTHING);
    port_expect_reply_leads_to(
        "AT+CGSN=1\r\r\n+CEREG: 2\r\n\r\n+CGSN: 866207053462705\r\n\r\n+CSCON: 1\r\n\r\nOK\r\n",
        "AT+CFUN=1\r\n");
    port_expect_reply_leads_to("AT+CFUN=1\r\r\nOK\r\n", "AT+CPIN?\r\n");
    port_expect_reply_leads_to("\r\n+CPIN: READY\r\n\r\nOK\r\n", "AT+CIMI\r\n");
    port_expect_reply_leads_to("AT+CIMI\r\r\n460240210507481\r\n\r\nOK\r\n", "AT+COPS?\r\n");
    port_expect_reply_leads_to("\r\n+COPS: 0\r\n\r\nOK\r\n", "AT+CGATT?\r\n");
    port_expect_reply_leads_to("\r\n+CGATT: 1\r\n\r\nOK\r\n", "AT+CSQ\r\n");
    port_expect_reply_leads_to("\r\n+CSQ: 31,0\r\n\r\nOK\r\n", "AT+CCLK?\r\n");
    port_now_ms += 40;
    port_expect_end("\r\n+CCLK: 26/01/01,08:00:00+32\r\n\r\nOK\r\n", MODEM_DONE);
    assert_string_equal(modem_identity()->imei, "866207053462705");
    assert_string_equal(modem_identity()->imsi, "460240210507481");
    assert_int_equal(modem_identity()->signal, 31);
    assert_int_equal(modem_identity()->unix_s, 1767225600); // UTC, eight hours behind
    assert_int_equal(modem_identity()->read_ms, port_now_ms);
    modem_wake(&port_network);
    assert_int_equal(modem_identity()->unix_s, 0);
}

static void wake_resets_a_dumb_module_once_and_then_fails(void **state)
{
    (void)state;
    assert_int_equal(port_pass(15000 + 2000 + 2200 + 16000), MODEM_NOTHING);
    assert_int_equal(port_resets, 1);
    assert_int_equal(port_pass(2000), MODEM_FAILED);
    assert_int_equal(port_resets, 1);
}

static void wake_waits_two_minutes_for_the_network(void **state)
{
    (void)state;
    unsigned asked = 0;
    uint32_t begun_ms = port_now_ms;

    assert_int_equal(port_run_until("AT+CGATT"), MODEM_NOTHING);
    for (enum modem_event_kind kind = MODEM_NOTHING; kind == MODEM_NOTHING; asked++) {
        port_say("\r\n+CGATT: 0\r\n\r\nOK\r\n");
        kind = port_pass(1600);
    }
    assert_in_range(asked, 70, 80);
    assert_in_range(port_now_ms - begun_ms, 115000, 140000);
}

static void busy_module_is_asked_again_after_a_second_three_times(void **state)
{
    (void)state;
    assert_int_equal(port_run_until("AT+CFUN"), MODEM_NOTHING);
    for (unsigned i = 0; i < 3; i++) {
        port_say("\r\n+CME ERROR: 14\r\n");
        assert_int_equal(port_pass(990), MODEM_NOTHING);
        assert_string_equal(fake_uart_heard(UART_MODEM), "");
        assert_int_equal(port_pass(30), MODEM_NOTHING);
        assert_string_equal(fake_uart_heard(UART_MODEM), "AT+CFUN=1\r\n");
    }
    port_expect_end("\r\n+CME ERROR: 302\r\n", MODEM_FAILED);
}

static void refused_command_is_not_repeated(void **state)
{
    (void)state;
    assert_int_equal(port_run_until("AT+CFUN"), MODEM_NOTHING);
    port_expect_end("\r\n+CME ERROR: 50\r\n", MODEM_FAILED);
}

static void internal_error_of_the_module_resets_it_once(void **state)
{
    (void)state;
    assert_int_equal(port_run_until("AT+CFUN"), MODEM_NOTHING);
    port_say("\r\n+CME ERROR: 100\r\n");
    assert_int_equal(port_pass(2200), MODEM_NOTHING);
    assert_int_equal(port_resets, 1);
    port_say("\r\nRDY\r\n");
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT\r\n");
}

// ---- open and connect ----

static void open_sets_every_option_and_connects(void **state)
{
    (void)state;
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    modem_open(MODEM_MQTT, "thingseye.io", "1885");
    port_expect_sent("AT+QMTCFG=\"version\",0,1\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"keepalive\",0,120\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"session\",0,1\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"timeout\",0,30,0,0\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "AT+QMTCFG=\"showrecvlen\",0,1\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "AT+QMTOPEN=0,\"thingseye.io\",1885\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "");
    port_expect_end("\r\n+QMTOPEN: 0,0\r\n", MODEM_DONE);
    modem_connect("client", "user", "password");
    port_expect_sent("AT+QMTCONN=0,\"client\",\"user\",\"password\"\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTCONN: 0,1\r\n\r\n+QMTCONN: 0,0,0\r\n", MODEM_DONE);
}

static void connect_leaves_out_what_is_not_given(void **state)
{
    (void)state;
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    modem_connect("client", NULL, "never without user");
    port_expect_sent("AT+QMTCONN=0,\"client\"\r\n");
}

static void open_of_an_index_in_use_closes_it_and_opens_once_more(void **state)
{
    (void)state;
    port_begin_open();
    port_expect_reply_leads_to("\r\nOK\r\n\r\n+QMTOPEN: 0,2\r\n", "AT+QMTCLOSE=0\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n", "AT+QMTOPEN=0,\"h\",1\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTOPEN: 0,2\r\n", MODEM_FAILED);
}

static void open_without_pdp_context_attaches_and_opens_once_more(void **state)
{
    (void)state;
    port_begin_open();
    port_expect_reply_leads_to("\r\nOK\r\n\r\n+QMTOPEN: 0,3\r\n", "AT+CGATT=1\r\n");
    port_expect_reply_leads_to("\r\nERROR\r\n", "AT+QMTOPEN=0,\"h\",1\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTOPEN: 0,0\r\n", MODEM_DONE);
}

static void open_without_any_urc_ends_at_its_bound_and_can_begin_again(void **state)
{
    (void)state;
    port_begin_open();
    port_say("\r\nOK\r\n");
    assert_int_equal(port_pass(179000), MODEM_NOTHING);
    assert_int_equal(port_pass(2000), MODEM_FAILED);
    modem_disconnect();
    port_expect_sent("AT+QMTCLOSE=0\r\n");
    port_expect_end("\r\n+QMTOPEN: 0,0\r\n\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n",
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

    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        modem_connect("c", NULL, NULL);
        port_expect_sent("AT+QMTCONN=0,\"c\"\r\n");
        port_expect_end(rows[i].urc, rows[i].kind);
    }
}

static void connection_lost_while_opening_or_connecting_fails_at_once(void **state)
{
    (void)state;
    port_begin_open();
    port_expect_reply_leads_to("\r\nOK\r\n", "");
    port_expect_end("\r\n+QMTSTAT: 0,1\r\n", MODEM_FAILED);
    modem_open(MODEM_MQTT, "h", "1");
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    modem_connect("c", NULL, NULL);
    port_expect_sent("AT+QMTCONN=0,\"c\"\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "");
    port_expect_end("\r\n+QMTSTAT: 0,4\r\n", MODEM_FAILED);
}

static void loss_of_an_earlier_connection_does_not_disturb_an_open(void **state)
{
    (void)state;
    port_begin_open();
    port_expect_reply_leads_to("\r\n+QMTSTAT: 0,5\r\n\r\nOK\r\n", "");
    port_expect_end("\r\n+QMTOPEN: 0,0\r\n", MODEM_DONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(wake_sends_at_until_the_sleeping_module_answers, port_setup),
        cmocka_unit_test_setup(answer_that_comes_while_at_is_repeated_is_heard, port_setup),
        cmocka_unit_test_setup(wake_takes_identity_and_signal_through_echo_and_urcs, port_setup),
        cmocka_unit_test_setup(wake_resets_a_dumb_module_once_and_then_fails, port_setup),
        cmocka_unit_test_setup(wake_waits_two_minutes_for_the_network, port_setup),
        cmocka_unit_test_setup(busy_module_is_asked_again_after_a_second_three_times, port_setup),
        cmocka_unit_test_setup(refused_command_is_not_repeated, port_setup),
        cmocka_unit_test_setup(internal_error_of_the_module_resets_it_once, port_setup),
        cmocka_unit_test_setup(open_sets_every_option_and_connects, port_setup),
        cmocka_unit_test_setup(connect_leaves_out_what_is_not_given, port_setup),
        cmocka_unit_test_setup(open_of_an_index_in_use_closes_it_and_opens_once_more, port_setup),
        cmocka_unit_test_setup(open_without_pdp_context_attaches_and_opens_once_more, port_setup),
        cmocka_unit_test_setup(open_without_any_urc_ends_at_its_bound_and_can_begin_again,
                               port_setup),
        cmocka_unit_test_setup(connack_refusals_are_final_and_server_unavailable_is_not,
                               port_setup),
        cmocka_unit_test_setup(connection_lost_while_opening_or_connecting_fails_at_once,
                               port_setup),
        cmocka_unit_test_setup(loss_of_an_earlier_connection_does_not_disturb_an_open, port_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
