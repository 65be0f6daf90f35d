// SPDX-License-Identifier: Apache-2.0
// Packets against their bytes in the standard (MQTT 3.1.1 sections 2 and 3) and hostile input.
#include "tests/host/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "vnode/net/mqtt.h"

static uint8_t bytes[70000];

static void assert_packet(size_t size, const char *expected, size_t expected_size)
{
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, expected_size);
}
#define ASSERT_PACKET(size, literal) assert_packet(size, literal, sizeof(literal) - 1)

static void connect_of_3_1_1_has_level_4(void **state)
{
    (void)state;
    struct mqtt_connect connect = {
        .is_311 = true,
        .clean_session = true,
        .keep_alive_s = 120,
        .client = span_of_text("dev"),
        .has_user = true,
        .user = span_of_text("tok"),
        .has_password = true,
        .password = span_of_text("pw"),
    };

    ASSERT_PACKET(mqtt_put_connect(&connect, bytes, sizeof bytes),
                  "\x10\x18\x00\x04MQTT\x04\xC2\x00\x78\x00\x03"
                  "dev\x00\x03tok\x00\x02pw");
}

static void connect_of_3_1_has_its_own_name_and_level_3(void **state)
{
    (void)state;
    struct mqtt_connect connect = {.keep_alive_s = 60, .client = span_of_text("d")};

    ASSERT_PACKET(mqtt_put_connect(&connect, bytes, sizeof bytes),
                  "\x10\x0F\x00\x06MQIsdp\x03\x00\x00\x3C\x00\x01"
                  "d");
}

static void a_will_stands_between_client_and_user(void **state)
{
    (void)state;
    struct mqtt_connect connect = {
        .is_311 = true,
        .client = span_of_text("d"),
        .has_will = true,
        .will_retain = true,
        .will_qos = 1,
        .will_topic = span_of_text("w"),
        .will_message = span_of_text("x"),
    };

    ASSERT_PACKET(mqtt_put_connect(&connect, bytes, sizeof bytes),
                  "\x10\x13\x00\x04MQTT\x04\x2C\x00\x00\x00\x01"
                  "d\x00\x01w\x00\x01x");
}

static void a_chunk_request_is_33_bytes(void **state)
{
    (void)state;
    struct mqtt_publish publish = {
        .topic = span_of_text("v2/fw/request/1/chunk/109"),
        .payload = span_of_text("1028"),
    };

    assert_int_equal(mqtt_put_publish(&publish, bytes, sizeof bytes), 33);
    assert_int_equal(bytes[0], 0x30);
}

static void publish_of_qos_1_carries_its_id(void **state)
{
    (void)state;
    struct mqtt_publish publish = {
        .topic = span_of_text("t"),
        .payload = span_of_text("p"),
        .id = 0x1234,
        .qos = 1,
        .retain = true,
    };

    ASSERT_PACKET(mqtt_put_publish(&publish, bytes, sizeof bytes), "\x33\x06\x00\x01t\x12\x34p");
}

static void remaining_length_takes_two_bytes_from_128_on(void **state)
{
    (void)state;
    static const uint8_t payload[125];
    struct mqtt_publish publish = {.topic = span_of_text("t"), .payload = span_of(payload, 124)};

    assert_int_equal(mqtt_put_publish(&publish, bytes, sizeof bytes), 2 + 127);
    publish.payload.size = 125;
    assert_int_equal(mqtt_put_publish(&publish, bytes, sizeof bytes), 3 + 128);
    assert_int_equal(bytes[1], 0x80);
    assert_int_equal(bytes[2], 0x01);
}

static void the_small_packets_are_as_the_standard_says(void **state)
{
    (void)state;
    ASSERT_PACKET(mqtt_put_subscribe(1, &(struct mqtt_filter){span_of_text("a/+"), 1}, 1, bytes,
                                     sizeof bytes),
                  "\x82\x08\x00\x01\x00\x03"
                  "a/+\x01");
    ASSERT_PACKET(mqtt_put_unsubscribe(2, span_of_text("a"), bytes, sizeof bytes),
                  "\xA2\x05\x00\x02\x00\x01"
                  "a");
    ASSERT_PACKET(mqtt_put_acknowledgement(MQTT_PUBACK, 7, bytes, sizeof bytes),
                  "\x40\x02\x00\x07");
    ASSERT_PACKET(mqtt_put_acknowledgement(MQTT_PUBREL, 7, bytes, sizeof bytes),
                  "\x62\x02\x00\x07");
    ASSERT_PACKET(mqtt_put_empty(MQTT_PINGREQ, bytes, sizeof bytes), "\xC0\x00");
    ASSERT_PACKET(mqtt_put_empty(MQTT_DISCONNECT, bytes, sizeof bytes), "\xE0\x00");
}

