// SPDX-License-Identifier: Apache-2.0
// Packets on their way: from the module through the radio's model to the real socket, and back from the socket
// through the model to the host's line. docs/modems.md 2.6 for the results.
#include "vnode/chip/bc660k.h"

#include <stdlib.h>
#include <string.h>

#include "link/air.h"
#include "wire/topic.h"

enum {
    SYN_BYTES = 44, // with the MSS option
    FIN_BYTES = 40,
    DETACH_BYTES = 60,
    DNS_QUERY_BYTES = 28 + 18, // and the name
    DNS_ANSWER_BYTES = 28 + 50,
    STUCK_S = 120,        // assumed: TCP gives up
    LATE_PUBLISHED_S = 1, // a +QMTPUB that waited for its +QMTRECV in vain
    STAT_CLOSED_BY_PEER = 1,
    STAT_PING_FAILED = 2,
    STAT_LINK_DEAD = 7,
    RESULT_FAILED = 2,
    CORRUPT_CHUNKS = 64, // bits of modem_faults.corrupt
};

uint64_t session_command_ns(const struct modem *self)
{
    return (uint64_t)(self->class->command_s * 1e9);
}

// ---- slots ----

static struct module_slot *free_slot(struct module_slot *slots, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!slots[i].is_used) {
            return &slots[i];
        }
    }
    return NULL;
}

static bool fill_slot(struct module_slot *slot, uint8_t kind, struct span bytes)
{
    *slot = (struct module_slot){.is_used = true, .kind = kind, .size = bytes.size};
    if (bytes.size == 0) {
        return true;
    }
    slot->bytes = malloc(bytes.size);
    slot->is_used = slot->bytes != NULL;
    if (slot->is_used) {
        memcpy(slot->bytes, bytes.data, bytes.size);
    }
    return slot->is_used;
}

static void empty_slot(struct module_slot *slot)
{
    free(slot->bytes);
    *slot = (struct module_slot){0};
}

void session_drop_slots(struct modem *self)
{
    for (unsigned i = 0; i < LINK_UP_MAX; i++) {
        empty_slot(&self->up[i]);
    }
    for (unsigned i = 0; i < LINK_DOWN_MAX; i++) {
        empty_slot(&self->down[i]);
    }
}

static uint32_t uplink_bytes(const struct modem *self, enum uplink_kind kind, size_t size)
{
    switch (kind) {
    case UPLINK_DNS:
        return DNS_QUERY_BYTES + (uint32_t)strlen(self->session.host);
    case UPLINK_SYN:
        return SYN_BYTES;
    case UPLINK_DETACH:
        return DETACH_BYTES;
    case UPLINK_PACKET:
    case UPLINK_NOTHING:
    default:
        return link_ip_bytes((uint32_t)size);
    }
}

enum status session_send(struct modem *self, enum uplink_kind kind, struct span bytes,
                         uint64_t delay_ns)
{
    struct module_slot *slot = free_slot(self->up, LINK_UP_MAX);
    uint64_t at_ns = self->now_ns + delay_ns;

    if (slot == NULL || !fill_slot(slot, (uint8_t)kind, bytes)) {
        return STATUS_BUSY;
    }
    if (self->radio.up_count > 0 && self->radio.up[self->radio.up_count - 1].at_ns > at_ns) {
        at_ns = self->radio.up[self->radio.up_count - 1].at_ns;
    }
    if (self->timer_ns[TIMER_STUCK] == UINT64_MAX && kind != UPLINK_DETACH) {
        module_set_timer(self, TIMER_STUCK, at_ns + STUCK_S * BC660K_S);
    }
    return link_radio_send(&self->radio, at_ns, uplink_bytes(self, kind, bytes.size),
                           (uint32_t)(slot - self->up));
}

static uint32_t downlink_bytes(enum downlink_kind kind, size_t size)
{
    switch (kind) {
    case DOWNLINK_DNS:
    case DOWNLINK_NO_NAME:
        return DNS_ANSWER_BYTES;
    case DOWNLINK_SYN_ACK:
    case DOWNLINK_RESET:
        return SYN_BYTES;
    case DOWNLINK_CLOSED:
        return FIN_BYTES;
    case DOWNLINK_PACKET:
    case DOWNLINK_NOTHING:
    default:
        return link_ip_bytes((uint32_t)size);
    }
}

