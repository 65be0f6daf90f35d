// SPDX-License-Identifier: Apache-2.0
// The modem port with the BC660K-GL's dialogue: what goes over a connection, how it is lost, and what the line does.
#include "node/port/counters.h"
#include "node/port/modem.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/modem_driver/port_bench.h"

// ---- publish and subscribe ----

static void publish_sends_json_bare_and_numbers_quoted(void **state)
{
    (void)state;
    port_go_online();
    modem_publish("v1/devices/me/telemetry", span_of_text("{\"a\": \"b\"}"), 0);
    port_expect_sent("AT+QMTPUB=0,0,0,0,\"v1/devices/me/telemetry\",10,{\"a\": \"b\"}\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,0\r\n", MODEM_DONE);
    modem_publish("t", span_of_text("1028"), 2);
    port_expect_sent("AT+QMTPUB=0,1,2,0,\"t\",4,\"1028\"\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,1,1,1\r\n\r\n+QMTPUB: 0,1,0\r\n", MODEM_DONE);
}

static void publish_blocked_or_refused_fails(void **state)
{
    (void)state;
    port_begin_publish();
    port_expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,2\r\n", MODEM_FAILED);
    modem_publish("topic", span_of_text("1028"), 0);
    port_expect_sent("AT+QMTPUB=0,0,0,0,\"topic\",4,\"1028\"\r\n");
    port_expect_end("\r\nERROR\r\n", MODEM_FAILED);
}

static void subscribe_refused_by_the_server_is_told_apart(void **state)
{
    (void)state;
    port_go_online();
    modem_subscribe("v2/fw/error", 0);
    port_expect_sent("AT+QMTSUB=0,1,\"v2/fw/error\",0\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTSUB: 0,1,0,128\r\n", MODEM_REFUSED);
    modem_subscribe("s", 1);
    port_expect_sent("AT+QMTSUB=0,1,\"s\",1\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTSUB: 0,1,0,1\r\n", MODEM_DONE);
}

static void answer_that_comes_before_the_outcome_of_its_request_is_kept(void **state)
{
    (void)state;
    port_begin_publish();
    port_say("\r\nOK\r\n\r\n+QMTRECV: 0,0,\"c/1\",3,\"a\"c\"\r\n\r\n+QMTPUB: 0,0,0\r\n");
    assert_int_equal(port_poll(), MODEM_DONE);
    assert_int_equal(modem_next_ms(port_now_ms), 0);
    struct modem_event event = modem_poll(port_now_ms);
    assert_int_equal(event.kind, MODEM_MESSAGE);
    assert_memory_equal(event.topic.data, "c/1", 3);
    assert_memory_equal(event.payload.data, "a\"c", 3);
    assert_int_equal(port_poll(), MODEM_NOTHING);
}

