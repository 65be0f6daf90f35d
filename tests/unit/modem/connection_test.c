// SPDX-License-Identifier: Apache-2.0
// How a connection to a real broker begins, lives on and ends: commands, lost networks, power cuts.
#define _POSIX_C_SOURCE 200809L
#include "tests/unit/modem/broker_bench.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "tests/unit/modem/peer.h"

static void a_second_open_says_index_in_use(void **state)
{
    (void)state;
    char command[64];

    rig_connect(&bench_rig, bench_broker.port, "one");
    snprintf(command, sizeof command, "AT+QMTOPEN=0,\"127.0.0.1\",%u", bench_broker.port);
    rig_ok(&bench_rig, command);
    rig_expect(&bench_rig, "\r\n+QMTOPEN: 0,2\r\n", 1000);
    rig_type(&bench_rig, "AT+QMTCONN?");
    rig_expect(&bench_rig, "\r\n+QMTCONN: 0,3\r\n\r\nOK\r\n", 100);
    rig_ok(&bench_rig, "AT+QMTDISC=0");
    rig_expect(&bench_rig, "\r\n+QMTDISC: 0,0\r\n", 300);
    rig_error(&bench_rig, "AT+QMTCLOSE=0");
    rig_ok(&bench_rig, command);
    rig_expect(&bench_rig, "\r\n+QMTOPEN: 0,0\r\n", 5000);
    rig_ok(&bench_rig, "AT+QMTCLOSE=0");
    rig_expect(&bench_rig, "\r\n+QMTCLOSE: 0,0\r\n", 300);
}

static void open_to_scripted(unsigned port)
{
    char command[64];

    rig_attach(&bench_rig);
    snprintf(command, sizeof command, "AT+QMTOPEN=0,\"127.0.0.1\",%u", port);
    rig_ok(&bench_rig, command);
    rig_expect(&bench_rig, "\r\n+QMTOPEN: 0,0\r\n", 5000);
    rig_ok(&bench_rig, "AT+QMTCONN=0,\"one\"");
}

static void connack_codes_pass_through(void **state)
{
    (void)state;
    struct peer peer;
    static const struct peer_step steps[] = {{17, "\x20\x02\x00\x05", 4}};

    peer_script(&peer, steps, 1);
    open_to_scripted(peer.port);
    rig_expect(&bench_rig, "\r\n+QMTCONN: 0,0,5\r\n", 5000);
    peer_end(&peer);
    rig_expect(&bench_rig, "\r\n+QMTSTAT: 0,1\r\n", 5000);
}

static void a_server_that_never_answers_fails_after_the_packet_timeout(void **state)
{
    (void)state;
    struct peer peer;

    peer_script(&peer, NULL, 0);
    open_to_scripted(peer.port);
    uint64_t from_ns = bench_rig.now_ns;
    rig_expect(&bench_rig, "\r\n+QMTCONN: 0,2\r\n", 31000);
    assert_in_range((bench_rig.now_ns - from_ns) / RIG_MS, 29900, 30100);
    peer_end(&peer);
}

static void a_refused_filter_is_granted_128(void **state)
{
    (void)state;
    struct peer peer;
    static const struct peer_step steps[] = {{17, "\x20\x02\x00\x00", 4},
                                             {8, "\x90\x03\x00\x01\x80", 5}};

    peer_script(&peer, steps, 2);
    open_to_scripted(peer.port);
    rig_expect(&bench_rig, "\r\n+QMTCONN: 0,0,0\r\n", 5000);
    rig_ok(&bench_rig, "AT+QMTSUB=0,1,\"a\",0");
    rig_expect(&bench_rig, "\r\n+QMTSUB: 0,1,0,128\r\n", 10000);
    peer_end(&peer);
}

static void garbage_from_the_server_ends_the_connection(void **state)
{
    (void)state;
    struct peer peer;
    static const struct peer_step steps[] = {{17, "\x20\x02\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF", 10}};

    peer_script(&peer, steps, 1);
    open_to_scripted(peer.port);
    rig_expect(&bench_rig, "\r\n+QMTSTAT: 0,1\r\n", 5000);
    peer_end(&peer);
}

static void a_killed_server_ends_in_qmtstat_and_can_be_opened_again(void **state)
{
    (void)state;
    char command[64];

    rig_connect(&bench_rig, bench_broker.port, "one");
    broker_kill(&bench_broker, SIGKILL);
    rig_expect(&bench_rig, "\r\n+QMTSTAT: 0,1\r\n", 200000);
    rig_error(&bench_rig, "AT+QMTDISC=0");
    broker_restart(&bench_broker);
    snprintf(command, sizeof command, "AT+QMTOPEN=0,\"127.0.0.1\",%u", bench_broker.port);
    rig_ok(&bench_rig, command);
    rig_expect(&bench_rig, "\r\n+QMTOPEN: 0,0\r\n", 5000);
    rig_ok(&bench_rig, "AT+QMTCONN=0,\"one\"");
    rig_expect(&bench_rig, "\r\n+QMTCONN: 0,0,0\r\n", 5000);
}

// ---- keep-alive and lost networks ----

static void an_idle_session_lives_on_pings(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    uint64_t before = modem_counters(bench_rig.modem)->mqtt_bytes_up;
    rig_expect_not(&bench_rig, "+QMTSTAT", 1000000);
    // 1000 s in steps of 120 s: PINGREQs of two bytes.
    assert_int_equal(modem_counters(bench_rig.modem)->mqtt_bytes_up - before, 8 * 2);
    rig_type(&bench_rig, "AT+QMTCONN?");
    rig_expect(&bench_rig, "+QMTCONN: 0,3", 100);
}

