// SPDX-License-Identifier: Apache-2.0
// What of the settings reaches the modem, on every channel.
#include <string.h>

#include "node/app/address.h"
#include "node/app/app.h"
#include "node/app/endpoint.h"
#include "node/app/network.h"
#include "node/core/settings.h"
#include "node/port/identity.h"
#include "node/port/modem.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

const struct app_identity app_identity = {&products[PRODUCT_S31_NB], "v1.0.0"};

static char asked[1200]; // of the modem, one line a request
static struct fmt lines;
static const char *found; // what a look-up has found

// ---- the modem ----

uint32_t identity_password_number(void)
{
    return 0;
}

static const char *shown(const char *text)
{
    return text == NULL ? "-" : text;
}

void modem_wake(const struct modem_network *network)
{
    fmt_add(&lines, "wake %s %s %s %s %lu\n", shown(network->apn), shown(network->dns),
            shown(network->operator_code), shown(network->ntp), (unsigned long)network->search_ms);
}

void modem_open(enum modem_channel channel, const char *host, const char *port)
{
    static const char *const names[] = {"mqtt", "coap", "udp", "tcp"};

    fmt_add(&lines, "open %s %s %s\n", names[channel], host, port);
}

const char *modem_address(void)
{
    return found;
}

void modem_connect(const char *client, const char *user, const char *password)
{
    fmt_add(&lines, "connect %s %s %s\n", client, shown(user), shown(password));
}

void modem_subscribe(const char *topic, unsigned qos)
{
    fmt_add(&lines, "subscribe %s %u\n", topic, qos);
}

void modem_publish(const char *topic, struct span payload, unsigned qos)
{
    fmt_add(&lines, "publish %s %u ", topic, qos);
    fmt_add_bytes(&lines, payload);
    fmt_add(&lines, "\n");
}

void modem_send(struct span payload, const char *const *options)
{
    fmt_add(&lines, "send ");
    for (unsigned i = 0; options != NULL && options[i] != NULL; i++) {
        fmt_add(&lines, "%s ", options[i]);
    }
    fmt_add_bytes(&lines, payload);
    fmt_add(&lines, "\n");
}

// ---- helpers ----

static void set(enum setting setting, const char *value)
{
    assert_int_equal(value_set((uint8_t)setting, span_of_text(value)), STATUS_OK);
}

static int setup(void **state)
{
    (void)state;
    fake_eeprom_reset();
    fmt_init(&lines, asked, sizeof asked);
    found = "";
    return journal_open() == STATUS_OK ? 0 : -1;
}

static void talk(void)
{
    assert_true(endpoint_take_data());
    endpoint_open();
    if (endpoint_protocol().channel == UPLINK_MQTT) {
        endpoint_connect();
    }
    if (endpoint_subscribes()) {
        endpoint_subscribe();
    }
    endpoint_send(span_of_text("data"));
}

// ---- tests ----

static void mqtt_takes_topics_account_and_qos(void **state)
{
    (void)state;
    set(SETTING_SERVADDR, "data,1883");
    set(SETTING_CLIENT, "node");
    set(SETTING_UNAME, "user");
    set(SETTING_PWD, "secret");
    set(SETTING_PUBTOPIC, "up");
    set(SETTING_SUBTOPIC, "down");
    set(SETTING_MQOS, "1");
    talk();
    assert_string_equal(asked, "open mqtt data 1883\nconnect node user secret\n"
                               "subscribe down 1\npublish up 1 data\n");
}

static void udp_and_tcp_need_nothing_but_a_server(void **state)
{
    (void)state;
    assert_false(endpoint_has_data_server());
    set(SETTING_SERVADDR, "10.1.2.3,5683");
    set(SETTING_SUBTOPIC, "down");
    set(SETTING_PRO, "2,0");
    assert_true(endpoint_has_data_server());
    talk();
    set(SETTING_PRO, "4,5");
    talk();
    assert_string_equal(asked,
                        "open udp 10.1.2.3 5683\nsend data\nopen tcp 10.1.2.3 5683\nsend data\n");
}

