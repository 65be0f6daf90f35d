// SPDX-License-Identifier: Apache-2.0
// AT+QMTPUB and +QMTRECV against a mosquitto of the test's own.
#define _GNU_SOURCE // memmem
#include "tests/unit/modem/broker_bench.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *command;
    const char *received;
} inline_forms[] = {
    {"AT+QMTPUB=0,0,0,0,\"a\",4,\"1028\"", "\"a\",4,\"1028\"\r\n"},
    {"AT+QMTPUB=0,0,0,0,\"a\",4,1028", "\"a\",4,\"1028\"\r\n"},
    {"AT+QMTPUB=0,0,0,0,\"a\",13,{\"k\": \"v, w\"}", "\"a\",13,\"{\"k\": \"v, w\"}\"\r\n"},
    {"AT+QMTPUB=0,0,0,0,\"a\",13,\"{\"k\": \"v, w\"}\"", "\"a\",13,\"{\"k\": \"v, w\"}\"\r\n"},
    {"AT+QMTPUB=0,0,0,0,\"a\",2,\"1028\"", "\"a\",2,\"10\"\r\n"}, // excess is cut
    {"AT+QMTPUB=0,0,0,0,\"a\",2,1028", "\"a\",2,\"10\"\r\n"},
    {"AT+QMTPUB=0,0,0,0,\"a\",0,", "\"a\",0,\"\"\r\n"},
};

static void an_inline_message_is_taken_by_its_length_quoted_or_not(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    for (size_t i = 0; i < sizeof inline_forms / sizeof inline_forms[0]; i++) {
        rig_ok(&bench_rig, inline_forms[i].command);
        rig_expect(&bench_rig, inline_forms[i].received, 5000);
        rig_run(&bench_rig, bench_rig.now_ns + 1500 * RIG_MS); // past a late +QMTPUB
    }
    rig_error(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",5,1028"); // too short
    rig_error(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",1461,1"); // above the limit
    rig_error(&bench_rig, "AT+QMTPUB=0,0,1,0,\"a\",1,1");    // QoS 1 needs an id
    rig_error(&bench_rig, "AT+QMTPUB=0,1,0,0,\"a\",1,1");    // …and QoS 0 has none
    rig_error(&bench_rig, "AT+QMTPUB=0,0,0,0,a,1,1");        // topic without quotes
    rig_error(&bench_rig, "AT+QMTSUB=0,2,\"a\",0,\"b\",0");  // one topic a command
    rig_error(&bench_rig, "AT+QMTCFG=\"keepalive\",0,60");   // too late
    rig_ok(&bench_rig, "AT+QMTCFG=\"timeout\",0,30,0,0");
}

// A message may come while the answer to AT+QMTPUB is still owed.
static void regression_published_never_comes_before_the_ok_of_its_command(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,1,\"kept\",1,x");
    for (unsigned i = 0; i < 24; i++) {
        rig_run(&bench_rig, bench_rig.now_ns + 1500 * RIG_MS); // past a late +QMTPUB
        bench_subscribe("kept", 0);
        rig_run(&bench_rig, bench_rig.now_ns + (10 + i % 6 * 4) * RIG_MS);
        size_t begin = bench_rig.seen_size;
        rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,0,\"b\",1,x");
        static const char published[] = "+QMTPUB";
        assert_null(memmem(bench_rig.seen + begin, bench_rig.read - begin, published,
                           sizeof published - 1));
    }
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,1,\"kept\",0,");
}

static void without_showrecvlen_the_length_is_absent(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    rig_ok(&bench_rig, "AT+QMTCFG=\"showrecvlen\",0,0");
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",4,\"1028\"");
    rig_expect(&bench_rig, "\r\n+QMTRECV: 0,0,\"a\",\"1028\"\r\n", 5000);
}

static void hex_doubles_both_ways(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    rig_ok(&bench_rig, "AT+QMTCFG=\"dataformat\",0,1,1");
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",2,\"F901\"");
    rig_expect(&bench_rig, "\r\n+QMTRECV: 0,0,\"a\",2,\"F901\"\r\n", 5000);
    rig_ok(&bench_rig, "AT+QMTCFG=\"dataformat\",0,1,0");
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",2,f901");
    rig_expect(&bench_rig, "\r\n+QMTRECV: 0,0,\"a\",2,\"\xF9\x01\"\r\n", 5000);
    rig_error(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",2,F9xx");
}

static void any_byte_passes_by_prompt_and_length(void **state)
{
    (void)state;
    static const char payload[] = "\0\"\r\n\x1A\x1B,OK\r\n+QMTSTAT: 0,1\r\nERROR\r\n";
    char command[64];
    size_t size = sizeof payload - 1;

    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    snprintf(command, sizeof command, "AT+QMTPUB=0,0,0,0,\"a\",%zu", size);
    rig_type_bytes(&bench_rig, command, strlen(command), RIG_BAUD);
    rig_type_bytes(&bench_rig, "\rlost", 5, RIG_BAUD); // before the prompt
    rig_expect(&bench_rig, "\r\n> ", 500);
    rig_run(&bench_rig, bench_rig.now_ns + 500 * RIG_MS);
    rig_type_bytes(&bench_rig, payload, size, RIG_BAUD);
    rig_expect(&bench_rig, "\r\nOK\r\n", 100);
    snprintf(command, sizeof command, "\r\n+QMTRECV: 0,0,\"a\",%zu,\"", size);
    rig_expect(&bench_rig, command, 5000);
    rig_expect_bytes(&bench_rig, payload, size, 100);
    rig_expect(&bench_rig, "\"\r\n", 100);
}