static void a_lost_link_ends_in_qmtstat_and_the_next_connect_takes_over(void **state)
{
    (void)state;
    char command[64];

    rig_connect(&bench_rig, bench_broker.port, "one");
    modem_faults(bench_rig.modem)->link_down = true;
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",1,\"x\"");
    rig_expect(&bench_rig, "\r\n+QMTSTAT: 0,7\r\n", 130000);
    modem_faults(bench_rig.modem)->link_down = false;
    rig_run(&bench_rig, bench_rig.now_ns + 20 * RIG_S);
    snprintf(command, sizeof command, "AT+QMTOPEN=0,\"127.0.0.1\",%u", bench_broker.port);
    rig_ok(&bench_rig, command);
    rig_expect(&bench_rig, "\r\n+QMTOPEN: 0,0\r\n", 5000);
    rig_ok(&bench_rig, "AT+QMTCONN=0,\"one\"");
    rig_expect(&bench_rig, "\r\n+QMTCONN: 0,0,0\r\n", 5000);
}

static void a_short_loss_of_the_link_delays_and_loses_nothing(void **state)
{
    (void)state;
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("a", 0);
    modem_faults(bench_rig.modem)->link_down = true;
    rig_ok(&bench_rig, "AT+QMTPUB=0,0,0,0,\"a\",1,\"x\"");
    rig_expect_not(&bench_rig, "+QMTRECV", 30000);
    modem_faults(bench_rig.modem)->link_down = false;
    rig_expect(&bench_rig, "\r\n+QMTRECV: 0,0,\"a\",1,\"x\"\r\n", 5000);
}

// A second module that hears the will of the first, which is on the link given.
static void connect_with_will(struct rig *watcher)
{
    char command[64];

    rig_begin(watcher, "lte-m", 3);
    rig_connect(watcher, bench_broker.port, "watcher");
    rig_ok(watcher, "AT+QMTSUB=0,1,\"will\",0");
    rig_expect(watcher, "+QMTSUB: 0,1,0,0", 10000);
    rig_attach(&bench_rig);
    rig_ok(&bench_rig, "AT+QMTCFG=\"will\",0,1,0,0,\"will\",\"gone\"");
    snprintf(command, sizeof command, "AT+QMTOPEN=0,\"127.0.0.1\",%u", bench_broker.port);
    rig_ok(&bench_rig, command);
    rig_expect(&bench_rig, "+QMTOPEN: 0,0", 40000);
    rig_ok(&bench_rig, "AT+QMTCONN=0,\"one\"");
    rig_expect(&bench_rig, "+QMTCONN: 0,0,0", 40000);
}

// The two virtual clocks know nothing of each other: the broker has time to tell the watcher what it saw.
static void let_real_time_pass(struct rig *watcher)
{
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    modem_net_stir(watcher->modem);
}

static void a_power_cut_leaves_the_session_half_open_until_its_keep_alive_is_over(void **state)
{
    (void)state;
    struct rig watcher;

    connect_with_will(&watcher);
    modem_power_off(bench_rig.modem, bench_rig.now_ns);
    rig_run(&bench_rig, bench_rig.now_ns + 170 * RIG_S);
    rig_expect_not(&watcher, "+QMTRECV", 10000);
    rig_run(&bench_rig, bench_rig.now_ns + 20 * RIG_S);
    let_real_time_pass(&watcher);
    rig_expect(&watcher, "\"will\",4,\"gone\"", 10000);
    rig_end(&watcher);
}

static void radio_off_lets_the_disconnect_go_first_however_slow_the_link(void **state)
{
    (void)state;
    struct rig watcher;

    rig_end(&bench_rig);
    rig_begin(&bench_rig, "nb-ce2", 4);
    connect_with_will(&watcher);
    rig_ok(&bench_rig, "AT+QMTDISC=0");
    rig_expect(&bench_rig, "+QMTDISC: 0,0", 300);
    rig_ok(&bench_rig, "AT+QSCLK=1");
    rig_type(&bench_rig, "AT+CFUN=0");
    rig_expect(&bench_rig, "\r\nOK\r\n", 25000);
    rig_run(&bench_rig, bench_rig.now_ns + 300 * RIG_S);
    let_real_time_pass(&watcher);
    rig_expect_not(&watcher, "+QMTRECV", 10000);
    rig_end(&watcher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_second_open_says_index_in_use),
        BENCH_TEST(connack_codes_pass_through),
        BENCH_TEST(a_server_that_never_answers_fails_after_the_packet_timeout),
        BENCH_TEST(a_refused_filter_is_granted_128),
        BENCH_TEST(garbage_from_the_server_ends_the_connection),
        BENCH_TEST(a_killed_server_ends_in_qmtstat_and_can_be_opened_again),
        BENCH_TEST(an_idle_session_lives_on_pings),
        BENCH_TEST(a_lost_link_ends_in_qmtstat_and_the_next_connect_takes_over),
        BENCH_TEST(a_short_loss_of_the_link_delays_and_loses_nothing),
        BENCH_TEST(a_power_cut_leaves_the_session_half_open_until_its_keep_alive_is_over),
        BENCH_TEST(radio_off_lets_the_disconnect_go_first_however_slow_the_link),
    };
    return cmocka_run_group_tests(tests, bench_start_broker, bench_stop_broker);
}
