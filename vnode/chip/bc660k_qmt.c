// SPDX-License-Identifier: Apache-2.0
// AT+QMT…: Quectel BC660K-GL MQTT Application Note V1.2, docs/modems.md 2.6. Client index 0 only.
#include "vnode/chip/bc660k.h"

#include <string.h>

#include "vnode/net/tcp.h"

enum {
    HOST_MAX = 100,
    CLIENT_MAX = 128,
    INLINE_HEX_MAX = 730,
    KEEP_ALIVE_DEFAULT_S = 120,
    PACKET_TIMEOUT_DEFAULT_S = 30,
    OPEN_BOUND_S = 75, // assumed: TCP gives up; the manual's maximum is 176 s
    RESULT_BUSY = 2,   // of AT+QMTOPEN: index in use
    RESULT_NO_PDP = 3,
    RESULT_FAILED = 2, // of AT+QMTPUB: blocked
    JITTER_MS = 5,
    DISCONNECT_MS = 200,
    PROMPT_LOW_MS = 20, // within 500
    PROMPT_HIGH_MS = 60,
    DATA_IDLE_S = 60,
    LATE_ONE_IN = 8, // so many +QMTPUB come only behind the answer to what they announce
    LATE_MS = 1000,  // …or after this time
    CTRL_Z = 0x1A,
    ESCAPE = 0x1B,
};

void qmt_config_reset(struct module_mqtt_config *config)
{
    *config = (struct module_mqtt_config){
        .connect = {.is_311 = true, .clean_session = true, .keep_alive_s = KEEP_ALIVE_DEFAULT_S},
        .packet_timeout_s = PACKET_TIMEOUT_DEFAULT_S,
    };
}

// ---- AT+QMTCFG="<key>",0[,values] ----

struct setting {
    const char *key;
    bool only_closed; // has to come before AT+QMTOPEN
    enum cme (*set)(struct module_mqtt_config *config, const struct command_line *line);
    void (*show)(struct modem *self);
};

static enum cme set_flag(const struct command_line *line, unsigned index, bool *flag)
{
    uint32_t value;

    if (!command_number(line, index, 0, 1, &value)) {
        return CME_PARAMETER;
    }
    *flag = value == 1;
    return CME_NONE;
}

static enum cme set_version(struct module_mqtt_config *config, const struct command_line *line)
{
    return set_flag(line, 2, &config->connect.is_311);
}

static void show_version(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.connect.is_311 ? 1 : 0);
}

static enum cme set_keep_alive(struct module_mqtt_config *config, const struct command_line *line)
{
    uint32_t value;

    if (!command_number(line, 2, 0, 3600, &value)) {
        return CME_PARAMETER;
    }
    config->connect.keep_alive_s = (uint16_t)value;
    return CME_NONE;
}

static void show_keep_alive(struct modem *self)
{
    command_add(self, "+QMTCFG: %u", (unsigned)self->session.config.connect.keep_alive_s);
}

static enum cme set_session(struct module_mqtt_config *config, const struct command_line *line)
{
    return set_flag(line, 2, &config->connect.clean_session);
}

static void show_session(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.connect.clean_session ? 1 : 0);
}

static enum cme set_timeout(struct module_mqtt_config *config, const struct command_line *line)
{
    uint32_t timeout_s, retries, notice;

    if (!command_number(line, 2, 1, 60, &timeout_s) || !command_number(line, 3, 0, 10, &retries) ||
        !command_number(line, 4, 0, 1, &notice)) {
        return CME_PARAMETER;
    }
    config->packet_timeout_s = timeout_s;
    config->retries = retries;
    return CME_NONE;
}

static void show_timeout(struct modem *self)
{
    command_add(self, "+QMTCFG: %lu,%lu,0", (unsigned long)self->session.config.packet_timeout_s,
                (unsigned long)self->session.config.retries);
}

static enum cme set_will(struct module_mqtt_config *config, const struct command_line *line)
{
    uint32_t flag, qos, retain;

    if (command_number(line, 2, 0, 0, &flag)) {
        config->connect.has_will = false;
        return CME_NONE;
    }
    if (!command_number(line, 2, 1, 1, &flag) || !command_number(line, 3, 0, 2, &qos) ||
        !command_number(line, 4, 0, 1, &retain) || !command_has(line, 5) ||
        !command_text(line, 5, config->will_topic, sizeof config->will_topic) ||
        !command_text(line, 6, config->will_message, sizeof config->will_message)) {
        return CME_PARAMETER;
    }
    config->connect.has_will = true;
    config->connect.will_qos = (uint8_t)qos;
    config->connect.will_retain = retain == 1;
    return CME_NONE;
}

