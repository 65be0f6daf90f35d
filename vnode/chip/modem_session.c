// SPDX-License-Identifier: Apache-2.0
// The MQTT session: what waits for an answer, how it ends, and the real socket behind the radio.
// docs/modems.md, "MQTT" and "Sockets".
#include "vnode/chip/module.h"

#include <string.h>

enum { RESULT_FAILED = 2 };

enum { STUCK_S = 120 }; // assumed: TCP gives up

uint64_t session_command_ns(const struct modem *self)
{
    uint64_t own_ns = (uint64_t)(self->class->command_s * 1e9);
    uint64_t reply_ns = self->is_busy && self->reply_ns > self->now_ns
                            ? self->reply_ns - self->now_ns + MODULE_MS
                            : 0;

    return own_ns > reply_ns ? own_ns : reply_ns;
}

enum status session_send(struct modem *self, enum uplink_kind kind, struct span bytes,
                         uint64_t delay_ns)
{
    uint32_t size = (uint32_t)(kind == UPLINK_DNS ? strlen(self->session.host) : bytes.size);
    struct air_message message = {
        .channel = AIR_SESSION,
        .kind = (uint8_t)kind,
        .bytes = bytes,
        .ip_bytes = air_uplink_bytes(kind, size, true),
    };
    enum status status = air_send(self, &message, delay_ns);

    if (status == STATUS_OK && self->timer_ns[TIMER_STUCK] == UINT64_MAX) {
        module_set_timer(self, TIMER_STUCK, self->now_ns + delay_ns + STUCK_S * MODULE_S);
    }
    return status;
}

// ---- operations ----

static void set_operation_timer(struct modem *self)
{
    uint64_t first_ns = UINT64_MAX;

    for (unsigned i = 0; i < MODULE_OPERATIONS_MAX; i++) {
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
    uint64_t bound_ns = (uint64_t)config->packet_timeout_s * (config->retries + 1) * MODULE_S;

    for (unsigned i = 0; i < MODULE_OPERATIONS_MAX; i++) {
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

bool session_finish(struct modem *self, enum mqtt_type type, uint16_t id)
{
    for (unsigned i = 0; i < MODULE_OPERATIONS_MAX; i++) {
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

void session_on_operation_timer(struct modem *self)
{
    for (unsigned i = 0; i < MODULE_OPERATIONS_MAX; i++) {
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
    uint64_t keep_alive_ns = self->session.config.connect.keep_alive_s * MODULE_S;
    bool was_open = self->broker.state == BROKER_OPEN;
    uint64_t until_ns =
        keep_alive_ns == 0 ? UINT64_MAX : self->broker.written_ns + keep_alive_ns / 2 * 3;

    if (was_open) {
        int socket = broker_abandon(&self->broker);
        if (socket >= 0) {
            orphans_add(&self->orphans, socket, until_ns);
        }
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
    inbox_clear(self);
    for (unsigned i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        module_stop_timer(self, timers[i]);
    }
    air_drop_channel(self, AIR_SESSION);
}

void session_lose(struct modem *self, enum session_loss reason, bool is_silent)
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
        line_say(self, "+QMTSTAT: 0,%u", (unsigned)reason);
    }
}

static void fail_open(struct modem *self, int result)
{
    broker_close(&self->broker);
    session_end(self);
    line_say(self, "+QMTOPEN: 0,%d", result);
}

// ---- down: the connection ----

static void on_open(struct modem *self)
{
    self->session.state = SESSION_OPEN;
    module_stop_timer(self, TIMER_OPEN);
    module_stop_timer(self, TIMER_STUCK);
    line_say(self, "+QMTOPEN: 0,0");
}

void session_on_received(struct modem *self, struct module_slot *slot)
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
        packet_take(self, slot);
        break;
    case DOWNLINK_CLOSED:
        session_lose(self, SESSION_CLOSED_BY_PEER, false);
        break;
    case DOWNLINK_NOTHING:
    default:
        break;
    }
}

// ---- time ----

void session_on_keep_alive_timer(struct modem *self)
{
    uint8_t bytes[2];
    size_t size = mqtt_put_empty(MQTT_PINGREQ, bytes, sizeof bytes);

    if (self->session.state != SESSION_CONNECTED || self->session.ping_waits) {
        return;
    }
    if (session_send(self, UPLINK_PACKET, span_of(bytes, size), 0) == STATUS_OK) {
        self->session.ping_waits = true;
        module_set_timer(self, TIMER_PING,
                         self->now_ns + self->session.config.packet_timeout_s * MODULE_S);
    }
}

void session_on_open_timer(struct modem *self)
{
    fail_open(self, -1);
}

void session_on_ping_timer(struct modem *self)
{
    session_lose(self, SESSION_PING_FAILED, true);
}

void session_on_silence_timer(struct modem *self)
{
    if (self->broker.state == BROKER_OPEN) {
        broker_close(&self->broker); // as the server would
        air_answer(self, AIR_SESSION, DOWNLINK_CLOSED);
    }
}

void session_on_stuck_timer(struct modem *self)
{
    if (self->session.state == SESSION_OPENING) {
        fail_open(self, -1);
    } else {
        session_lose(self, SESSION_LINK_DEAD, true);
    }
}
