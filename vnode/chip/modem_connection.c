// SPDX-License-Identifier: Apache-2.0
// The real socket behind the radio: what has left the air is written, what was read goes on the air.
#include "vnode/chip/module.h"

#include <string.h>

static void count_uplink(struct modem *self, struct span packet)
{
    enum { TOPIC_AT_MIN = 4 }; // behind the type, one byte of length and the topic's length
    const char prefix[] = "v2/fw/request/";
    size_t size = sizeof prefix - 1;

    self->counters.mqtt_bytes_up += packet.size;
    if (packet.data[0] >> 4 != MQTT_PUBLISH) {
        return;
    }
    // The topic follows a remaining length of one byte or more and its own two-byte length.
    for (size_t at = TOPIC_AT_MIN; at <= TOPIC_AT_MIN + 1 && at + size < packet.size; at++) {
        self->counters.chunk_requests += memcmp(packet.data + at, prefix, size) == 0;
    }
}

static void note_progress(struct modem *self)
{
    uint64_t keep_alive_ns = self->session.config.connect.keep_alive_s * MODULE_S;

    module_stop_timer(self, TIMER_STUCK);
    if (keep_alive_ns > 0 && self->session.state >= SESSION_CONNECTING) {
        module_set_timer(self, TIMER_KEEP_ALIVE, self->now_ns + keep_alive_ns);
        module_set_timer(self, TIMER_SILENCE, self->now_ns + keep_alive_ns / 2 * 3);
    }
}

static void send_packet(struct modem *self, struct span packet)
{
    bool is_last = packet.data[0] >> 4 == MQTT_DISCONNECT;

    count_uplink(self, packet);
    note_progress(self);
    if (self->broker.state != BROKER_OPEN) {
        return; // the server has closed; its word is on the way
    }
    if (broker_write(&self->broker, packet, self->now_ns) != STATUS_OK) {
        session_lose(self, SESSION_LINK_DEAD, false);
    } else if (is_last) {
        broker_close(&self->broker);
        session_end(self);
    }
}

static void send_syn(struct modem *self)
{
    enum status status =
        broker_open(&self->broker, self->session.host, self->session.port, self->now_ns);

    if (status == STATUS_NOT_FOUND) {
        air_answer(self, AIR_SESSION, DOWNLINK_NO_NAME);
    } else if (status != STATUS_OK) {
        air_answer(self, AIR_SESSION, DOWNLINK_RESET);
    }
}

void session_on_sent(struct modem *self, struct module_slot *slot)
{
    switch ((enum uplink_kind)slot->kind) {
    case UPLINK_DNS:
        air_answer(self, AIR_SESSION, DOWNLINK_DNS);
        break;
    case UPLINK_SYN:
        send_syn(self);
        break;
    case UPLINK_PACKET:
        send_packet(self, span_of(slot->bytes, slot->size));
        break;
    case UPLINK_FIN:
    case UPLINK_DETACH:
    case UPLINK_NOTHING:
    default:
        break;
    }
}

// ---- from the socket ----

static void arrive(struct modem *self, enum downlink_kind kind, struct span bytes, uint64_t sent_ns)
{
    struct air_message message = {.channel = AIR_SESSION, .kind = (uint8_t)kind, .bytes = bytes};

    message.ip_bytes =
        bytes.size > 0 ? air_ip_bytes((uint32_t)bytes.size, true) : air_answer_bytes(kind);
    air_arrive(self, &message, sent_ns);
}

static void read_connecting(struct modem *self)
{
    enum status status = broker_connected(&self->broker);

    if (status == STATUS_OK) {
        arrive(self, DOWNLINK_SYN_ACK, span_of(NULL, 0), self->broker.written_ns);
    } else if (status == STATUS_IO) {
        arrive(self, DOWNLINK_RESET, span_of(NULL, 0), self->broker.written_ns);
    }
}

static bool read_packet(struct modem *self)
{
    struct mqtt_packet packet;
    uint64_t sent_ns = broker_sent_ns(&self->broker, self->now_ns);
    enum status status = broker_read(&self->broker, &packet, self->now_ns);

    if (status == STATUS_OK) {
        const uint8_t *begin = self->broker.in + self->broker.in_used - packet.size;
        arrive(self, DOWNLINK_PACKET, span_of(begin, packet.size), sent_ns);
    } else if (status != STATUS_AGAIN) {
        broker_close(&self->broker);
        arrive(self, DOWNLINK_CLOSED, span_of(NULL, 0), sent_ns);
    }
    return status == STATUS_OK;
}

void session_read(struct modem *self)
{
    if (self->faults.hold) {
        return;
    }
    if (self->broker.state == BROKER_CONNECTING) {
        read_connecting(self);
    }
    // What does not fit the radio's queue stays in the socket.
    while (self->broker.state == BROKER_OPEN && !air_is_full(self) && read_packet(self)) {
    }
}