static void show_will(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.connect.has_will ? 1 : 0);
}

static enum cme set_length(struct module_mqtt_config *config, const struct command_line *line)
{
    return set_flag(line, 2, &config->with_length);
}

static void show_length(struct modem *self)
{
    command_add(self, "+QMTCFG: %d", self->session.config.with_length ? 1 : 0);
}

static enum cme set_format(struct module_mqtt_config *config, const struct command_line *line)
{
    enum cme result = set_flag(line, 2, &config->send_hex);

    return result != CME_NONE ? result : set_flag(line, 3, &config->receive_hex);
}

static void show_format(struct modem *self)
{
    command_add(self, "+QMTCFG: %d,%d", self->session.config.send_hex ? 1 : 0,
                self->session.config.receive_hex ? 1 : 0);
}

// Data mode echoes nothing here; the setting is accepted.
static enum cme set_echo(struct module_mqtt_config *config, const struct command_line *line)
{
    bool flag;

    (void)config;
    return set_flag(line, 2, &flag);
}

static void show_off(struct modem *self)
{
    command_add(self, "+QMTCFG: 0");
}

// TLS ends in the module; this one has none.
static enum cme set_ssl(struct module_mqtt_config *config, const struct command_line *line)
{
    bool flag;
    enum cme result = set_flag(line, 2, &flag);

    (void)config;
    return result == CME_NONE && flag ? CME_NOT_SUPPORTED : result;
}

static const struct setting settings[] = {
    {"version", true, set_version, show_version},
    {"keepalive", true, set_keep_alive, show_keep_alive},
    {"session", true, set_session, show_session},
    {"timeout", false, set_timeout, show_timeout},
    {"will", true, set_will, show_will},
    {"showrecvlen", false, set_length, show_length},
    {"dataformat", false, set_format, show_format},
    {"echomode", false, set_echo, show_off},
    {"ssl", true, set_ssl, show_off},
};

static const struct setting *find_setting(struct span key)
{
    for (unsigned i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (span_equals(key, span_of_text(settings[i].key))) {
            return &settings[i];
        }
    }
    return NULL;
}

enum cme qmt_configure(struct modem *self, const struct command_line *line)
{
    const struct setting *setting = find_setting(line->field[0].text);
    uint32_t index;

    if (setting == NULL || !command_number(line, 1, 0, 0, &index)) {
        return CME_PARAMETER;
    }
    if (line->fields == 2) {
        setting->show(self); // without its key: that is how the module answers
        return CME_NONE;
    }
    if (setting->only_closed && self->session.state != SESSION_CLOSED) {
        return CME_NOT_ALLOWED;
    }
    return setting->set(&self->session.config, line);
}

// ---- open, connect, end ----

