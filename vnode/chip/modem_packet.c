// SPDX-License-Identifier: Apache-2.0
// Packets that came from the server: what the module answers and what it tells its host.
#include "vnode/chip/module.h"

#include "wire/topic.h"

enum { CORRUPT_CHUNKS = 64 }; // bits of modem_faults.corrupt

static void acknowledge(struct modem *self, enum mqtt_type type, uint16_t id)
{
    uint8_t bytes[4];
    size_t size = mqtt_put_acknowledgement(type, id, bytes, sizeof bytes);

    (void)!session_send(self, UPLINK_PACKET, span_of(bytes, size), 0); // else the server repeats
}

void packet_say_late(struct modem *self)
{
    if (self->session.late_published[0] != '\0') {
        line_say(self, "%s", self->session.late_published);
        self->session.late_published[0] = '\0';
    }
    module_stop_timer(self, TIMER_PUBLISHED);
}

static bool fits_line(const struct modem *self, const struct mqtt_packet *packet)
{
    size_t size = 64 + packet->topic.size + 2 * packet->payload.size;

    return packet->payload.size <= self->variant->inbound_max &&
           packet->topic.size <= MODULE_TEXT_MAX && size <= MODULE_OUT_MAX - self->out_count;
}

void packet_add_message(const struct modem *self, const struct mqtt_packet *packet, struct fmt *out)
{
    fmt_add(out, "+QMTRECV: 0,%u,\"", (unsigned)packet->id);
    fmt_add_bytes(out, packet->topic);
    fmt_add(out, "\",");
    if (self->session.config.with_length) {
        fmt_add(out, "%u,", (unsigned)packet->payload.size);
    }
    fmt_add(out, "\"");
}

// +QMTRECV: 0,<msgid>,"<topic>"[,<length>],"<payload>"
static void push_message(struct modem *self, const struct mqtt_packet *packet)
{
    char header[64 + MODULE_TEXT_MAX];
    struct fmt out;

    fmt_init(&out, header, sizeof header);
    fmt_add(&out, "\r\n");
    packet_add_message(self, packet, &out);
    line_put(self, fmt_span(&out));
    if (self->session.config.receive_hex) {
        line_put_hex(self, packet->payload);
    } else {
        line_put(self, packet->payload);
    }
    line_put(self, span_of_text("\"\r\n"));
}

// A big message may come in pieces, each with a header and a length of its own (docs/modems.md).
static void push_pieces(struct modem *self, const struct mqtt_packet *packet)
{
    enum { PIECES = 3 };
    struct mqtt_packet piece = *packet;
    size_t size = packet->payload.size;
    size_t step = size / PIECES + 1;

    if (size < PIECES || !fault_strikes(self, FAULT_FRAGMENT)) {
        push_message(self, packet);
        return;
    }
    for (size_t at = 0; at < size; at += step) {
        piece.payload = span_of(packet->payload.data + at, size - at < step ? size - at : step);
        push_message(self, &piece);
    }
}

// The fault a scenario ordered for this chunk: one byte in its middle changes.
static void spoil(struct modem *self, uint32_t index, uint8_t *payload, size_t size)
{
    uint64_t bit = index < CORRUPT_CHUNKS ? UINT64_C(1) << index : 0;

    if ((self->faults.corrupt & bit) == 0 || size == 0) {
        return;
    }
    payload[size / 2] ^= 0x5A;
    if (!self->faults.corrupt_always) {
        self->faults.corrupt &= ~bit;
    }
}

static void note_chunk(struct modem *self, const struct mqtt_packet *packet, uint8_t *bytes)
{
    uint32_t index;

    if (!topic_parse_chunk_response(packet->topic, &index)) {
        return;
    }
    spoil(self, index, bytes + packet->size - packet->payload.size, packet->payload.size);
    self->counters.chunk_replies++;
    self->last_chunk = (long)index;
}

