// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/mqtt.h"

enum {
    LENGTH_BYTES_MAX = 4, // 2.2.3
    LENGTH_MORE = 0x80,
    PROTOCOL_31 = 3,
    PROTOCOL_311 = 4,
};

// Counts always, writes what fits: the caller sees from `size` whether it all did.
struct writer {
    uint8_t *to;
    size_t capacity, size;
};

static void put_byte(struct writer *out, unsigned byte)
{
    if (out->size < out->capacity) {
        out->to[out->size] = (uint8_t)byte;
    }
    out->size++;
}

static void put_u16(struct writer *out, size_t value)
{
    put_byte(out, (unsigned)(value >> 8) & 0xFF);
    put_byte(out, (unsigned)value & 0xFF);
}

static void put_bytes(struct writer *out, struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        put_byte(out, bytes.data[i]);
    }
}

static void put_text(struct writer *out, struct span text)
{
    put_u16(out, text.size);
    put_bytes(out, text);
}

static void put_header(struct writer *out, unsigned first, size_t remaining)
{
    put_byte(out, first);
    do {
        unsigned digit = remaining % LENGTH_MORE;
        remaining /= LENGTH_MORE;
        put_byte(out, remaining > 0 ? digit | LENGTH_MORE : digit);
    } while (remaining > 0);
}

static size_t finish(const struct writer *out)
{
    return out->size <= out->capacity && out->size <= MQTT_PACKET_MAX ? out->size : 0;
}

static size_t text_size(bool present, struct span text)
{
    return present ? 2 + text.size : 0;
}

// 3.1.2.3
static unsigned connect_flags(const struct mqtt_connect *connect)
{
    unsigned will = connect->has_will ? 0x04U | (unsigned)connect->will_qos << 3 |
                                            (connect->will_retain ? 0x20U : 0U)
                                      : 0U;

    return will | (connect->clean_session ? 0x02U : 0U) | (connect->has_password ? 0x40U : 0U) |
           (connect->has_user ? 0x80U : 0U);
}

size_t mqtt_put_connect(const struct mqtt_connect *connect, uint8_t *to, size_t capacity)
{
    struct writer out = {.to = to, .capacity = capacity};
    struct span name = span_of_text(connect->is_311 ? "MQTT" : "MQIsdp");
    size_t fixed = 1 + 1 + 2; // level, flags, keep alive

    put_header(&out, MQTT_CONNECT << 4,
               text_size(true, name) + fixed + text_size(true, connect->client) +
                   text_size(connect->has_will, connect->will_topic) +
                   text_size(connect->has_will, connect->will_message) +
                   text_size(connect->has_user, connect->user) +
                   text_size(connect->has_password, connect->password));
    put_text(&out, name);
    put_byte(&out, connect->is_311 ? PROTOCOL_311 : PROTOCOL_31);
    put_byte(&out, connect_flags(connect));
    put_u16(&out, connect->keep_alive_s);
    put_text(&out, connect->client);
    if (connect->has_will) {
        put_text(&out, connect->will_topic);
        put_text(&out, connect->will_message);
    }
    if (connect->has_user) {
        put_text(&out, connect->user);
    }
    if (connect->has_password) {
        put_text(&out, connect->password);
    }
    return finish(&out);
}

size_t mqtt_put_publish(const struct mqtt_publish *publish, uint8_t *to, size_t capacity)
{
    struct writer out = {.to = to, .capacity = capacity};
    unsigned flags = (unsigned)publish->qos << 1 | (publish->retain ? 1U : 0U);
    size_t id_size = publish->qos > 0 ? 2 : 0;

    put_header(&out, MQTT_PUBLISH << 4 | flags,
               text_size(true, publish->topic) + id_size + publish->payload.size);
    put_text(&out, publish->topic);
    if (publish->qos > 0) {
        put_u16(&out, publish->id);
    }
    put_bytes(&out, publish->payload);
    return finish(&out);
}

size_t mqtt_put_subscribe(uint16_t id, const struct mqtt_filter *filters, unsigned count,
                          uint8_t *to, size_t capacity)
{
    struct writer out = {.to = to, .capacity = capacity};
    size_t size = 2;

    for (unsigned i = 0; i < count; i++) {
        size += text_size(true, filters[i].topic) + 1;
    }
    put_header(&out, MQTT_SUBSCRIBE << 4 | 2, size);
    put_u16(&out, id);
    for (unsigned i = 0; i < count; i++) {
        put_text(&out, filters[i].topic);
        put_byte(&out, filters[i].qos);
    }
    return finish(&out);
}