static bool is_client_0(const struct command_line *line)
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
    module_set_timer(self, TIMER_OPEN, self->now_ns + OPEN_BOUND_S * BC660K_S);
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
    if (!is_client_0(line) || !command_has(line, 1) || line->field[1].text.size > HOST_MAX ||
        !command_number(line, 2, 1, 65535, &port)) {
        return CME_PARAMETER;
    }
    if (is_in_use) {
        line_say_later(self, after_ns, "+QMTOPEN: 0,%d", RESULT_BUSY);
        return CME_NONE;
    }
    if (!self->is_attached) {
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
    if (!is_client_0(line) || line->fields < 2 || line->fields > 4 ||
        !is_short(line, 1, CLIENT_MAX) || !is_short(line, 2, BC660K_TEXT_MAX) ||
        !is_short(line, 3, BC660K_TEXT_MAX)) {
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

    if (!is_client_0(line)) {
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
    line_say_later(self, DISCONNECT_MS * BC660K_MS, "+QMTDISC: 0,0");
    return CME_NONE;
}

enum cme qmt_close(struct modem *self, const struct command_line *line)
{
    if (!is_client_0(line)) {
        return CME_PARAMETER;
    }
    if (self->session.state == SESSION_CLOSED || self->session.state == SESSION_DISCONNECTING) {
        return CME_MQTT_LINK;
    }
    broker_close(&self->broker);
    session_end(self);
    line_say_later(self, DISCONNECT_MS * BC660K_MS, "+QMTCLOSE: 0,0");
    return CME_NONE;
}

// ---- subscribe ----

static enum cme subscription(struct modem *self, const struct command_line *line, uint32_t *id,
                             struct span *topic)
{
    if (!is_client_0(line) || !command_number(line, 1, 1, 65535, id) || !command_has(line, 2) ||
        line->field[2].text.size > BC660K_TEXT_MAX) {
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

enum cme qmt_subscribe(struct modem *self, const struct command_line *line)
{
    uint8_t packet[BC660K_TEXT_MAX + 16];
    uint32_t id, qos;
    struct span topic;
    enum cme result = subscription(self, line, &id, &topic);

    if (result != CME_NONE) {
        return result;
    }
    if (line->fields != 4 || !command_number(line, 3, 0, 2, &qos)) {
        return CME_PARAMETER; // several topics in one command: assumed not to work
    }
    size_t size = mqtt_put_subscribe((uint16_t)id, topic, (uint8_t)qos, packet, sizeof packet);
    return request(self, MQTT_SUBSCRIBE, id, span_of(packet, size));
}

enum cme qmt_unsubscribe(struct modem *self, const struct command_line *line)
{
    uint8_t packet[BC660K_TEXT_MAX + 16];
    uint32_t id;
    struct span topic;
    enum cme result = subscription(self, line, &id, &topic);

    if (result != CME_NONE) {
        return result;
    }
    size_t size = mqtt_put_unsubscribe((uint16_t)id, topic, packet, sizeof packet);
    return request(self, MQTT_UNSUBSCRIBE, id, span_of(packet, size));
}

// ---- publish ----

// +QMTPUB of QoS 0 means "handed to the stack". Now and then it comes only behind the answer of the server.
static void announce_published(struct modem *self, uint16_t id)
{
    uint64_t delay_ns = session_command_ns(self) + module_random(self, 0, JITTER_MS * BC660K_MS);

    if (module_random(self, 1, LATE_ONE_IN) != 1 || self->session.late_published[0] != '\0') {
        line_say_later(self, delay_ns, "+QMTPUB: 0,%u,0", (unsigned)id);
        return;
    }
    struct fmt out;
    fmt_init(&out, self->session.late_published, sizeof self->session.late_published);
    fmt_add(&out, "+QMTPUB: 0,%u,0", (unsigned)id);
    module_set_timer(self, TIMER_PUBLISHED, self->now_ns + LATE_MS * BC660K_MS);
}

static void send_publish(struct modem *self, const struct mqtt_publish *publish)
{
    uint8_t packet[BC660K_PUBLISH_MAX + BC660K_TEXT_MAX + 16];
    size_t size = mqtt_put_publish(publish, packet, sizeof packet);
    bool is_expected =
        publish->qos == 0 || session_expect(self, MQTT_PUBLISH, publish->id) == STATUS_OK;

    if (!is_expected || session_send(self, UPLINK_PACKET, span_of(packet, size),
                                     session_command_ns(self)) != STATUS_OK) {
        line_say_later(self, session_command_ns(self), "+QMTPUB: 0,%u,%d", (unsigned)publish->id,
                       RESULT_FAILED);
    } else if (publish->qos == 0) {
        announce_published(self, publish->id);
    }
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Digits to bytes; false when one is none.
static bool from_hex(struct span digits, uint8_t *to)
{
    for (size_t i = 0; i + 1 < digits.size; i += 2) {
        int high = hex_digit(digits.data[i]);
        int low = hex_digit(digits.data[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        to[i / 2] = (uint8_t)(high << 4 | low);
    }
    return true;
}

// The message behind the length, quoted or not; what exceeds the length is cut. False when it is shorter.
static bool cut_message(struct span rest, size_t size, struct span *message)
{
    bool is_quoted = rest.size >= size + 2 && rest.data[0] == '"';

    *message = span_of(rest.data + (is_quoted ? 1 : 0), size);
    return is_quoted || rest.size >= size;
}

static enum cme publish_inline(struct modem *self, struct mqtt_publish *publish, struct span rest,
                               size_t length)
{
    uint8_t bytes[INLINE_HEX_MAX];
    bool is_hex = self->session.config.send_hex;

    if (is_hex && length > INLINE_HEX_MAX) {
        return CME_PARAMETER;
    }
    if (!cut_message(rest, is_hex ? 2 * length : length, &publish->payload)) {
        return CME_PARAMETER;
    }
    if (is_hex && !from_hex(publish->payload, bytes)) {
        return CME_PARAMETER;
    }
    if (is_hex) {
        publish->payload = span_of(bytes, length);
    }
    send_publish(self, publish);
    return CME_NONE;
}

static enum cme publish_prompted(struct modem *self, const struct mqtt_publish *publish,
                                 bool is_fixed, uint32_t length)
{
    struct module_data *data = &self->data;

    *data = (struct module_data){
        .mode = DATA_NONE,
        .is_fixed = is_fixed,
        .wanted = length,
        .id = publish->id,
        .qos = publish->qos,
        .retain = publish->retain,
    };
    memcpy(data->topic, publish->topic.data, publish->topic.size);
    data->topic[publish->topic.size] = '\0';
    self->after_reply = AFTER_PROMPT;
    self->reply_ns =
        self->now_ns + module_random(self, PROMPT_LOW_MS * BC660K_MS, PROMPT_HIGH_MS * BC660K_MS);
    return CME_NONE;
}

// Where the message begins in `rest` of AT+QMTPUB=0,<id>,<qos>,<retain>,"<topic>",<length>,<message>: behind the
// sixth comma outside the topic; `head` are the fields before it.
static struct span split_message(struct span rest, struct span *head)
{
    bool in_quotes = false;
    unsigned commas = 0;

    for (size_t i = 0; i < rest.size; i++) {
        in_quotes ^= rest.data[i] == '"';
        commas += rest.data[i] == ',' && !in_quotes;
        if (commas == 6) {
            *head = span_of(rest.data, i);
            return span_of(rest.data + i + 1, rest.size - i - 1);
        }
    }
    *head = rest;
    return span_of(NULL, 0);
}

static bool read_head(const struct command_line *line, struct mqtt_publish *publish)
{
    uint32_t id, qos, retain;

    if (!is_client_0(line) || !command_number(line, 1, 0, 65535, &id) ||
        !command_number(line, 2, 0, 2, &qos) || !command_number(line, 3, 0, 1, &retain) ||
        !command_has(line, 4) || !line->field[4].is_quoted ||
        line->field[4].text.size > BC660K_TEXT_MAX || (id == 0) != (qos == 0)) {
        return false;
    }
    *publish = (struct mqtt_publish){
        .topic = line->field[4].text,
        .id = (uint16_t)id,
        .qos = (uint8_t)qos,
        .retain = retain == 1,
    };
    return true;
}

enum cme qmt_publish(struct modem *self, const struct command_line *whole)
{
    struct command_line line = *whole;
    struct mqtt_publish publish;
    uint32_t length = 0;
    struct span message = split_message(whole->rest, &line.rest);

    if (!command_split(&line) || line.fields > 6 || !read_head(&line, &publish)) {
        return CME_PARAMETER;
    }
    if (line.fields == 6 && !command_number(&line, 5, 0, BC660K_PUBLISH_MAX, &length)) {
        return CME_PARAMETER;
    }
    if (self->session.state != SESSION_CONNECTED) {
        return CME_MQTT_LINK;
    }
    if (message.data != NULL) {
        return publish_inline(self, &publish, message, length);
    }
    return publish_prompted(self, &publish, line.fields == 6, length);
}

// ---- data mode ----

void qmt_begin_data(struct modem *self)
{
    line_put(self, span_of_text("\r\n> "));
    self->data.mode = DATA_INPUT;
    module_set_timer(self, TIMER_DATA, self->now_ns + DATA_IDLE_S * BC660K_S);
}

static void leave_data(struct modem *self)
{
    self->data.mode = DATA_NONE;
    module_stop_timer(self, TIMER_DATA);
}

void qmt_on_data_timer(struct modem *self)
{
    leave_data(self);
    line_say(self, "ERROR");
}

static void finish_data(struct modem *self)
{
    struct mqtt_publish publish = {
        .topic = span_of_text(self->data.topic),
        .payload = span_of(self->data.bytes, self->data.size),
        .id = self->data.id,
        .qos = self->data.qos,
        .retain = self->data.retain,
    };

    leave_data(self);
    line_say(self, "OK");
    send_publish(self, &publish);
}

void qmt_take_data(struct modem *self, uint8_t byte)
{
    struct module_data *data = &self->data;

    module_set_timer(self, TIMER_DATA, self->now_ns + DATA_IDLE_S * BC660K_S);
    if (!data->is_fixed && byte == CTRL_Z) {
        finish_data(self);
        return;
    }
    if (!data->is_fixed && byte == ESCAPE) {
        leave_data(self);
        line_say(self, "OK");
        return;
    }
    if (data->size < BC660K_PUBLISH_MAX) {
        data->bytes[data->size++] = byte;
    }
    if (data->is_fixed && data->size == data->wanted) {
        finish_data(self);
    }
}