static void a_packet_that_does_not_fit_is_none(void **state)
{
    (void)state;
    static const uint8_t large[MQTT_PACKET_MAX];
    struct mqtt_publish publish = {.topic = span_of_text("t"), .payload = span_of(large, 100)};

    assert_int_equal(mqtt_put_publish(&publish, bytes, 104), 0);
    assert_int_equal(mqtt_put_publish(&publish, bytes, 105), 105);
    publish.payload.size = sizeof large;
    assert_int_equal(mqtt_put_publish(&publish, bytes, sizeof bytes), 0);
}

// ---- decoding ----

static struct mqtt_packet packet;

static enum status decode(const char *text, size_t size)
{
    // Exactly sized, so that the sanitizer sees a read behind the end.
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    memcpy(copy, text, size);
    enum status status = mqtt_decode(span_of(copy, size), &packet);
    free(copy);
    return status;
}
#define DECODE(literal) decode(literal, sizeof(literal) - 1)

static void server_packets_are_read(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x20\x02\x00\x05"), STATUS_OK);
    assert_int_equal(packet.type, MQTT_CONNACK);
    assert_int_equal(packet.code, 5);
    assert_int_equal(DECODE("\x90\x03\x00\x01\x80"), STATUS_OK);
    assert_int_equal(packet.type, MQTT_SUBACK);
    assert_int_equal(packet.id, 1);
    assert_int_equal(packet.code, 128);
    assert_int_equal(DECODE("\xD0\x00"), STATUS_OK);
    assert_int_equal(packet.type, MQTT_PINGRESP);
    assert_int_equal(packet.size, 2);
}

static void a_publish_is_read_to_the_byte(void **state)
{
    (void)state;
    static const uint8_t stream[] = "\x32\x09\x00\x02tt\x00\x09\x00\"\rREST";

    assert_int_equal(mqtt_decode(span_of(stream, sizeof stream - 1), &packet), STATUS_OK);
    assert_int_equal(packet.size, 11);
    assert_int_equal(packet.qos, 1);
    assert_int_equal(packet.id, 9);
    assert_int_equal(packet.topic.size, 2);
    assert_int_equal(packet.payload.size, 3);
    assert_memory_equal(packet.payload.data, "\0\"\r", 3);
}

static void every_prefix_of_a_packet_is_incomplete(void **state)
{
    (void)state;
    static const char whole[] = "\x30\x87\x01\x00\x01t";
    char long_packet[3 + 135] = {0};

    memcpy(long_packet, whole, sizeof whole - 1);
    for (size_t size = 0; size < sizeof long_packet; size++) {
        assert_int_equal(decode(long_packet, size), STATUS_AGAIN);
    }
    assert_int_equal(decode(long_packet, sizeof long_packet), STATUS_OK);
    assert_int_equal(packet.payload.size, 132);
}

static void what_no_server_sends_is_invalid(void **state)
{
    (void)state;
    assert_int_equal(DECODE("\x10\x00"), STATUS_INVALID);             // CONNECT
    assert_int_equal(DECODE("\x00\x00"), STATUS_INVALID);             // reserved
    assert_int_equal(DECODE("\xF0\x00"), STATUS_INVALID);             // reserved
    assert_int_equal(DECODE("\x20\x01\x00"), STATUS_INVALID);         // short CONNACK
    assert_int_equal(DECODE("\x90\x02\x00\x01"), STATUS_INVALID);     // SUBACK without a code
    assert_int_equal(DECODE("\x40\x01\x00"), STATUS_INVALID);         // short PUBACK
    assert_int_equal(DECODE("\x30\x01\x00"), STATUS_INVALID);         // no topic length
    assert_int_equal(DECODE("\x30\x03\x00\x09t"), STATUS_INVALID);    // topic behind the end
    assert_int_equal(DECODE("\x30\x02\x00\x00"), STATUS_INVALID);     // empty topic
    assert_int_equal(DECODE("\x32\x04\x00\x01tx"), STATUS_INVALID);   // QoS 1, half an id
    assert_int_equal(DECODE("\x36\x05\x00\x01txx"), STATUS_INVALID);  // QoS 3
    assert_int_equal(DECODE("\xD0\x01x"), STATUS_INVALID);            // PINGRESP with a body
    assert_int_equal(DECODE("\x30\xFF\xFF\xFF\xFF"), STATUS_INVALID); // length of five bytes
    assert_int_equal(DECODE("\x30\xFF\xFF\xFF\x7F"), STATUS_TOO_BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connect_of_3_1_1_has_level_4),
        cmocka_unit_test(connect_of_3_1_has_its_own_name_and_level_3),
        cmocka_unit_test(a_will_stands_between_client_and_user),
        cmocka_unit_test(a_chunk_request_is_33_bytes),
        cmocka_unit_test(publish_of_qos_1_carries_its_id),
        cmocka_unit_test(remaining_length_takes_two_bytes_from_128_on),
        cmocka_unit_test(the_small_packets_are_as_the_standard_says),
        cmocka_unit_test(a_packet_that_does_not_fit_is_none),
        cmocka_unit_test(server_packets_are_read),
        cmocka_unit_test(a_publish_is_read_to_the_byte),
        cmocka_unit_test(every_prefix_of_a_packet_is_incomplete),
        cmocka_unit_test(what_no_server_sends_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