static void loss_in_the_middle_of_a_reply_waits_for_the_final_result(void **state)
{
    (void)state;
    port_begin_publish();
    port_say("\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(port_poll(), MODEM_NOTHING);
    port_expect_end("\r\nERROR\r\n", MODEM_FAILED);
    modem_disconnect();
    port_expect_sent("AT+QMTCLOSE=0\r\n"); // no DISC: the client is closed already
    port_expect_end("\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n", MODEM_DONE);
}

static void loss_whose_final_result_never_comes_is_bounded(void **state)
{
    (void)state;
    port_begin_publish();
    port_say("\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(port_pass(1900), MODEM_NOTHING);
    assert_int_equal(port_pass(200), MODEM_FAILED);
}

static void loss_between_requests_is_told_or_fails_the_next_request(void **state)
{
    (void)state;
    port_go_online();
    port_say("\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(port_poll(), MODEM_LOST);
    assert_int_equal(port_poll(), MODEM_NOTHING);
    modem_open(MODEM_MQTT, "h", "1");
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    modem_connect("c", NULL, NULL);
    port_expect_sent("AT+QMTCONN=0,\"c\"\r\n");
    port_say("\r\nOK\r\n\r\n+QMTCONN: 0,0,0\r\n\r\n+QMTSTAT: 0,1\r\n");
    assert_int_equal(port_poll(), MODEM_DONE);
    modem_publish("t", span_of_text("1"), 0);
    assert_int_equal(port_pass(2100), MODEM_FAILED);
}

static void module_that_starts_anew_has_lost_its_connection(void **state)
{
    (void)state;
    port_go_online();
    port_say("\r\nRDY\r\n");
    assert_int_equal(port_poll(), MODEM_LOST);
    port_go_online_again();
    modem_publish("t", span_of_text("1"), 0);
    port_expect_sent("AT+QMTPUB=0,0,0,0,\"t\",1,\"1\"\r\n");
    port_expect_end("\r\nRDY\r\n", MODEM_FAILED);
}

static void disconnect_closes_both_layers_and_sleep_turns_the_radio_off(void **state)
{
    (void)state;
    port_go_online();
    modem_disconnect();
    port_expect_sent("AT+QMTDISC=0\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n\r\n+QMTDISC: 0,0\r\n", "AT+QMTCLOSE=0\r\n");
    port_expect_end("\r\nERROR\r\n", MODEM_DONE);
    modem_sleep();
    port_expect_sent("AT\r\n");
    port_say("\r\nOK\r\n");
    assert_int_equal(port_pass(110), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), "AT+QSCLK=1\r\n");
    port_expect_reply_leads_to("\r\nOK\r\n", "AT+CFUN=0\r\n");
    port_expect_end("\r\nOK\r\n", MODEM_DONE);
}

// The cancelled command's result may still come: it must not be taken for the next one's.
static void cancelled_request_leaves_the_port_free_and_its_result_is_let_pass(void **state)
{
    (void)state;
    port_begin_open();
    modem_cancel();
    assert_false(modem_is_busy());
    modem_disconnect();
    port_expect_sent("AT\r\n");
    port_say("\r\nOK\r\n");
    port_expect_sent("");
    port_say("\r\nOK\r\n");
    assert_int_equal(port_pass(110), MODEM_NOTHING);
    port_expect_sent("AT+QMTCLOSE=0\r\n");
}

// ---- what the line does ----

static void message_cut_short_does_not_swallow_the_next_result(void **state)
{
    (void)state;
    port_go_online();
    port_say("\r\n+QMTRECV: 0,0,\"c/1\",1028,\"lost bytes\"\r\n");
    assert_int_equal(port_poll(), MODEM_NOTHING);
    assert_in_range(modem_next_ms(port_now_ms), 1, 1000);
    assert_int_equal(port_pass(1100), MODEM_NOTHING);
    modem_publish("t", span_of_text("1"), 0);
    port_expect_sent("AT+QMTPUB=0,0,0,0,\"t\",1,\"1\"\r\n");
    port_expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,0\r\n", MODEM_DONE);
}

static void final_result_inside_a_payload_is_payload(void **state)
{
    (void)state;
    port_begin_publish();
    port_say("\r\n+QMTRECV: 0,0,\"c/1\",31,\"\r\nOK\r\n\r\n+QMTPUB: 0,0,2\r\nERROR\r\n\"\r\n");
    assert_int_equal(port_poll(), MODEM_NOTHING);
    assert_true(modem_is_busy());
    port_expect_end("\r\nOK\r\n\r\n+QMTPUB: 0,0,0\r\n", MODEM_DONE);
}

static void damage_and_overruns_of_the_line_are_counted(void **state)
{
    (void)state;
    port_begin_publish();
    counters_clear();
    fake_uart_damage(UART_MODEM);
    assert_int_equal(port_poll(), MODEM_NOTHING);
    fake_uart_lose(UART_MODEM);
    assert_int_equal(port_poll(), MODEM_NOTHING);
    assert_int_equal(port_poll(), MODEM_NOTHING);
    assert_int_equal(counter_read(COUNTER_MODEM_NOISE), 1);
    assert_int_equal(counter_read(COUNTER_MODEM_OVERRUNS), 1);
}

static void noise_of_a_module_that_sleeps_is_not_counted(void **state)
{
    (void)state;
    port_go_online();
    modem_sleep();
    (void)port_pass(100000);
    counters_clear();
    fake_uart_damage(UART_MODEM);
    assert_int_equal(port_poll(), MODEM_NOTHING);
    modem_wake(&port_network); // what lay before the request is no part of it either
    assert_int_equal(port_poll(), MODEM_NOTHING);
    assert_int_equal(counter_read(COUNTER_MODEM_NOISE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(publish_sends_json_bare_and_numbers_quoted, port_setup),
        cmocka_unit_test_setup(publish_blocked_or_refused_fails, port_setup),
        cmocka_unit_test_setup(subscribe_refused_by_the_server_is_told_apart, port_setup),
        cmocka_unit_test_setup(answer_that_comes_before_the_outcome_of_its_request_is_kept,
                               port_setup),
        cmocka_unit_test_setup(loss_in_the_middle_of_a_reply_waits_for_the_final_result,
                               port_setup),
        cmocka_unit_test_setup(loss_whose_final_result_never_comes_is_bounded, port_setup),
        cmocka_unit_test_setup(loss_between_requests_is_told_or_fails_the_next_request, port_setup),
        cmocka_unit_test_setup(module_that_starts_anew_has_lost_its_connection, port_setup),
        cmocka_unit_test_setup(disconnect_closes_both_layers_and_sleep_turns_the_radio_off,
                               port_setup),
        cmocka_unit_test_setup(cancelled_request_leaves_the_port_free_and_its_result_is_let_pass,
                               port_setup),
        cmocka_unit_test_setup(message_cut_short_does_not_swallow_the_next_result, port_setup),
        cmocka_unit_test_setup(final_result_inside_a_payload_is_payload, port_setup),
        cmocka_unit_test_setup(damage_and_overruns_of_the_line_are_counted, port_setup),
        cmocka_unit_test_setup(noise_of_a_module_that_sleeps_is_not_counted, port_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