// `sent_ns` is when the server sent it; it reaches the base station a core round later.
static void arrive(struct modem *self, enum downlink_kind kind, struct span bytes, uint64_t sent_ns)
{
    struct module_slot *slot = free_slot(self->down, LINK_DOWN_MAX);
    uint64_t at_ns = sent_ns + link_radio_core_ns(&self->radio);

    if (at_ns < self->session.arrived_ns) {
        at_ns = self->session.arrived_ns;
    }
    if (slot == NULL || !fill_slot(slot, (uint8_t)kind, bytes)) {
        self->counters.dropped_messages++;
        return;
    }
    self->session.arrived_ns = at_ns;
    if (link_radio_arrive(&self->radio, at_ns, downlink_bytes(kind, bytes.size),
                          (uint32_t)(slot - self->down)) != STATUS_OK) {
        empty_slot(slot);
        self->counters.dropped_messages++;
    }
}

// ---- operations ----

static void set_operation_timer(struct modem *self)
{
    uint64_t first_ns = UINT64_MAX;

    for (unsigned i = 0; i < BC660K_OPERATIONS_MAX; i++) {
        const struct module_operation *at = &self->session.operation[i];
        if (at->type != 0 && at->until_ns < first_ns) {
            first_ns = at->until_ns;
        }
    }
    module_set_timer(self, TIMER_OPERATION, first_ns);
}

enum status session_expect(struct modem *self, enum mqtt_type type, uint16_t id)
{
    const struct module_mqtt_config *config = &self->session.config;
    uint64_t bound_ns = (uint64_t)config->packet_timeout_s * (config->retries + 1) * BC660K_S;

    for (unsigned i = 0; i < BC660K_OPERATIONS_MAX; i++) {
        struct module_operation *at = &self->session.operation[i];
        if (at->type == 0) {
            *at = (struct module_operation){
                .type = type, .id = id, .until_ns = self->now_ns + bound_ns};
            set_operation_timer(self);
            return STATUS_OK;
        }
    }
    return STATUS_BUSY;
}

// True when the module waited for it.
static bool finish_operation(struct modem *self, enum mqtt_type type, uint16_t id)
{
    for (unsigned i = 0; i < BC660K_OPERATIONS_MAX; i++) {
        struct module_operation *at = &self->session.operation[i];
        if (at->type == type && at->id == id) {
            at->type = 0;
            set_operation_timer(self);
            return true;
        }
    }
    return false;
}

static void fail_operation(struct modem *self, struct module_operation operation)
{
    switch (operation.type) {
    case MQTT_CONNECT:
        line_say(self, "+QMTCONN: 0,%d", RESULT_FAILED);
        session_abandon(self);
        session_end(self);
        break;
    case MQTT_SUBSCRIBE:
        line_say(self, "+QMTSUB: 0,%u,%d", (unsigned)operation.id, RESULT_FAILED);
        break;
    case MQTT_UNSUBSCRIBE:
        line_say(self, "+QMTUNS: 0,%u,%d", (unsigned)operation.id, RESULT_FAILED);
        break;
    case MQTT_PUBLISH:
    case MQTT_PUBREL:
        line_say(self, "+QMTPUB: 0,%u,%d", (unsigned)operation.id, RESULT_FAILED);
        break;
    case MQTT_CONNACK:
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBCOMP:
    case MQTT_SUBACK:
    case MQTT_UNSUBACK:
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
    default:
        break;
    }
}

static void on_operation_timer(struct modem *self)
{
    for (unsigned i = 0; i < BC660K_OPERATIONS_MAX; i++) {
        struct module_operation operation = self->session.operation[i];
        if (operation.type != 0 && operation.until_ns <= self->now_ns) {
            self->session.operation[i].type = 0;
            fail_operation(self, operation);
        }
    }
    set_operation_timer(self);
}

// ---- end of a session ----

void session_abandon(struct modem *self)
{
    uint64_t keep_alive_ns = self->session.config.connect.keep_alive_s * BC660K_S;
    bool was_open = self->broker.state == BROKER_OPEN;
    uint64_t until_ns =
        keep_alive_ns == 0 ? UINT64_MAX : self->broker.written_ns + keep_alive_ns / 2 * 3;

    if (was_open) {
        int socket = broker_abandon(&self->broker);
        orphans_add(&self->orphans, socket, until_ns);
    } else {
        broker_close(&self->broker);
    }
}

void session_end(struct modem *self)
{
    static const enum module_timer timers[] = {TIMER_PUBLISHED,  TIMER_OPEN, TIMER_OPERATION,
                                               TIMER_KEEP_ALIVE, TIMER_PING, TIMER_SILENCE,
                                               TIMER_STUCK};

    self->session.state = SESSION_CLOSED;
    memset(self->session.operation, 0, sizeof self->session.operation);
    self->session.ping_waits = false;
    self->session.late_published[0] = '\0';
    for (unsigned i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        module_stop_timer(self, timers[i]);
    }
    for (unsigned i = 0; i < LINK_UP_MAX; i++) {
        if (self->up[i].kind != UPLINK_DETACH) {
            self->up[i].kind = UPLINK_NOTHING; // in the air still, but to nobody
        }
    }
    for (unsigned i = 0; i < LINK_DOWN_MAX; i++) {
        self->down[i].kind = DOWNLINK_NOTHING;
    }
}