static void on_publish(struct modem *self, const struct mqtt_packet *packet, uint8_t *bytes)
{
    if (packet->qos == 1) {
        acknowledge(self, MQTT_PUBACK, packet->id);
    } else if (packet->qos == 2) {
        acknowledge(self, MQTT_PUBREC, packet->id);
    }
    if (self->data.mode == DATA_INPUT && !self->session.config.is_buffered) {
        self->counters.lost_urcs++;
        return;
    }
    if (fault_strikes(self, FAULT_LOSE_MESSAGE) || !fits_line(self, packet)) {
        self->counters.dropped_messages++;
        return;
    }
    if (self->power == POWER_LIGHT_SLEEP) {
        self->power = POWER_AWAKE;
    }
    note_chunk(self, packet, bytes);
    if (self->session.config.is_buffered) {
        inbox_take(self, packet);
    } else {
        push_pieces(self, packet);
    }
    if (!self->is_busy) { // an outcome never comes before the OK of its command
        packet_say_late(self);
    }
}

static void on_connack(struct modem *self, const struct mqtt_packet *packet)
{
    if (!session_finish(self, MQTT_CONNECT, 0)) {
        return;
    }
    self->session.state = packet->code == 0 ? SESSION_CONNECTED : SESSION_OPEN;
    line_say(self, "+QMTCONN: 0,0,%u", (unsigned)packet->code);
}

static void on_pubrec(struct modem *self, uint16_t id)
{
    if (session_finish(self, MQTT_PUBLISH, id) &&
        session_expect(self, MQTT_PUBREL, id) == STATUS_OK) {
        acknowledge(self, MQTT_PUBREL, id);
    }
}

static void on_ping_answer(struct modem *self)
{
    self->session.ping_waits = false;
    module_stop_timer(self, TIMER_PING);
}

static void say_if(struct modem *self, enum mqtt_type type, const char *name, uint16_t id)
{
    if (session_finish(self, type, id)) {
        line_say(self, "+%s: 0,%u,0", name, (unsigned)id);
    }
}

static void on_suback(struct modem *self, const struct mqtt_packet *packet)
{
    char text[8 * MQTT_FILTERS_MAX];
    struct fmt out;

    if (!session_finish(self, MQTT_SUBSCRIBE, packet->id)) {
        return;
    }
    fmt_init(&out, text, sizeof text);
    for (size_t i = 0; i < packet->codes.size; i++) {
        bool is_refused = fault_strikes(self, FAULT_REFUSE_TOPIC);
        fmt_add(&out, ",%u", is_refused ? 128U : (unsigned)packet->codes.data[i]);
    }
    line_say(self, "+QMTSUB: 0,%u,0%s", (unsigned)packet->id, text);
}

void packet_take(struct modem *self, struct module_slot *slot)
{
    struct mqtt_packet packet;

    if (mqtt_decode(span_of(slot->bytes, slot->size), &packet) != STATUS_OK) {
        return; // cannot be: it was decoded when it came
    }
    self->counters.mqtt_bytes_down += packet.size;
    switch (packet.type) {
    case MQTT_CONNACK:
        on_connack(self, &packet);
        break;
    case MQTT_PUBLISH:
        on_publish(self, &packet, slot->bytes);
        break;
    case MQTT_PUBACK:
        say_if(self, MQTT_PUBLISH, "QMTPUB", packet.id);
        break;
    case MQTT_PUBREC:
        on_pubrec(self, packet.id);
        break;
    case MQTT_PUBCOMP:
        say_if(self, MQTT_PUBREL, "QMTPUB", packet.id);
        break;
    case MQTT_PUBREL:
        acknowledge(self, MQTT_PUBCOMP, packet.id);
        break;
    case MQTT_SUBACK:
        on_suback(self, &packet);
        break;
    case MQTT_UNSUBACK:
        say_if(self, MQTT_UNSUBSCRIBE, "QMTUNS", packet.id);
        break;
    case MQTT_PINGRESP:
        on_ping_answer(self);
        break;
    case MQTT_CONNECT:
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
    case MQTT_PINGREQ:
    case MQTT_DISCONNECT:
    default:
        break;
    }
}