static void prompt_without_length_ends_with_ctrl_z_or_escape(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    rig_type(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\"");
    rig_expect(&bench_rig, "> ", 500);
    rig_type_bytes(&bench_rig, "abc\x1A", 4, RIG_BAUD);
    rig_expect(&bench_rig, "\r\n+QMTRECV: 0,0,\"a\",3,\"abc\"\r\n", 5000);
    rig_run(&bench_rig, bench_rig.now_ns + 2 * RIG_S);
    rig_type(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\"");
    rig_expect(&bench_rig, "> ", 500);
    bench_rig.read = bench_rig.seen_size;
    rig_type_bytes(&bench_rig, "abc\x1B", 4, RIG_BAUD);
    rig_expect_not(&bench_rig, "+QMT", 5000);
}

static void urcs_in_data_mode_are_lost_and_60_s_end_it(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",1,\"x\"");
    rig_run(&bench_rig, bench_rig.now_ns + 100 * RIG_MS); // on its way
    rig_type(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\"");
    rig_expect(&bench_rig, "> ", 500);
    rig_expect_not(&bench_rig, "+QMTRECV", 10000);
    rig_expect(&bench_rig, "ERROR", 51000);
    assert_true(modem_counters(bench_rig.modem)->lost_urcs >= 1);
    rig_ok(&bench_rig, "AT");
}

static void qos_1_is_acknowledged_both_ways_with_growing_ids(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 1);
    for (unsigned id = 1; id <= 3; id++) {
        char text[64];
        snprintf(text, sizeof text, "AT+QMTPUB=0,%u,1,0,\"a\",1,\"x\"", id);
        rig_ok(&bench_rig, text);
        snprintf(text, sizeof text, "\r\n+QMTRECV: 0,%u,\"a\",1,\"x\"\r\n", id);
        size_t read = bench_rig.read;
        rig_expect(&bench_rig, text, 5000);
        bench_rig.read = read; // either may come first
        snprintf(text, sizeof text, "\r\n+QMTPUB: 0,%u,0\r\n", id);
        rig_expect(&bench_rig, text, 5000);
        rig_run(&bench_rig, bench_rig.now_ns + 2 * RIG_S);
    }
    // Nothing is repeated to who has acknowledged.
    bench_rig.read = bench_rig.seen_size;
    rig_expect_not(&bench_rig, "+QMTRECV", 30000);
}

static void qos_2_completes_both_ways(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 2);
    rig_ok(&bench_rig, "AT+QMTPUB=0,9,2,0,\"a\",1,\"x\"");
    size_t read = bench_rig.read;
    rig_expect(&bench_rig, "\r\n+QMTRECV: 0,1,\"a\",1,\"x\"\r\n", 5000);
    bench_rig.read = read; // either may come first
    rig_expect(&bench_rig, "\r\n+QMTPUB: 0,9,0\r\n", 5000);
    rig_ok(&bench_rig, "AT+QMTUNS=0,3,\"a\"");
    rig_expect(&bench_rig, "\r\n+QMTUNS: 0,3,0\r\n", 5000);
}

static void a_message_above_the_module_s_limit_is_dropped_and_counted(void **state)
{
    (void)state;
    static char command[1300];
    int size = snprintf(command, sizeof command, "AT+QMTPUB=0,0,0,0,\"a\",1061,");

    memset(command + size, 'x', 1061);
    command[size + 1061] = '\0';
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    rig_ok(&bench_rig, command);
    rig_expect_not(&bench_rig, "+QMTRECV", 5000);
    assert_int_equal(modem_counters(bench_rig.modem)->dropped_messages, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(an_inline_message_is_taken_by_its_length_quoted_or_not),
        BENCH_TEST(regression_published_never_comes_before_the_ok_of_its_command),
        BENCH_TEST(without_showrecvlen_the_length_is_absent),
        BENCH_TEST(hex_doubles_both_ways),
        BENCH_TEST(any_byte_passes_by_prompt_and_length),
        BENCH_TEST(prompt_without_length_ends_with_ctrl_z_or_escape),
        BENCH_TEST(urcs_in_data_mode_are_lost_and_60_s_end_it),
        BENCH_TEST(qos_1_is_acknowledged_both_ways_with_growing_ids),
        BENCH_TEST(qos_2_completes_both_ways),
        BENCH_TEST(a_message_above_the_module_s_limit_is_dropped_and_counted),
    };
    return cmocka_run_group_tests(tests, bench_start_broker, bench_stop_broker);
}