size_t mqtt_put_unsubscribe(uint16_t id, struct span topic, uint8_t *to, size_t capacity)
{
    struct writer out = {.to = to, .capacity = capacity};

    put_header(&out, MQTT_UNSUBSCRIBE << 4 | 2, 2 + text_size(true, topic));
    put_u16(&out, id);
    put_text(&out, topic);
    return finish(&out);
}

size_t mqtt_put_acknowledgement(enum mqtt_type type, uint16_t id, uint8_t *to, size_t capacity)
{
    struct writer out = {.to = to, .capacity = capacity};

    put_header(&out, (unsigned)type << 4 | (type == MQTT_PUBREL ? 2U : 0U), 2);
    put_u16(&out, id);
    return finish(&out);
}

size_t mqtt_put_empty(enum mqtt_type type, uint8_t *to, size_t capacity)
{
    struct writer out = {.to = to, .capacity = capacity};

    put_header(&out, (unsigned)type << 4, 0);
    return finish(&out);
}

// ---- reading ----

static uint16_t read_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

// The fixed header: STATUS_OK with the body, which may still be incomplete.
static enum status read_length(struct span bytes, size_t *header, size_t *remaining)
{
    size_t value = 0;

    for (size_t i = 0; i < LENGTH_BYTES_MAX; i++) {
        if (bytes.size < i + 2) {
            return STATUS_AGAIN;
        }
        value |= (size_t)(bytes.data[i + 1] & ~LENGTH_MORE & 0xFF) << (7 * i);
        if ((bytes.data[i + 1] & LENGTH_MORE) == 0) {
            *header = i + 2;
            *remaining = value;
            return i + 2 + value > MQTT_PACKET_MAX ? STATUS_TOO_BIG : STATUS_OK;
        }
    }
    return STATUS_INVALID;
}

static enum status read_publish(struct span body, unsigned flags, struct mqtt_packet *packet)
{
    packet->qos = (flags >> 1) & 3;
    packet->retain = (flags & 1) != 0;
    size_t id_size = packet->qos > 0 ? 2 : 0;

    if (packet->qos == 3 || body.size < 2) {
        return STATUS_INVALID;
    }
    size_t topic_size = read_u16(body.data);
    if (body.size < 2 + topic_size + id_size || topic_size == 0) {
        return STATUS_INVALID;
    }
    packet->topic = span_of(body.data + 2, topic_size);
    packet->id = id_size > 0 ? read_u16(body.data + 2 + topic_size) : 0;
    packet->payload = span_after(body, 2 + topic_size + id_size);
    return STATUS_OK;
}

static enum status read_acknowledgement(struct span body, struct mqtt_packet *packet)
{
    if (body.size < 2) {
        return STATUS_INVALID;
    }
    packet->id = read_u16(body.data);
    packet->code = body.size > 2 ? body.data[2] : 0;
    packet->codes = span_after(body, 2);
    return STATUS_OK;
}

static enum status read_connack(struct span body, struct mqtt_packet *packet)
{
    if (body.size != 2) {
        return STATUS_INVALID;
    }
    packet->code = body.data[1];
    return STATUS_OK;
}

static enum status read_body(struct span body, unsigned flags, struct mqtt_packet *packet)
{
    switch (packet->type) {
    case MQTT_PUBLISH:
        return read_publish(body, flags, packet);
    case MQTT_CONNACK:
        return read_connack(body, packet);
    case MQTT_SUBACK:
        return body.size < 3 ? STATUS_INVALID : read_acknowledgement(body, packet);
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        return read_acknowledgement(body, packet);
    case MQTT_PINGRESP:
        return body.size == 0 ? STATUS_OK : STATUS_INVALID;
    case MQTT_CONNECT:
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
    case MQTT_PINGREQ:
    case MQTT_DISCONNECT:
    default:
        return STATUS_INVALID; // not a server's packet
    }
}

enum status mqtt_decode(struct span bytes, struct mqtt_packet *packet)
{
    size_t header = 0, remaining = 0;
    enum status status = read_length(bytes, &header, &remaining);

    if (status != STATUS_OK) {
        return status;
    }
    if (bytes.size < header + remaining) {
        return STATUS_AGAIN;
    }
    *packet = (struct mqtt_packet){
        .type = (enum mqtt_type)(bytes.data[0] >> 4),
        .size = header + remaining,
    };
    return read_body(span_of(bytes.data + header, remaining), bytes.data[0] & 0x0F, packet);
}
