// SPDX-License-Identifier: Apache-2.0
// MQTT 3.1 and 3.1.1 packets as bytes, the client's side. Pure: no connection, no state.
// Section numbers are those of the OASIS standard MQTT 3.1.1.
#ifndef NBOTA_VNODE_NET_MQTT_H
#define NBOTA_VNODE_NET_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

enum mqtt_type {
    MQTT_CONNECT = 1,
    MQTT_CONNACK,
    MQTT_PUBLISH,
    MQTT_PUBACK,
    MQTT_PUBREC,
    MQTT_PUBREL,
    MQTT_PUBCOMP,
    MQTT_SUBSCRIBE,
    MQTT_SUBACK,
    MQTT_UNSUBSCRIBE,
    MQTT_UNSUBACK,
    MQTT_PINGREQ,
    MQTT_PINGRESP,
    MQTT_DISCONNECT,
};

enum { MQTT_PACKET_MAX = 65536 }; // larger packets are refused in both directions

struct mqtt_connect {
    bool is_311; // else 3.1
    bool clean_session;
    uint16_t keep_alive_s;
    struct span client;
    bool has_user, has_password;
    struct span user, password;
    bool has_will, will_retain;
    uint8_t will_qos; // 0..2
    struct span will_topic, will_message;
};

struct mqtt_publish {
    struct span topic, payload;
    uint16_t id; // not 0 with QoS 1 and 2
    uint8_t qos; // 0..2
    bool retain;
};

enum { MQTT_FILTERS_MAX = 5 }; // of one SUBSCRIBE
struct mqtt_filter {
    struct span topic;
    uint8_t qos;
};

// Each writes one packet and returns its bytes, 0 when `capacity` does not hold it.
size_t mqtt_put_connect(const struct mqtt_connect *connect, uint8_t *to, size_t capacity);
size_t mqtt_put_publish(const struct mqtt_publish *publish, uint8_t *to, size_t capacity);
size_t mqtt_put_subscribe(uint16_t id, const struct mqtt_filter *filters, unsigned count,
                          uint8_t *to, size_t capacity);
size_t mqtt_put_unsubscribe(uint16_t id, struct span topic, uint8_t *to, size_t capacity);
// PUBACK, PUBREC, PUBREL or PUBCOMP.
size_t mqtt_put_acknowledgement(enum mqtt_type type, uint16_t id, uint8_t *to, size_t capacity);
// PINGREQ or DISCONNECT.
size_t mqtt_put_empty(enum mqtt_type type, uint8_t *to, size_t capacity);

struct mqtt_packet {
    enum mqtt_type type;
    size_t size;  // of the whole packet in the stream
    uint16_t id;  // PUBLISH with QoS > 0 and all acknowledgements
    uint8_t code; // CONNACK return code, SUBACK granted QoS or 128
    uint8_t qos;  // PUBLISH
    bool retain;
    struct span codes;          // SUBACK: one a topic
    struct span topic, payload; // PUBLISH; point into the bytes decoded
};

// Reads the packet at the beginning of `bytes`. STATUS_AGAIN: incomplete; STATUS_TOO_BIG: above MQTT_PACKET_MAX;
// STATUS_INVALID: not a packet that a server may send.
MUST_USE enum status mqtt_decode(struct span bytes, struct mqtt_packet *packet);

#endif
