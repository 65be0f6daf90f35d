// SPDX-License-Identifier: Apache-2.0
// The CoAP client's exchanges. Section numbers are those of RFC 7252.
#include "vnode/chip/module.h"

#include <string.h>

enum {
    ACK_TIMEOUT_MS = 2000, // 4.8
    ACK_RANDOM_MS = 1000,  // ACK_TIMEOUT * (ACK_RANDOM_FACTOR - 1)
    MAX_RETRANSMIT = 4,
};

void coap_init(struct modem *self)
{
    flow_init(&self->coap.flow);
}

static void end_exchange(struct modem *self)
{
    self->coap.is_waiting = false;
    self->coap.is_repeated = false;
    module_stop_timer(self, TIMER_COAP);
}

bool coap_open(struct modem *self, const char *address, uint16_t port)
{
    struct module_coap *coap = &self->coap;

    coap_close(self);
    if (flow_open(&coap->flow) != STATUS_OK) {
        return false;
    }
    coap->is_open = true;
    coap->next_id = (uint16_t)module_random(self, 1, UINT16_MAX);
    memcpy(coap->server.address, address, strlen(address) + 1);
    coap->server.port = port;
    return true;
}

void coap_close(struct modem *self)
{
    end_exchange(self);
    flow_close(&self->coap.flow);
    air_drop_channel(self, AIR_COAP);
    self->coap.is_open = false;
    self->coap.option_count = 0;
    self->coap.token_size = 0;
}

// ---- up ----

static enum status send_datagram(struct modem *self, struct span bytes, uint64_t delay_ns)
{
    struct air_message message = {
        .channel = AIR_COAP,
        .kind = UPLINK_PACKET,
        .bytes = bytes,
        .ip_bytes = air_ip_bytes((uint32_t)bytes.size, false),
        .is_datagram = true,
        .peer = self->coap.server,
    };

    return air_send(self, &message, delay_ns);
}

enum status coap_send(struct modem *self, const struct coap_request *request, struct span payload)
{
    struct module_coap *coap = &self->coap;
    struct coap_message message = {
        .type = request->type,
        .code = request->method,
        .id = coap->next_id++,
        .token_size = coap->token_size,
        .payload = payload,
    };

    memcpy(message.token, coap->token, sizeof message.token);
    coap->request_size =
        coap_put(&message, coap->options, coap->option_count, coap->request, sizeof coap->request);
    if (coap->request_size == 0) {
        return STATUS_TOO_BIG;
    }
    coap->id = message.id;
    coap->is_waiting = true;
    coap->is_repeated = request->type == COAP_CON;
    coap->repetitions = 0;
    coap->timeout_ns =
        ACK_TIMEOUT_MS * MODULE_MS + module_random(self, 0, ACK_RANDOM_MS * MODULE_MS);
    return send_datagram(self, span_of(coap->request, coap->request_size),
                         session_command_ns(self));
}

void coap_on_sent(struct modem *self, struct module_slot *slot)
{
    struct module_coap *coap = &self->coap;

    if (coap->flow.state != FLOW_OPEN) {
        return;
    }
    // What the system does not take is lost, as datagrams are.
    if (!slot->is_lost) {
        (void)!flow_write(&coap->flow, &slot->peer, span_of(slot->bytes, slot->size), self->now_ns);
        if (coap->is_waiting) {
            flow_owe(&coap->flow);
        }
    }
    if (coap->is_repeated && self->timer_ns[TIMER_COAP] == UINT64_MAX) {
        module_set_timer(self, TIMER_COAP, self->now_ns + coap->timeout_ns);
    }
}

void coap_on_timer(struct modem *self)
{
    struct module_coap *coap = &self->coap;

    if (!coap->is_repeated || coap->repetitions == MAX_RETRANSMIT) {
        end_exchange(self); // nothing is said: the host's own bound has to end its wait (assumed)
        return;
    }
    coap->repetitions++;
    coap->timeout_ns *= 2;
    self->counters.coap_repetitions++;
    (void)!send_datagram(self, span_of(coap->request, coap->request_size), 0);
    module_set_timer(self, TIMER_COAP, self->now_ns + coap->timeout_ns);
}

// ---- down ----

static void reply_empty(struct modem *self, enum coap_type type, uint16_t id)
{
    struct coap_message message = {.type = type, .code = COAP_EMPTY, .id = id};
    uint8_t bytes[4];
    size_t size = coap_put(&message, NULL, 0, bytes, sizeof bytes);

    (void)!send_datagram(self, span_of(bytes, size), 0); // else the server repeats
}

static bool has_our_token(const struct module_coap *coap, const struct coap_message *message)
{
    return message->token_size == coap->token_size &&
           memcmp(message->token, coap->token, coap->token_size) == 0;
}

// 4.2: the acknowledgement, or the reset, of our own message. True when there is nothing more in it.
static bool take_acknowledgement(struct modem *self, const struct coap_message *message)
{
    struct module_coap *coap = &self->coap;

    if (message->type != COAP_ACK && message->type != COAP_RST) {
        return false;
    }
    if (message->id != coap->id) {
        return true; // of an older one
    }
    coap->is_repeated = false;
    module_stop_timer(self, TIMER_COAP);
    return message->type == COAP_ACK && message->code == COAP_EMPTY; // the response comes alone
}

void coap_on_received(struct modem *self, struct module_slot *slot)
{
    struct module_coap *coap = &self->coap;
    struct coap_message message;

    if (coap_decode(span_of(slot->bytes, slot->size), &message) != STATUS_OK ||
        take_acknowledgement(self, &message)) {
        return;
    }
    bool is_ours = coap->is_waiting && (message.type == COAP_RST || has_our_token(coap, &message));
    if (message.type == COAP_CON) {
        reply_empty(self, is_ours ? COAP_ACK : COAP_RST, message.id);
    }
    if (is_ours) {
        end_exchange(self);
        self->variant->say_coap(self, &message);
    }
}

void coap_read(struct modem *self)
{
    uint8_t bytes[COAP_DATAGRAM_MAX];
    struct air_message message = {
        .channel = AIR_COAP, .kind = DOWNLINK_PACKET, .is_datagram = true};
    enum status status = STATUS_OK;

    while (self->coap.flow.state == FLOW_OPEN && !self->faults.hold && !air_is_full(self)) {
        size_t size =
            flow_read(&self->coap.flow, bytes, sizeof bytes, &message.peer, self->now_ns, &status);
        if (status != STATUS_OK) {
            return;
        }
        message.bytes = span_of(bytes, size);
        message.ip_bytes = air_ip_bytes((uint32_t)size, false);
        air_arrive(self, &message, self->now_ns);
    }
}
