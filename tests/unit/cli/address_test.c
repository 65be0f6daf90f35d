// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "cli/address.h"

static struct address address;

static void assert_reads(const char *text, const char *host, uint16_t port)
{
    assert_true(address_parse(text, 1885, &address));
    assert_string_equal(address.host, host);
    assert_int_equal(address.port, port);
}

static void every_form_is_read(void **state)
{
    (void)state;
    assert_reads("127.0.0.1", "127.0.0.1", 1885);
    assert_reads("127.0.0.1:1883", "127.0.0.1", 1883);
    assert_reads("broker.example.org:65535", "broker.example.org", 65535);
    assert_reads("::1", "::1", 1885);
    assert_reads("[::1]", "::1", 1885);
    assert_reads("[fe80::2]:1", "fe80::2", 1);
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",        ":1885",    "host:",   "host:0",  "host:65536",
                                        "host:x",  "a b",      "[::1",    "[]:1",    "[::1]1885",
                                        "host:1 ", "mqtt://h", "host:-1", "[::1]:0", "host:+1"};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (address_parse(wrong[i], 1885, &address)) {
            fail_msg("'%s' was taken", wrong[i]);
        }
    }
}

static void a_host_as_long_as_its_buffer_is_refused(void **state)
{
    (void)state;
    char text[ADDRESS_HOST_SIZE + 1];

    memset(text, 'h', sizeof text);
    text[ADDRESS_HOST_SIZE] = '\0';
    assert_false(address_parse(text, 1, &address));
    text[ADDRESS_HOST_SIZE - 1] = '\0';
    assert_true(address_parse(text, 1, &address));
}

static void who_can_reach_it_is_told_apart(void **state)
{
    (void)state;
    assert_true(address_parse("127.0.0.2", 1, &address));
    assert_true(address_is_loopback(&address));
    assert_false(address_is_any(&address));
    assert_true(address_parse("0.0.0.0", 1, &address));
    assert_true(address_is_any(&address));
    assert_false(address_is_loopback(&address));
    assert_true(address_parse("192.168.1.5", 1, &address));
    assert_false(address_is_any(&address) || address_is_loopback(&address));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_host_as_long_as_its_buffer_is_refused),
        cmocka_unit_test(who_can_reach_it_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
