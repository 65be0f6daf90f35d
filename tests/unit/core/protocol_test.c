// SPDX-License-Identifier: Apache-2.0
#include "node/core/protocol.h"
#include "tests/host/cmocka_all.h"

static void expect(const char *value, enum uplink_channel channel, enum payload_form form)
{
    struct protocol protocol = protocol_read(span_of_text(value));

    assert_int_equal(protocol.channel, channel);
    assert_int_equal(protocol.form, form);
}

static void pro_names_channel_and_form(void **state)
{
    (void)state;
    expect("1,0", UPLINK_COAP, PAYLOAD_HEX);
    expect("2,5", UPLINK_UDP, PAYLOAD_JSON);
    expect("3,1", UPLINK_MQTT, PAYLOAD_THINGSPEAK);
    expect("3,2", UPLINK_MQTT, PAYLOAD_DATACAKE);
    expect("3,3", UPLINK_MQTT, PAYLOAD_TUTORIAL);
    expect("4,0", UPLINK_TCP, PAYLOAD_HEX);
    expect("", UPLINK_MQTT, PAYLOAD_JSON);
    expect("9,9", UPLINK_MQTT, PAYLOAD_JSON);
}

static void channels_have_the_names_of_the_banner(void **state)
{
    (void)state;
    assert_string_equal(protocol_text(UPLINK_COAP), "COAP");
    assert_string_equal(protocol_text(UPLINK_UDP), "UDP");
    assert_string_equal(protocol_text(UPLINK_MQTT), "MQTT");
    assert_string_equal(protocol_text(UPLINK_TCP), "TCP");
}

static void only_the_platforms_bring_a_server(void **state)
{
    (void)state;
    assert_null(protocol_platform(PAYLOAD_JSON)->server);
    assert_null(protocol_platform(PAYLOAD_HEX)->server);
    assert_string_equal(protocol_platform(PAYLOAD_THINGSPEAK)->server, "mqtt3.thingspeak.com,1883");
    assert_string_equal(protocol_platform(PAYLOAD_DATACAKE)->server, "mqtt.datacake.co,1883");
    assert_string_equal(protocol_platform(PAYLOAD_TUTORIAL)->server, "broker.hivemq.com,1883");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pro_names_channel_and_form),
        cmocka_unit_test(channels_have_the_names_of_the_banner),
        cmocka_unit_test(only_the_platforms_bring_a_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
