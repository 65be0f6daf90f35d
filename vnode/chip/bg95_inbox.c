// SPDX-License-Identifier: Apache-2.0
// "recv/mode" 1: received messages wait in five slots until AT+QMTRECV fetches them. BG95 MQTT Application Note V1.1;
// what a sixth does is unknown and can be chosen (docs/modems.md).
#include "vnode/chip/module.h"

#include <stdlib.h>

static bool fill(struct inbox_message *message, const struct mqtt_packet *packet)
{
    *message = (struct inbox_message){
        .is_used = true,
        .id = packet->id,
        .topic_size = packet->topic.size,
        .payload_size = packet->payload.size,
        .bytes = malloc(packet->topic.size + packet->payload.size),
    };
    if (message->bytes == NULL) {
        message->is_used = false;
        return false;
    }
    memcpy(message->bytes, packet->topic.data, packet->topic.size);
    if (packet->payload.size > 0) {
        memcpy(message->bytes + packet->topic.size, packet->payload.data, packet->payload.size);
    }
    return true;
}

static void empty(struct inbox_message *message)
{
    free(message->bytes);
    *message = (struct inbox_message){0};
}

void inbox_clear(struct modem *self)
{
    for (unsigned i = 0; i < INBOX_SLOTS; i++) {
        empty(&self->inbox.slot[i]);
    }
    for (unsigned i = 0; i < INBOX_WAITING; i++) {
        empty(&self->inbox.waiting[i]);
    }
    self->inbox.waiting_count = 0;
}

static int free_slot(const struct modem *self)
{
    for (int i = 0; i < INBOX_SLOTS; i++) {
        if (!self->inbox.slot[i].is_used) {
            return i;
        }
    }
    return -1;
}

static void announce(struct modem *self, int slot)
{
    line_say(self, "+QMTRECV: 0,%d", slot);
}

static void take_sixth(struct modem *self, const struct mqtt_packet *packet)
{
    struct module_inbox *inbox = &self->inbox;

    if (fault_is_on(self, FAULT_SIXTH_STALLS) && inbox->waiting_count < INBOX_WAITING) {
        inbox->waiting_count += fill(&inbox->waiting[inbox->waiting_count], packet);
        return;
    }
    self->counters.dropped_messages++;
    if (fault_is_on(self, FAULT_SIXTH_REPLACES)) {
        empty(&inbox->slot[0]);
        if (fill(&inbox->slot[0], packet)) {
            announce(self, 0);
        }
    }
}

void inbox_take(struct modem *self, const struct mqtt_packet *packet)
{
    int slot = free_slot(self);

    if (slot < 0) {
        take_sixth(self, packet);
    } else if (fill(&self->inbox.slot[slot], packet)) {
        announce(self, slot);
    }
}

// A slot has become free: what waits moves up.
static void refill(struct modem *self)
{
    struct module_inbox *inbox = &self->inbox;

    for (int slot; inbox->waiting_count > 0 && (slot = free_slot(self)) >= 0;) {
        inbox->slot[slot] = inbox->waiting[0];
        inbox->waiting_count--;
        memmove(inbox->waiting, inbox->waiting + 1,
                inbox->waiting_count * sizeof inbox->waiting[0]);
        inbox->waiting[inbox->waiting_count] = (struct inbox_message){0};
        line_say_later(self, self->reply_ns - self->now_ns + MODULE_MS, "+QMTRECV: 0,%d", slot);
    }
}

static void hand_out(struct modem *self, struct inbox_message *message)
{
    struct mqtt_packet packet = {.id = message->id};

    if (!message->is_used) {
        return;
    }
    packet.topic = span_of(message->bytes, message->topic_size);
    packet.payload = span_of(message->bytes + message->topic_size, message->payload_size);
    fmt_add(&self->reply, "\r\n");
    packet_add_message(self, &packet, &self->reply);
    fmt_add_bytes(&self->reply, packet.payload);
    fmt_add(&self->reply, "\"\r\n");
    empty(message);
}

static enum cme show_slots(struct modem *self)
{
    const struct inbox_message *slot = self->inbox.slot;

    if (self->session.state == SESSION_CONNECTED) {
        command_add(self, "+QMTRECV: 0,%d,%d,%d,%d,%d", slot[0].is_used ? 1 : 0,
                    slot[1].is_used ? 1 : 0, slot[2].is_used ? 1 : 0, slot[3].is_used ? 1 : 0,
                    slot[4].is_used ? 1 : 0);
    }
    return CME_NONE;
}

// AT+QMTRECV? and AT+QMTRECV=0[,<slot>]
enum cme bg95_receive(struct modem *self, const struct command_line *line)
{
    uint32_t slot = 0;
    bool is_one = line->fields > 1;

    if (line->form == FORM_READ) {
        return show_slots(self);
    }
    if (!qmt_is_client_0(line) || (is_one && !command_number(line, 1, 0, INBOX_SLOTS - 1, &slot))) {
        return CME_PARAMETER;
    }
    if (self->session.state != SESSION_CONNECTED) {
        return CME_NOT_ALLOWED;
    }
    for (uint32_t i = slot; i < (is_one ? slot + 1 : INBOX_SLOTS); i++) {
        hand_out(self, &self->inbox.slot[i]);
    }
    refill(self);
    return CME_NONE;
}

// AT+QMTPUBEX=0,<id>,<qos>,<retain>,"<topic>","<message>": quotes inside are refused (assumed).
enum cme bg95_publish_inline(struct modem *self, const struct command_line *line)
{
    enum { INLINE_MAX = 560 };
    struct mqtt_publish publish;

    if (line->fields != 6 || !qmt_read_publish(line, &publish) || !line->field[5].is_quoted ||
        line->field[5].text.size > INLINE_MAX) {
        return CME_PARAMETER;
    }
    if (self->session.state != SESSION_CONNECTED) {
        return CME_MQTT_LINK;
    }
    publish.payload = line->field[5].text;
    qmt_send_publish(self, &publish);
    return CME_NONE;
}
