// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/modem_driver/port_bench.h"

#include "node/driver/modem/dialogue.h"
#include "node/port/modem.h"
#include "node/port/modem_pins.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"

const struct dialogue *const modem_dialogue = &bc660k_dialogue;

const struct modem_network port_network = {.search_ms = 120000};
uint32_t port_now_ms;
unsigned port_resets;

void modem_reset_line(bool low)
{
    port_resets += low;
}

void modem_power_key(bool pressed)
{
    (void)pressed;
}

bool modem_is_on(void)
{
    return true;
}

void port_say(const char *text)
{
    fake_uart_say_text(UART_MODEM, text);
}

enum modem_event_kind port_poll(void)
{
    return modem_poll(port_now_ms).kind;
}

// Lets time pass until something is sent or the request ends.
enum modem_event_kind port_pass(uint32_t ms)
{
    for (uint32_t end_ms = port_now_ms + ms; port_now_ms < end_ms; port_now_ms += 10) {
        enum modem_event_kind kind = port_poll();
        if (kind != MODEM_NOTHING) {
            return kind;
        }
    }
    return port_poll();
}

void port_expect_sent(const char *command)
{
    assert_int_equal(port_poll(), MODEM_NOTHING);
    assert_string_equal(fake_uart_heard(UART_MODEM), command);
}

void port_expect_reply_leads_to(const char *reply, const char *next_command)
{
    port_say(reply);
    port_expect_sent(next_command);
}

void port_expect_end(const char *reply, enum modem_event_kind kind)
{
    port_say(reply);
    assert_int_equal(port_poll(), kind);
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
enum modem_event_kind port_run_until(const char *stop)
{
    for (;;) {
        enum modem_event_kind kind = port_pass(200);
        if (kind != MODEM_NOTHING) {
            return kind;
        }
        const char *command = fake_uart_heard(UART_MODEM);
        assert_true(command[0] != '\0');
        if (stop != NULL && strncmp(command, stop, strlen(stop)) == 0) {
            return MODEM_NOTHING;
        }
        port_say(usual_answer(command));
    }
}

int port_setup(void **state)
{
    (void)state;
    fake_uart_reset();
    modem_cancel();
    port_now_ms += 100000;
    port_resets = 0;
    modem_wake(&port_network);
    return 0;
}

void port_go_online_again(void)
{
    modem_open(MODEM_MQTT, "host", "1885");
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    modem_connect("client", "user", NULL);
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
}

void port_go_online(void)
{
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    port_go_online_again();
}

void port_begin_open(void)
{
    assert_int_equal(port_run_until(NULL), MODEM_DONE);
    modem_open(MODEM_MQTT, "h", "1");
    assert_int_equal(port_run_until("AT+QMTOPEN"), MODEM_NOTHING);
}

void port_begin_publish(void)
{
    port_go_online();
    modem_publish("topic", span_of_text("1028"), 0);
    port_expect_sent("AT+QMTPUB=0,0,0,0,\"topic\",4,\"1028\"\r\n");
}