static void coap_takes_the_options_that_are_set(void **state)
{
    (void)state;
    set(SETTING_SERVADDR, "data,5683");
    set(SETTING_PRO, "1,5");
    set(SETTING_URI2, "11,\"b\"");
    assert_false(endpoint_has_data_server()); // without the first one it sends nothing
    assert_false(endpoint_take_data());
    set(SETTING_URI1, "11,\"a\"");
    set(SETTING_URI4, "15,\"k=v\"");
    assert_true(endpoint_has_data_server());
    talk();
    assert_string_equal(asked, "open coap data 5683\nsend 11,\"a\" 11,\"b\" 15,\"k=v\" data\n");
}

static void mqtt_without_a_topic_sends_nothing(void **state)
{
    (void)state;
    set(SETTING_SERVADDR, "data,1883");
    assert_false(endpoint_has_data_server());
    assert_false(endpoint_take_data());
}

static void platforms_bring_their_topics_and_servers(void **state)
{
    (void)state;
    set(SETTING_CLIENT, "node");
    set(SETTING_PUBTOPIC, "p");
    set(SETTING_SUBTOPIC, "s");
    set(SETTING_PRO, "3,1");
    talk();
    set(SETTING_PRO, "3,2");
    talk();
    set(SETTING_PRO, "3,3");
    talk();
    set(SETTING_SERVADDR, "own,1884");
    talk();
    assert_string_equal(
        asked,
        "open mqtt mqtt3.thingspeak.com 1883\nconnect node - -\n"
        "subscribe channels/s/subscribe 0\npublish channels/p/publish 0 data\n"
        "open mqtt mqtt.datacake.co 1883\nconnect node - -\nsubscribe s 0\npublish p 0 data\n"
        "open mqtt broker.hivemq.com 1883\nconnect node - -\n"
        "subscribe tb/mqtt-integration-tutorial/sensors/s/rx 0\npublish p 0 data\n"
        "open mqtt own 1884\nconnect node - -\n"
        "subscribe tb/mqtt-integration-tutorial/sensors/s/rx 0\npublish p 0 data\n");
}

static void longest_topic_fits_between_a_platforms_words(void **state)
{
    (void)state;
    char topic[129];

    memset(topic, 't', sizeof topic - 1);
    topic[128] = '\0';
    set(SETTING_CLIENT, "node");
    set(SETTING_PUBTOPIC, topic);
    set(SETTING_SUBTOPIC, topic);
    set(SETTING_PRO, "3,3");
    talk();
    assert_non_null(strstr(asked, "ttt/rx 0\n"));
    set(SETTING_PRO, "3,1");
    talk();
    assert_non_null(strstr(asked, "ttt/publish 0 data\n"));
}

static void update_goes_to_its_own_server_whatever_the_data_channel_is(void **state)
{
    (void)state;
    set(SETTING_PRO, "2,0");
    set(SETTING_SERVADDR, "data,5000");
    set(SETTING_OTASER, "ota,1885");
    set(SETTING_OTACLT, "token");
    assert_true(endpoint_take_data());
    assert_true(endpoint_take_ota());
    endpoint_open();
    endpoint_connect();
    assert_string_equal(asked, "open mqtt ota 1885\nconnect token - -\n");
}

static void open_and_change(unsigned times)
{
    assert_true(endpoint_take_data());
    for (unsigned i = 0; i < times; i++) {
        endpoint_open();
        address_change();
    }
}