void session_lose(struct modem *self, unsigned reason, bool is_silent)
{
    if (is_silent) {
        session_abandon(self);
    } else {
        broker_close(&self->broker);
    }
    bool was_known =
        self->session.state >= SESSION_OPEN && self->session.state != SESSION_DISCONNECTING;
    session_end(self);
    if (was_known) {
        line_say(self, "+QMTSTAT: 0,%u", reason);
    }
}

static void fail_open(struct modem *self, int result)
{
    broker_close(&self->broker);
    session_end(self);
    line_say(self, "+QMTOPEN: 0,%d", result);
}

// ---- up ----

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
    uint64_t keep_alive_ns = self->session.config.connect.keep_alive_s * BC660K_S;

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
        session_lose(self, STAT_LINK_DEAD, false);
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
        arrive(self, DOWNLINK_NO_NAME, span_of(NULL, 0), self->now_ns);
    } else if (status != STATUS_OK) {
        arrive(self, DOWNLINK_RESET, span_of(NULL, 0), self->now_ns);
    }
}

static void on_sent(struct modem *self, struct module_slot *slot)
{
    switch ((enum uplink_kind)slot->kind) {
    case UPLINK_DNS:
        arrive(self, DOWNLINK_DNS, span_of(NULL, 0), self->now_ns);
        break;
    case UPLINK_SYN:
        send_syn(self);
        break;
    case UPLINK_PACKET:
        send_packet(self, span_of(slot->bytes, slot->size));
        break;
    case UPLINK_DETACH:
        if (self->is_detaching) {
            module_set_timer(self, TIMER_REPLY, self->now_ns + session_command_ns(self));
        }
        break;
    case UPLINK_NOTHING:
    default:
        break;
    }
}

// ---- down: packets ----

static void acknowledge(struct modem *self, enum mqtt_type type, uint16_t id)
{
    uint8_t bytes[4];
    size_t size = mqtt_put_acknowledgement(type, id, bytes, sizeof bytes);

    (void)!session_send(self, UPLINK_PACKET, span_of(bytes, size), 0); // else the server repeats
}

static void say_late_published(struct modem *self)
{
    if (self->session.late_published[0] != '\0') {
        line_say(self, "%s", self->session.late_published);
        self->session.late_published[0] = '\0';
    }
    module_stop_timer(self, TIMER_PUBLISHED);
}

static void put_hex(struct modem *self, struct span bytes)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < bytes.size; i++) {
        char pair[2] = {digits[bytes.data[i] >> 4], digits[bytes.data[i] & 15]};
        line_put(self, span_of(pair, sizeof pair));
    }
}

static bool fits_line(const struct modem *self, const struct mqtt_packet *packet)
{
    size_t size = 64 + packet->topic.size + 2 * packet->payload.size;

    return packet->payload.size <= BC660K_INBOUND_MAX && packet->topic.size <= BC660K_TEXT_MAX &&
           size <= BC660K_OUT_MAX - self->out_count;
}

// +QMTRECV: 0,<msgid>,"<topic>"[,<length>],"<payload>"
static void push_message(struct modem *self, const struct mqtt_packet *packet)
{
    char header[64 + BC660K_TEXT_MAX];
    struct fmt out;

    fmt_init(&out, header, sizeof header);
    fmt_add(&out, "\r\n+QMTRECV: 0,%u,\"", (unsigned)packet->id);
    fmt_add_bytes(&out, packet->topic);
    fmt_add(&out, "\",");
    if (self->session.config.with_length) {
        fmt_add(&out, "%u,", (unsigned)packet->payload.size);
    }
    fmt_add(&out, "\"");
    line_put(self, fmt_span(&out));
    if (self->session.config.receive_hex) {
        put_hex(self, packet->payload);
    } else {
        line_put(self, packet->payload);
    }
    line_put(self, span_of_text("\"\r\n"));
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
    if (self->data.mode != DATA_NONE) {
        self->counters.lost_urcs++;
        return;
    }
    if (!fits_line(self, packet)) {
        self->counters.dropped_messages++;
        return;
    }
    if (self->power == POWER_LIGHT_SLEEP) {
        self->power = POWER_AWAKE;
    }
    note_chunk(self, packet, bytes);
    push_message(self, packet);
    say_late_published(self);
}

