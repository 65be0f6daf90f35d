// SPDX-License-Identifier: Apache-2.0
// AT+QMTPUB in its three forms: inline, prompt with a length, prompt up to Ctrl-Z. docs/modems.md 2.6 and 2.9.
#include "vnode/chip/module.h"

#include <string.h>

enum {
    INLINE_HEX_MAX = 730,
    RESULT_FAILED = 2, // blocked
    JITTER_MS = 5,
    PROMPT_LOW_MS = 20, // within 500
    PROMPT_HIGH_MS = 60,
    DATA_IDLE_S = 60,
    LATE_ONE_IN = 8, // so many +QMTPUB come only behind the answer to what they announce
    LATE_MS = 1000,  // …or after this time
    CTRL_Z = 0x1A,
    ESCAPE = 0x1B,
};

// +QMTPUB of QoS 0 means "handed to the stack". Now and then it comes only behind the answer of the server.
static void announce_published(struct modem *self, uint16_t id)
{
    uint64_t delay_ns = session_command_ns(self) + module_random(self, 0, JITTER_MS * MODULE_MS);

    if (module_random(self, 1, LATE_ONE_IN) != 1 || self->session.late_published[0] != '\0') {
        line_say_later(self, delay_ns, "+QMTPUB: 0,%u,0", (unsigned)id);
        return;
    }
    struct fmt out;
    fmt_init(&out, self->session.late_published, sizeof self->session.late_published);
    fmt_add(&out, "+QMTPUB: 0,%u,0", (unsigned)id);
    module_set_timer(self, TIMER_PUBLISHED, self->now_ns + LATE_MS * MODULE_MS);
}

static void send_publish(struct modem *self, const struct mqtt_publish *publish)
{
    uint8_t packet[MODULE_PUBLISH_MAX + MODULE_TEXT_MAX + 16];
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
        self->now_ns + module_random(self, PROMPT_LOW_MS * MODULE_MS, PROMPT_HIGH_MS * MODULE_MS);
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

    if (!qmt_is_client_0(line) || !command_number(line, 1, 0, 65535, &id) ||
        !command_number(line, 2, 0, 2, &qos) || !command_number(line, 3, 0, 1, &retain) ||
        !command_has(line, 4) || !line->field[4].is_quoted ||
        line->field[4].text.size > MODULE_TEXT_MAX || (id == 0) != (qos == 0)) {
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
    if (line.fields == 6 && !command_number(&line, 5, 0, MODULE_PUBLISH_MAX, &length)) {
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
    module_set_timer(self, TIMER_DATA, self->now_ns + DATA_IDLE_S * MODULE_S);
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

    module_set_timer(self, TIMER_DATA, self->now_ns + DATA_IDLE_S * MODULE_S);
    if (!data->is_fixed && byte == CTRL_Z) {
        finish_data(self);
        return;
    }
    if (!data->is_fixed && byte == ESCAPE) {
        leave_data(self);
        line_say(self, "OK");
        return;
    }
    if (data->size < MODULE_PUBLISH_MAX) {
        data->bytes[data->size++] = byte;
    }
    if (data->is_fixed && data->size == data->wanted) {
        finish_data(self);
    }
}
