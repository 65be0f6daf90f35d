// SPDX-License-Identifier: Apache-2.0
// What a TCP peer sees of a module that loses its power or its network; the rest is in the transcripts.
#define _POSIX_C_SOURCE 200809L
#include "tests/host/cmocka_all.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/modem/rig.h"

static struct rig rig;
static int listener, peer;

static unsigned listen_anywhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    return ntohs(address.sin_port);
}

static int begin(void **state)
{
    char command[64];

    (void)state;
    rig_begin(&rig, "nb1-ce0", 31);
    rig_attach(&rig);
    snprintf(command, sizeof command, "AT+QIOPEN=0,0,\"TCP\",\"127.0.0.1\",%u,0,1",
             listen_anywhere());
    rig_ok(&rig, command);
    rig_expect(&rig, "\r\n+QIOPEN: 0,0\r\n", 10000);
    peer = accept(listener, NULL, NULL);
    assert_true(peer >= 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    rig_end(&rig);
    close(peer);
    close(listener);
    return 0;
}

static bool is_open(void)
{
    char byte;

    return recv(peer, &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

static void a_power_cut_leaves_the_peer_with_half_a_connection_for_two_hours(void **state)
{
    (void)state;
    modem_power_off(rig.modem, rig.now_ns);
    assert_true(is_open());
    rig_run(&rig, rig.now_ns + 7100 * RIG_S);
    assert_true(is_open());
    rig_run(&rig, rig.now_ns + 200 * RIG_S);
    assert_false(is_open());
}

static void detaching_does_not_tell_the_peer_either(void **state)
{
    (void)state;
    rig_type(&rig, "AT+CFUN=0");
    rig_expect(&rig, "\r\nOK\r\n", 30000);
    assert_true(is_open());
}

static void what_was_sent_before_qiclose_arrives_before_the_end(void **state)
{
    char bytes[8];

    (void)state;
    rig_ok(&rig, "AT+QISEND=0,5,\"final\"");
    rig_ok(&rig, "AT+QICLOSE=0");
    rig_run(&rig, rig.now_ns + 5 * RIG_S);
    assert_int_equal(recv(peer, bytes, sizeof bytes, MSG_DONTWAIT), 5);
    assert_memory_equal(bytes, "final", 5);
    assert_int_equal(recv(peer, bytes, sizeof bytes, MSG_DONTWAIT), 0);
}

static void an_uplink_without_progress_closes_the_socket(void **state)
{
    (void)state;
    modem_faults(rig.modem)->link_down = true;
    rig_ok(&rig, "AT+QISEND=0,1,\"x\"");
    rig_expect(&rig, "\r\n+QIURC: \"closed\",0\r\n", 125000);
    rig_error(&rig, "AT+QISEND=0,1,\"x\"");
}

static void held_messages_come_when_they_are_let_go(void **state)
{
    (void)state;
    modem_faults(rig.modem)->hold = true;
    assert_int_equal(send(peer, "word", 4, 0), 4);
    rig_ok(&rig, "AT");
    modem_faults(rig.modem)->hold = false;
    rig_expect(&rig, "\r\n+QIURC: \"recv\",0,4,\"word\"\r\n", 10000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_power_cut_leaves_the_peer_with_half_a_connection_for_two_hours),
        TEST(detaching_does_not_tell_the_peer_either),
        TEST(what_was_sent_before_qiclose_arrives_before_the_end),
        TEST(an_uplink_without_progress_closes_the_socket),
        TEST(held_messages_come_when_they_are_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
