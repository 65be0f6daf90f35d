// SPDX-License-Identifier: Apache-2.0
// Whole sessions of the driver with an emulated module and real servers behind it, on every channel.
#include "tests/unit/modem_driver/bench.h"

#include <stdio.h>
#include <string.h>

#include "tests/host/cmocka_all.h"

static int begin(void **state)
{
    (void)state;
    bench_begin(5);
    return 0;
}

static int end(void **state)
{
    (void)state;
    bench_end();
    return 0;
}

static void expect_done(enum modem_event_kind kind)
{
    if (kind != MODEM_DONE) {
        fail_msg("outcome %d; the dialogue:\n%s", (int)kind, wire_log());
    }
}

static void end_session(void)
{
    expect_done(bench_disconnect());
    assert_int_equal(bench_wait(2000).kind, MODEM_NOTHING); // +QMTSTAT: 0,5 is no news
    expect_done(bench_sleep());
    assert_int_equal(wire_commands_while_busy(), 0);
}

// Every byte value, in the order of their numbers, again and again.
static struct span every_byte(size_t size)
{
    static uint8_t bytes[1024];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    return span_of(bytes, size);
}

static void mqtt_session_publishes_any_bytes_and_hears_itself(void **state)
{
    (void)state;
    static const char json[] = "{\"temperature\":21.5,\"text\":\"a b\"}";

    for (unsigned round = 0; round < 2; round++) { // the second wakes a module that sleeps
        bench_go_online(MODEM_MQTT);
        assert_string_equal(modem_identity()->imei, "866207053462705");
        assert_string_equal(modem_identity()->imsi, "460045267607155");
        assert_in_range(modem_identity()->signal, 1, 31);
        assert_true(modem_identity()->unix_s > 1767225600);
        expect_done(bench_subscribe("up"));
        expect_done(bench_publish("up", span_of_text(json)));
        bench_expect("up", span_of_text(json));
        expect_done(bench_publish("up", span_of_text("1028")));
        bench_expect("up", span_of_text("1028"));
        expect_done(bench_publish("up", every_byte(MODEM_BINARY_MAX)));
        bench_expect("up", every_byte(MODEM_BINARY_MAX));
        end_session();
    }
}

static struct span long_json(void)
{
    static char json[1024];

    memset(json, '"', sizeof json);
    json[0] = '{';
    return span_of(json, sizeof json);
}

static struct span answer_of_udp(struct span sent)
{
    static uint8_t answer[1100];
    int head = snprintf((char *)answer, 32, "got %u: ", (unsigned)sent.size);

    memcpy(answer + head, sent.data, sent.size);
    return span_of(answer, (size_t)head + sent.size);
}

static void udp_session_carries_any_bytes(void **state)
{
    (void)state;
    const struct span payloads[] = {span_of_text("F901"), span_of_text("{\"a\":\"b\",\"c\":[1,2]}"),
                                    every_byte(256), every_byte(MODEM_BINARY_MAX), long_json()};

    bench_go_online(MODEM_UDP);
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        expect_done(bench_send(payloads[i], NULL));
        bench_expect("", answer_of_udp(payloads[i]));
    }
    end_session();
}

static void tcp_session_carries_any_bytes(void **state)
{
    (void)state;
    bench_go_online(MODEM_TCP);
    bench_expect("", span_of_text("hello"));
    expect_done(bench_send(span_of_text("{\"a\":\"b\"}"), NULL));
    bench_expect("", span_of_text("{\"a\":\"b\"}"));
    expect_done(bench_send(every_byte(600), NULL));
    bench_expect("", every_byte(600));
    end_session();
}

static void tcp_peer_that_closes_is_told(void **state)
{
    (void)state;
    bench_go_online(MODEM_TCP);
    bench_expect("", span_of_text("hello"));
    expect_done(bench_send(span_of_text("bye"), NULL));
    assert_int_equal(bench_wait(60000).kind, MODEM_LOST);
    assert_int_equal(bench_send(span_of_text("x"), NULL), MODEM_FAILED);
    end_session();
}

static void coap_session_posts_with_its_options(void **state)
{
    (void)state;
    static const char *const options[] = {"11,\"up\"", "11,\"link\"", "12,50", NULL};

    bench_go_online(MODEM_COAP);
    expect_done(bench_send(span_of_text("{\"a\":1}"), options));
    bench_expect("2.04", span_of_text("NON 2 11=up;11=link;12=32 {\"a\":1}"));
    expect_done(bench_send(span_of_text("second"), options));
    bench_expect("2.04", span_of_text("NON 2 11=up;11=link;12=32 second"));
    expect_done(bench_send(span_of("\x1A\x01\xFF", 3), options));
    bench_expect("2.04", span_of_text("NON 2 11=up;11=link;12=32 \x1A\x01\xFF"));
    end_session();
}

static void host_that_is_a_name_is_looked_up(void **state)
{
    (void)state;
    expect_done(bench_wake());
    expect_done(bench_open(MODEM_UDP, "localhost"));
    expect_done(bench_send(span_of_text("x"), NULL));
    bench_expect("", span_of_text("got 1: x"));
    expect_done(bench_disconnect());
    assert_int_equal(bench_open(MODEM_UDP, "no-such-name.invalid"), MODEM_FAILED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(mqtt_session_publishes_any_bytes_and_hears_itself),
        TEST(udp_session_carries_any_bytes),
        TEST(tcp_session_carries_any_bytes),
        TEST(tcp_peer_that_closes_is_told),
        TEST(coap_session_posts_with_its_options),
        TEST(host_that_is_a_name_is_looked_up),
    };
    return cmocka_run_group_tests(tests, servers_start, servers_stop);
}
