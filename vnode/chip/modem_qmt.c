// SPDX-License-Identifier: Apache-2.0
// AT+QMTOPEN, CONN, DISC, CLOSE, SUB, UNS: the modules' MQTT Application Notes; docs/modems.md, "MQTT".
// Client index 0 only.
#include "vnode/chip/module.h"

#include "vnode/net/tcp.h"

enum {
    HOST_MAX = 100,
    CLIENT_MAX = 128,
    OPEN_BOUND_S = 75, // assumed: TCP gives up; the manual's maximum is 176 s
    RESULT_BUSY = 2,   // of AT+QMTOPEN: index in use
    RESULT_NO_PDP = 3,
    DISCONNECT_MS = 200,
};

bool qmt_is_client_0(const struct command_line *line)
{
    uint32_t index;

    return command_number(line, 0, 0, 0, &index);
}

// A DISCONNECT that still waits for the radio goes now: its connection is needed no more.
static void finish_disconnect(struct modem *self)
{
    broker_close(&self->broker);
    session_end(self);
}

static enum status begin_open(struct modem *self)
{
    bool is_address = tcp_is_address(self->session.host);

    if (self->session.state == SESSION_DISCONNECTING) {
        finish_disconnect(self);
    }
    self->session.state = SESSION_OPENING;
    self->last_chunk = -1;
    module_set_timer(self, TIMER_OPEN, self->now_ns + OPEN_BOUND_S * MODULE_S);
    return session_send(self, is_address ? UPLINK_SYN : UPLINK_DNS, span_of(NULL, 0),
                        session_command_ns(self));
}

enum cme qmt_open(struct modem *self, const struct command_line *line)
{
    uint32_t port;
    uint64_t after_ns = session_command_ns(self);
    bool is_in_use =
        self->session.state != SESSION_CLOSED && self->session.state != SESSION_DISCONNECTING;

    if (line->form == FORM_READ) {
        if (self->session.state >= SESSION_OPEN) {
            command_add(self, "+QMTOPEN: 0,\"%s\",%u", self->session.host,
                        (unsigned)self->session.port);
        }
        return CME_NONE;
    }
    if (!qmt_is_client_0(line) || !command_has(line, 1) || line->field[1].text.size > HOST_MAX ||
        !command_number(line, 2, 1, 65535, &port)) {
        return CME_PARAMETER;
    }
    if (is_in_use) {
        line_say_later(self, after_ns, "+QMTOPEN: 0,%d", RESULT_BUSY);
        return CME_NONE;
    }
    if (!network_has_context(self)) {
        line_say_later(self, after_ns, "+QMTOPEN: 0,%d", RESULT_NO_PDP);
        return CME_NONE;
    }
    (void)command_text(line, 1, self->session.host, sizeof self->session.host);
    self->session.port = (uint16_t)port;
    return begin_open(self) == STATUS_OK ? CME_NONE : CME_MQTT_BUFFER;
}

static bool is_short(const struct command_line *line, unsigned index, size_t limit)
{
    return index >= line->fields || line->field[index].text.size <= limit;
}

// AT+QMTCONN?
static enum cme show_state(struct modem *self)
{
    if (self->session.state >= SESSION_OPEN) {
        command_add(self, "+QMTCONN: 0,%d", (int)(self->session.state - SESSION_OPEN) + 1);
    }
    return CME_NONE;
}

enum cme qmt_connect(struct modem *self, const struct command_line *line)
{
    struct mqtt_connect connect = self->session.config.connect;
    uint8_t packet[2048];

    if (line->form == FORM_READ) {
        return show_state(self);
    }
    if (!qmt_is_client_0(line) || line->fields < 2 || line->fields > 4 ||
        !is_short(line, 1, CLIENT_MAX) || !is_short(line, 2, MODULE_TEXT_MAX) ||
        !is_short(line, 3, MODULE_TEXT_MAX)) {
        return CME_PARAMETER;
    }
    if (self->session.state != SESSION_OPEN) {
        return CME_MQTT_LINK;
    }
    connect.will_topic = span_of_text(self->session.config.will_topic);
    connect.will_message = span_of_text(self->session.config.will_message);
    connect.client = line->field[1].text;
    connect.has_user = line->fields > 2;
    connect.has_password = line->fields > 3;
    connect.user = connect.has_user ? line->field[2].text : span_of(NULL, 0);
    connect.password = connect.has_password ? line->field[3].text : span_of(NULL, 0);
    size_t size = mqtt_put_connect(&connect, packet, sizeof packet);
    if (session_expect(self, MQTT_CONNECT, 0) != STATUS_OK ||
        session_send(self, UPLINK_PACKET, span_of(packet, size), session_command_ns(self)) !=
            STATUS_OK) {
        return CME_MQTT_BUFFER;
    }
    self->session.state = SESSION_CONNECTING;
    return CME_NONE;
}