static void on_connack(struct modem *self, const struct mqtt_packet *packet)
{
    if (!finish_operation(self, MQTT_CONNECT, 0)) {
        return;
    }
    self->session.state = packet->code == 0 ? SESSION_CONNECTED : SESSION_OPEN;
    line_say(self, "+QMTCONN: 0,0,%u", (unsigned)packet->code);
}

static void on_pubrec(struct modem *self, uint16_t id)
{
    if (finish_operation(self, MQTT_PUBLISH, id) &&
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
    if (finish_operation(self, type, id)) {
        line_say(self, "+%s: 0,%u,0", name, (unsigned)id);
    }
}

static void on_packet(struct modem *self, struct module_slot *slot)
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
        if (finish_operation(self, MQTT_SUBSCRIBE, packet.id)) {
            line_say(self, "+QMTSUB: 0,%u,0,%u", (unsigned)packet.id, (unsigned)packet.code);
        }
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

// ---- down: the connection ----

static void on_open(struct modem *self)
{
    self->session.state = SESSION_OPEN;
    module_stop_timer(self, TIMER_OPEN);
    line_say(self, "+QMTOPEN: 0,0");
}

static void on_received(struct modem *self, struct module_slot *slot)
{
    switch ((enum downlink_kind)slot->kind) {
    case DOWNLINK_DNS:
        (void)!session_send(self, UPLINK_SYN, span_of(NULL, 0), 0); // else AT+QMTOPEN's bound fires
        break;
    case DOWNLINK_SYN_ACK:
        on_open(self);
        break;
    case DOWNLINK_RESET:
        fail_open(self, -1);
        break;
    case DOWNLINK_NO_NAME:
        fail_open(self, 4);
        break;
    case DOWNLINK_PACKET:
        on_packet(self, slot);
        break;
    case DOWNLINK_CLOSED:
        session_lose(self, STAT_CLOSED_BY_PEER, false);
        break;
    case DOWNLINK_NOTHING:
    default:
        break;
    }
}

static void copy_sums(struct modem *self)
{
    self->counters.bytes_up = self->radio.sums.bytes_up;
    self->counters.bytes_down = self->radio.sums.bytes_down;
    self->counters.lone_acks = self->radio.sums.lone_acks;
    self->counters.tx_ns = self->radio.sums.tx_ns;
    self->counters.rx_ns = self->radio.sums.rx_ns;
}

void session_on_event(struct modem *self, struct link_event event)
{
    struct module_slot *slots = event.kind == LINK_SENT ? self->up : self->down;
    struct module_slot slot = slots[event.tag]; // its number is free for what follows from it

    slots[event.tag] = (struct module_slot){0};
    copy_sums(self);
    if (event.kind == LINK_SENT) {
        on_sent(self, &slot);
    } else {
        on_received(self, &slot);
    }
    empty_slot(&slot);
}

// ---- from the socket ----

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
    while (self->broker.state == BROKER_OPEN && self->radio.down_count + 1 < LINK_DOWN_MAX &&
           read_packet(self)) {
    }
}

// ---- time ----

static void ping(struct modem *self)
{
    uint8_t bytes[2];
    size_t size = mqtt_put_empty(MQTT_PINGREQ, bytes, sizeof bytes);

    if (self->session.state != SESSION_CONNECTED || self->session.ping_waits) {
        return;
    }
    if (session_send(self, UPLINK_PACKET, span_of(bytes, size), 0) == STATUS_OK) {
        self->session.ping_waits = true;
        module_set_timer(self, TIMER_PING,
                         self->now_ns + self->session.config.packet_timeout_s * BC660K_S);
    }
}

void session_on_timer(struct modem *self, enum module_timer timer)
{
    if (timer == TIMER_PUBLISHED) {
        say_late_published(self);
    } else if (timer == TIMER_OPEN) {
        fail_open(self, -1);
    } else if (timer == TIMER_OPERATION) {
        on_operation_timer(self);
    } else if (timer == TIMER_KEEP_ALIVE) {
        ping(self);
    } else if (timer == TIMER_PING) {
        session_lose(self, STAT_PING_FAILED, true);
    } else if (timer == TIMER_SILENCE && self->broker.state == BROKER_OPEN) {
        broker_close(&self->broker); // as the server would
        arrive(self, DOWNLINK_CLOSED, span_of(NULL, 0), self->now_ns);
    } else if (timer == TIMER_STUCK && self->session.state == SESSION_OPENING) {
        fail_open(self, -1);
    } else if (timer == TIMER_STUCK) {
        session_lose(self, STAT_LINK_DEAD, true);
    }
}