static void cached_address_takes_turns_with_the_servers_own(void **state)
{
    (void)state;
    set(SETTING_SERVADDR, "data.example,5000");
    set(SETTING_PRO, "2,5");
    set(SETTING_BKDNS, "1,0,10.0.0.1,5001");
    open_and_change(3);
    set(SETTING_BKDNS, "2,4,10.0.0.1,5001");
    open_and_change(2);
    assert_string_equal(asked, "open udp data.example 5000\nopen udp 10.0.0.1 5001\n"
                               "open udp data.example 5000\n"
                               "open udp 10.0.0.1 5001\nopen udp data.example 5000\n");
}

static void without_a_cached_address_the_servers_own_stays(void **state)
{
    (void)state;
    static const char *const caches[] = {"1,0", "2,4", "0,0,10.0.0.1,5001"};

    set(SETTING_SERVADDR, "data.example,5000");
    set(SETTING_PRO, "2,5");
    for (unsigned i = 0; i < 3; i++) {
        fmt_init(&lines, asked, sizeof asked);
        set(SETTING_BKDNS, caches[i]);
        open_and_change(2);
        assert_string_equal(asked, "open udp data.example 5000\nopen udp data.example 5000\n");
    }
}

static void a_name_needs_resolving_and_an_address_does_not(void **state)
{
    (void)state;
    set(SETTING_PRO, "2,5");
    set(SETTING_SERVADDR, "data.example,5000");
    assert_true(endpoint_take_data());
    assert_true(address_needs_resolving());
    set(SETTING_SERVADDR, "10.0.0.1,5000");
    assert_true(endpoint_take_data());
    assert_false(address_needs_resolving());
}

static void address_that_was_found_is_that_of_the_last_session_alone(void **state)
{
    (void)state;
    set(SETTING_PRO, "2,5");
    set(SETTING_SERVADDR, "data.example,5000");
    assert_null(address_found("data.example,5000"));
    assert_true(endpoint_take_data());
    assert_null(address_found("data.example,5000")); // the look-up failed
    found = "10.1.2.3";
    assert_string_equal(address_found("data.example,5000"), "10.1.2.3");
    assert_string_equal(address_found("data.example,6000"), "10.1.2.3");
    assert_null(address_found("data.example.org,5000"));
    assert_null(address_found("NULL"));
    set(SETTING_SERVADDR, "10.1.2.3,5000");
    assert_true(endpoint_take_data());
    assert_null(address_found("10.1.2.3,5000"));
}

static void network_is_asked_for_what_is_set(void **state)
{
    (void)state;
    network_wake();
    set(SETTING_APN, "iot");
    set(SETTING_DNSCFG, "\"9.9.9.9\"");
    set(SETTING_QCOPS, "46000");
    set(SETTING_NTP, "pool");
    set(SETTING_CSQTIME, "2");
    network_wake();
    assert_string_equal(asked, "wake - \"8.8.8.8\",\"8.8.4.4\" - - 300000\n"
                               "wake iot \"9.9.9.9\" 46000 pool 120000\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(mqtt_takes_topics_account_and_qos, setup),
        cmocka_unit_test_setup(udp_and_tcp_need_nothing_but_a_server, setup),
        cmocka_unit_test_setup(coap_takes_the_options_that_are_set, setup),
        cmocka_unit_test_setup(mqtt_without_a_topic_sends_nothing, setup),
        cmocka_unit_test_setup(platforms_bring_their_topics_and_servers, setup),
        cmocka_unit_test_setup(longest_topic_fits_between_a_platforms_words, setup),
        cmocka_unit_test_setup(update_goes_to_its_own_server_whatever_the_data_channel_is, setup),
        cmocka_unit_test_setup(cached_address_takes_turns_with_the_servers_own, setup),
        cmocka_unit_test_setup(without_a_cached_address_the_servers_own_stays, setup),
        cmocka_unit_test_setup(a_name_needs_resolving_and_an_address_does_not, setup),
        cmocka_unit_test_setup(address_that_was_found_is_that_of_the_last_session_alone, setup),
        cmocka_unit_test_setup(network_is_asked_for_what_is_set, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