enum cme qmt_disconnect(struct modem *self, const struct command_line *line)
{
    uint8_t packet[2];
    size_t size = mqtt_put_empty(MQTT_DISCONNECT, packet, sizeof packet);

    if (!qmt_is_client_0(line)) {
        return CME_PARAMETER;
    }
    if (self->session.state != SESSION_CONNECTED) {
        return CME_MQTT_LINK;
    }
    if (session_send(self, UPLINK_PACKET, span_of(packet, size), session_command_ns(self)) !=
        STATUS_OK) {
        return CME_MQTT_BUFFER;
    }
    self->session.state = SESSION_DISCONNECTING;
    line_say_later(self, DISCONNECT_MS * MODULE_MS, "+QMTDISC: 0,0");
    if (self->variant->closes_twice && module_random(self, 0, 1) == 1) {
        line_say_later(self, DISCONNECT_MS * MODULE_MS + MODULE_MS, "+QMTSTAT: 0,5");
    }
    return CME_NONE;
}

enum cme qmt_close(struct modem *self, const struct command_line *line)
{
    bool is_closed =
        self->session.state == SESSION_CLOSED || self->session.state == SESSION_DISCONNECTING;

    if (!qmt_is_client_0(line)) {
        return CME_PARAMETER;
    }
    if (is_closed && !self->variant->closes_twice) {
        return CME_MQTT_LINK;
    }
    if (!is_closed) {
        broker_close(&self->broker);
        session_end(self);
    }
    line_say_later(self, DISCONNECT_MS * MODULE_MS, "+QMTCLOSE: 0,%d", is_closed ? -1 : 0);
    return CME_NONE;
}

// ---- subscribe ----

static enum cme subscription(struct modem *self, const struct command_line *line, uint32_t *id,
                             struct span *topic)
{
    if (!qmt_is_client_0(line) || !command_number(line, 1, 1, 65535, id) || !command_has(line, 2) ||
        line->field[2].text.size > MODULE_TEXT_MAX) {
        return CME_PARAMETER;
    }
    *topic = line->field[2].text;
    return self->session.state == SESSION_CONNECTED ? CME_NONE : CME_MQTT_LINK;
}

static enum cme request(struct modem *self, enum mqtt_type type, uint32_t id, struct span packet)
{
    if (session_expect(self, type, (uint16_t)id) != STATUS_OK ||
        session_send(self, UPLINK_PACKET, packet, session_command_ns(self)) != STATUS_OK) {
        return CME_MQTT_BUFFER;
    }
    return CME_NONE;
}

// The pairs "<topic>",<qos> from field 2 on; their number, 0 when one is wrong or there are too many.
static unsigned read_filters(const struct modem *self, const struct command_line *line,
                             struct mqtt_filter filters[MQTT_FILTERS_MAX])
{
    unsigned count = (line->fields - 2) / 2;
    uint32_t qos;

    if (line->fields % 2 != 0 || count > self->variant->topics_max) {
        return 0;
    }
    for (unsigned i = 0; i < count; i++) {
        unsigned at = 2 + 2 * i;
        if (!command_has(line, at) || line->field[at].text.size > MODULE_TEXT_MAX ||
            !command_number(line, at + 1, 0, 2, &qos)) {
            return 0;
        }
        filters[i] = (struct mqtt_filter){.topic = line->field[at].text, .qos = (uint8_t)qos};
    }
    return count;
}

enum cme qmt_subscribe(struct modem *self, const struct command_line *line)
{
    uint8_t packet[MQTT_FILTERS_MAX * (MODULE_TEXT_MAX + 3) + 16];
    struct mqtt_filter filters[MQTT_FILTERS_MAX];
    uint32_t id;
    struct span topic;
    enum cme result = subscription(self, line, &id, &topic);

    if (result != CME_NONE) {
        return result;
    }
    unsigned count = read_filters(self, line, filters);
    if (count == 0) {
        return CME_PARAMETER;
    }
    size_t size = mqtt_put_subscribe((uint16_t)id, filters, count, packet, sizeof packet);
    return request(self, MQTT_SUBSCRIBE, id, span_of(packet, size));
}

enum cme qmt_unsubscribe(struct modem *self, const struct command_line *line)
{
    uint8_t packet[MODULE_TEXT_MAX + 16];
    uint32_t id;
    struct span topic;
    enum cme result = subscription(self, line, &id, &topic);

    if (result != CME_NONE) {
        return result;
    }
    size_t size = mqtt_put_unsubscribe((uint16_t)id, topic, packet, sizeof packet);
    return request(self, MQTT_UNSUBSCRIBE, id, span_of(packet, size));
}
