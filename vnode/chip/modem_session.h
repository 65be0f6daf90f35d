// SPDX-License-Identifier: Apache-2.0
// The MQTT session of a module: its settings, what waits for an answer, and the messages kept for the host.
#ifndef NBOTA_VNODE_CHIP_MODEM_SESSION_H
#define NBOTA_VNODE_CHIP_MODEM_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/fmt.h"
#include "base/span.h"
#include "vnode/chip/modem_air.h"
#include "vnode/chip/modem_limits.h"
#include "vnode/net/mqtt.h"

struct modem;

struct module_mqtt_config {
    struct mqtt_connect connect; // spans point into the texts below
    uint32_t packet_timeout_s, retries;
    bool with_length, send_hex, receive_hex;
    bool is_buffered; // BG95: "recv/mode" 1
    char will_topic[MODULE_TEXT_MAX + 1], will_message[MODULE_TEXT_MAX + 1];
};

enum session_state {
    SESSION_CLOSED,
    SESSION_OPENING,       // AT+QMTOPEN is under way
    SESSION_OPEN,          // 1 in +QMTCONN?
    SESSION_CONNECTING,    // 2
    SESSION_CONNECTED,     // 3
    SESSION_DISCONNECTING, // 4: DISCONNECT waits for the radio
};

// Why a session ended, as +QMTSTAT says it.
enum session_loss {
    SESSION_CLOSED_BY_PEER = 1,
    SESSION_PING_FAILED = 2,
    SESSION_LINK_DEAD = 7,
};

struct module_operation {
    enum mqtt_type type; // 0 = free
    uint16_t id;
    uint64_t until_ns;
};

struct module_session {
    enum session_state state;
    struct module_mqtt_config config;
    char host[101];
    uint16_t port;
    struct module_operation operation[MODULE_OPERATIONS_MAX];
    bool ping_waits;
    char late_published[MODULE_URC_MAX]; // empty = none
};

// The BG95's buffer of "recv/mode" 1; a slot is free when its message has been read.
enum { INBOX_SLOTS = 5, INBOX_WAITING = 16 };
struct inbox_message {
    bool is_used;
    uint16_t id;
    uint8_t *bytes; // owned: the topic, then the payload
    size_t topic_size, payload_size;
};
struct module_inbox {
    struct inbox_message slot[INBOX_SLOTS];
    struct inbox_message waiting[INBOX_WAITING]; // only when a full buffer stalls the line
    unsigned waiting_count;
};

// AT+QMTPUB whose message comes in data mode.
struct module_publish {
    uint16_t id;
    uint8_t qos;
    bool retain;
    char topic[MODULE_TEXT_MAX + 1];
};

// ---- modem_session.c ----
// From a command's end to its data in the radio's queue; never before its final result.
uint64_t session_command_ns(const struct modem *self);
// Queues a message of the session. STATUS_BUSY when the radio's queue is full.
MUST_USE enum status session_send(struct modem *self, enum uplink_kind kind, struct span bytes,
                                  uint64_t delay_ns);
// Registers that an answer to `type` is waited for. STATUS_BUSY when MODULE_OPERATIONS_MAX are.
MUST_USE enum status session_expect(struct modem *self, enum mqtt_type type, uint16_t id);
// True when the module waited for it.
bool session_finish(struct modem *self, enum mqtt_type type, uint16_t id);
void session_on_open_timer(struct modem *self);
void session_on_operation_timer(struct modem *self);
void session_on_keep_alive_timer(struct modem *self);
void session_on_ping_timer(struct modem *self);
void session_on_silence_timer(struct modem *self);
void session_on_stuck_timer(struct modem *self);
void session_on_received(struct modem *self, struct module_slot *slot);
// The client index is free again; the socket is the caller's business.
void session_end(struct modem *self);
// +QMTSTAT and the end; `is_silent` leaves the server without a FIN.
void session_lose(struct modem *self, enum session_loss reason, bool is_silent);
// The server hears nothing more from this connection.
void session_abandon(struct modem *self);

// ---- modem_connection.c ----
void session_on_sent(struct modem *self, struct module_slot *slot);
void session_read(struct modem *self);

// ---- modem_packet.c ----
void packet_take(struct modem *self, struct module_slot *slot);
// "+QMTRECV: 0,…" up to the payload.
void packet_add_message(const struct modem *self, const struct mqtt_packet *packet,
                        struct fmt *out);
// The +QMTPUB that waited for a +QMTRECV, if there is one.
void packet_say_late(struct modem *self);

// ---- bg95_inbox.c ----
void inbox_take(struct modem *self, const struct mqtt_packet *packet);
void inbox_clear(struct modem *self);

#endif
