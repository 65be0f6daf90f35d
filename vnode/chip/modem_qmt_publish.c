// SPDX-License-Identifier: Apache-2.0
// AT+QMTPUB in its three forms: inline, prompt with a length, prompt up to Ctrl-Z. docs/modems.md, "MQTT".
#include "vnode/chip/module.h"

#include <string.h>

enum {
    INLINE_HEX_MAX = 730,
    RESULT_FAILED = 2, // blocked
    JITTER_MS = 5,
    LATE_ONE_IN = 8, // so many +QMTPUB come only behind the answer to what they announce
    LATE_MS = 1000,  // …or after this time, and never before the OK
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

void qmt_send_publish(struct modem *self, const struct mqtt_publish *publish)
{
    uint8_t packet[MODULE_DATA_MAX + MODULE_TEXT_MAX + 16];
    size_t size = mqtt_put_publish(publish, packet, sizeof packet);
    bool is_blocked = fault_strikes(self, FAULT_BLOCKED);
    bool is_expected =
        publish->qos == 0 || session_expect(self, MQTT_PUBLISH, publish->id) == STATUS_OK;

    if (is_blocked || !is_expected ||
        session_send(self, UPLINK_PACKET, span_of(packet, size), session_command_ns(self)) !=
            STATUS_OK) {
        line_say_later(self, session_command_ns(self), "+QMTPUB: 0,%u,%d", (unsigned)publish->id,
                       RESULT_FAILED);
    } else if (publish->qos == 0) {
        announce_published(self, publish->id);
    }
}

static enum cme publish_inline(struct modem *self, struct mqtt_publish *publish, struct span rest,
                               size_t length)
{
    uint8_t bytes[MODULE_PUBLISH_MAX];
    bool is_hex = self->session.config.send_hex;

    if ((is_hex && length > INLINE_HEX_MAX) || !command_payload(rest, length, is_hex, bytes)) {
        return CME_PARAMETER;
    }
    publish->payload = span_of(bytes, length);
    qmt_send_publish(self, publish);
    return CME_NONE;
}

static void finish_data(struct modem *self, struct span bytes)
{
    struct mqtt_publish publish = {
        .topic = span_of_text(self->publish_pending.topic),
        .payload = bytes,
        .id = self->publish_pending.id,
        .qos = self->publish_pending.qos,
        .retain = self->publish_pending.retain,
    };

    line_say(self, "OK");
    qmt_send_publish(self, &publish);
}

static enum cme publish_prompted(struct modem *self, const struct mqtt_publish *publish,
                                 bool is_fixed, uint32_t length)
{
    struct module_publish *pending = &self->publish_pending;

    *pending =
        (struct module_publish){.id = publish->id, .qos = publish->qos, .retain = publish->retain};
    memcpy(pending->topic, publish->topic.data, publish->topic.size);
    data_prompt(self, &(struct data_request){.is_fixed = is_fixed,
                                             .wanted = length,
                                             .limit = self->variant->publish_max,
                                             .finish = finish_data});
    return CME_NONE;
}

bool qmt_read_publish(const struct command_line *line, struct mqtt_publish *publish)
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

// AT+QMTPUB=0,<id>,<qos>,<retain>,"<topic>"[,<length>[,<message>]]
enum cme qmt_publish(struct modem *self, const struct command_line *whole)
{
    struct command_line line;
    struct mqtt_publish publish;
    uint32_t length = 0;
    struct span message;

    if (!command_split_raw(whole, 6, &line, &message) || line.fields > 6 ||
        !qmt_read_publish(&line, &publish)) {
        return CME_PARAMETER;
    }
    uint32_t least = self->variant->publishes_inline ? 0 : 1;
    if (line.fields == 6 && !command_number(&line, 5, least, self->variant->publish_max, &length)) {
        return CME_PARAMETER;
    }
    if (self->session.state != SESSION_CONNECTED) {
        return CME_MQTT_LINK;
    }
    if (message.data != NULL && !self->variant->publishes_inline) {
        return CME_PARAMETER;
    }
    if (message.data != NULL) {
        return publish_inline(self, &publish, message, length);
    }
    return publish_prompted(self, &publish, line.fields == 6, length);
}
