// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/broker.h"

#include <string.h>

#include "vnode/net/mqtt.h"
#include "wire/device_api.h"

enum { TYPE_SHIFT = 4, LENGTH_MORE = 0x80, LENGTH_BYTES = 4, FIRST_BYTE = 1 };

// ---- to the client ----

static void put(struct prove_broker *self, struct span bytes)
{
    if (bytes.size <= sizeof self->out - self->out_size) {
        memcpy(self->out + self->out_size, bytes.data, bytes.size);
        self->out_size += bytes.size;
    } else {
        self->is_gone = true;
    }
}

static bool has_subscribed(const struct prove_broker *self, struct span topic)
{
    for (unsigned i = 0; i < self->filter_count; i++) {
        if (api_filter_matches(span_of_text(self->filters[i]), topic)) {
            return true;
        }
    }
    return false;
}

void prove_broker_say(struct prove_broker *self, struct span topic, struct span payload)
{
    struct mqtt_publish publish = {.topic = topic, .payload = payload};

    if (has_subscribed(self, topic)) {
        size_t room = sizeof self->out - self->out_size;
        size_t size = mqtt_put_publish(&publish, self->out + self->out_size, room);
        self->out_size += size;
        self->is_gone |= size == 0;
    }
}

static void acknowledge(struct prove_broker *self, enum mqtt_type type, uint16_t id)
{
    uint8_t packet[4];

    put(self, span_of(packet, mqtt_put_acknowledgement(type, id, packet, sizeof packet)));
}

// ---- from the client ----

static uint16_t u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static void on_connect(struct prove_broker *self, struct span packet, struct span body)
{
    static const uint8_t accepted[] = {MQTT_CONNACK << TYPE_SHIFT, 2, 0, 0};

    (void)packet;
    (void)body;
    put(self, span_of(accepted, sizeof accepted));
}

static void on_publish(struct prove_broker *self, struct span packet, struct span body)
{
    struct mqtt_packet publish;

    (void)body;
    if (mqtt_decode(packet, &publish) != STATUS_OK) {
        self->is_gone = true;
        return;
    }
    if (publish.qos > 0) {
        acknowledge(self, publish.qos == 1 ? MQTT_PUBACK : MQTT_PUBREC, publish.id);
    }
    self->published(self->context, self->port, publish.topic, publish.payload);
}

static void on_release(struct prove_broker *self, struct span packet, struct span body)
{
    (void)packet;
    if (body.size >= 2) {
        acknowledge(self, MQTT_PUBCOMP, u16(body.data));
    }
}

static void add_filter(struct prove_broker *self, struct span filter)
{
    if (self->filter_count < PROVE_FILTERS && filter.size < PROVE_FILTER_SIZE) {
        memcpy(self->filters[self->filter_count], filter.data, filter.size);
        self->filters[self->filter_count++][filter.size] = '\0';
    } else {
        self->is_gone = true;
    }
}

static void on_subscribe(struct prove_broker *self, struct span packet, struct span body)
{
    uint8_t answer[4 + PROVE_FILTERS] = {MQTT_SUBACK << TYPE_SHIFT};
    struct span rest = span_after(body, 2);
    uint8_t count = 0;

    (void)packet;
    while (rest.size > 3 && count < PROVE_FILTERS) {
        size_t size = u16(rest.data);
        if (rest.size < 2 + size + 1) {
            break;
        }
        add_filter(self, span_of(rest.data + 2, size));
        answer[4 + count++] = 0; // granted with QoS 0
        rest = span_after(rest, 2 + size + 1);
    }
    self->is_gone |= count == 0 || rest.size > 0;
    answer[1] = (uint8_t)(2 + count);
    if (count > 0) {
        memcpy(answer + 2, body.data, 2);
        put(self, span_of(answer, 4U + count));
    }
}

static void on_unsubscribe(struct prove_broker *self, struct span packet, struct span body)
{
    (void)packet;
    self->filter_count = 0; // a node leaves all at once
    if (body.size >= 2) {
        acknowledge(self, MQTT_UNSUBACK, u16(body.data));
    }
}

static void on_ping(struct prove_broker *self, struct span packet, struct span body)
{
    static const uint8_t answer[] = {MQTT_PINGRESP << TYPE_SHIFT, 0};

    (void)packet;
    (void)body;
    put(self, span_of(answer, sizeof answer));
}

static void on_nothing(struct prove_broker *self, struct span packet, struct span body)
{
    (void)self;
    (void)packet;
    (void)body;
}

static void (*const handlers[16])(struct prove_broker *self, struct span packet,
                                  struct span body) = {
    [MQTT_CONNECT] = on_connect,     [MQTT_PUBLISH] = on_publish,
    [MQTT_PUBACK] = on_nothing,      [MQTT_PUBREL] = on_release,
    [MQTT_SUBSCRIBE] = on_subscribe, [MQTT_UNSUBSCRIBE] = on_unsubscribe,
    [MQTT_PINGREQ] = on_ping,        [MQTT_DISCONNECT] = on_nothing,
};

// Bytes of the packet at the beginning of `bytes` and of its fixed header; 0: incomplete.
static size_t packet_size(struct span bytes, size_t *header)
{
    size_t length = 0;

    for (size_t i = 0; i < LENGTH_BYTES && FIRST_BYTE + i < bytes.size; i++) {
        uint8_t digit = bytes.data[FIRST_BYTE + i];
        length |= (size_t)(digit & (LENGTH_MORE - 1)) << (7 * i);
        if ((digit & LENGTH_MORE) == 0) {
            *header = FIRST_BYTE + i + 1;
            return *header + length <= bytes.size ? *header + length : 0;
        }
    }
    return 0;
}

static void handle(struct prove_broker *self, struct span packet, size_t header)
{
    unsigned type = packet.data[0] >> TYPE_SHIFT;

    if (handlers[type] == NULL) {
        self->is_gone = true;
    } else {
        handlers[type](self, packet, span_after(packet, header));
    }
}

static void take(void *context, struct span bytes)
{
    struct prove_broker *self = context;
    size_t header = 0;

    if (bytes.size > sizeof self->in - self->in_size) {
        self->is_gone = true;
        return;
    }
    memcpy(self->in + self->in_size, bytes.data, bytes.size);
    self->in_size += bytes.size;
    for (;;) {
        size_t size = packet_size(span_of(self->in, self->in_size), &header);
        if (size == 0) {
            return;
        }
        handle(self, span_of(self->in, size), header);
        self->in_size -= size;
        memmove(self->in, self->in + size, self->in_size);
    }
}

// ---- the connection ----

static void leave(void *context)
{
    struct prove_broker *self = context;

    self->in_size = self->out_size = 0;
    self->filter_count = 0;
    self->is_gone = false;
}

static enum status begin(void *context, const char *host, uint16_t port)
{
    struct prove_broker *self = context;

    (void)host;
    leave(self);
    self->port = port;
    self->connections++;
    return STATUS_OK;
}

static long give(void *context, uint8_t *to, size_t capacity)
{
    struct prove_broker *self = context;
    size_t size = self->out_size < capacity ? self->out_size : capacity;

    if (size == 0) {
        return self->is_gone ? STATUS_IO : 0;
    }
    memcpy(to, self->out, size);
    self->out_size -= size;
    memmove(self->out, self->out + size, self->out_size);
    return (long)size;
}

void prove_broker_init(struct prove_broker *self,
                       void (*published)(void *context, uint16_t port, struct span topic,
                                         struct span payload),
                       void *context)
{
    memset(self, 0, sizeof *self);
    self->peer = (struct net_peer){self, begin, take, give, leave};
    self->published = published;
    self->context = context;
}
