// SPDX-License-Identifier: Apache-2.0
// Messages in the hands of the radio: their bytes wait here while the link model decides when they are through.
#include "vnode/chip/module.h"

#include <stdlib.h>
#include <string.h>

#include "link/air.h"

enum {
    SYN_BYTES = 44, // with the MSS option
    FIN_BYTES = 40,
    UDP_IP_BYTES = 28,
    DETACH_BYTES = 60,
    DNS_QUERY_BYTES = 28 + 18, // and the name
    DNS_ANSWER_BYTES = 28 + 50,
};

static struct module_slot *free_slot(struct module_slot *slots, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!slots[i].is_used) {
            return &slots[i];
        }
    }
    return NULL;
}

static bool fill_slot(struct module_slot *slot, const struct air_message *message)
{
    *slot = (struct module_slot){
        .is_used = true,
        .channel = message->channel,
        .kind = message->kind,
        .peer = message->peer,
        .size = message->bytes.size,
    };
    if (slot->size == 0) {
        return true;
    }
    slot->bytes = malloc(slot->size);
    slot->is_used = slot->bytes != NULL;
    if (slot->is_used) {
        memcpy(slot->bytes, message->bytes.data, slot->size);
    }
    return slot->is_used;
}

static void empty_slot(struct module_slot *slot)
{
    free(slot->bytes);
    *slot = (struct module_slot){0};
}

void air_drop_slots(struct modem *self)
{
    for (unsigned i = 0; i < LINK_UP_MAX; i++) {
        empty_slot(&self->up[i]);
    }
    for (unsigned i = 0; i < LINK_DOWN_MAX; i++) {
        empty_slot(&self->down[i]);
    }
}

static void drop(struct module_slot *slots, unsigned count, unsigned channel)
{
    for (unsigned i = 0; i < count; i++) {
        if (slots[i].channel == channel) {
            slots[i].kind = 0; // UPLINK_NOTHING, DOWNLINK_NOTHING
        }
    }
}

void air_drop_channel(struct modem *self, unsigned channel)
{
    drop(self->up, LINK_UP_MAX, channel);
    drop(self->down, LINK_DOWN_MAX, channel);
}

bool air_has_uplink(const struct modem *self, unsigned channel)
{
    for (unsigned i = 0; i < LINK_UP_MAX; i++) {
        if (self->up[i].is_used && self->up[i].kind != 0 && self->up[i].channel == channel) {
            return true;
        }
    }
    return false;
}

unsigned air_downlinks(const struct modem *self, unsigned channel)
{
    unsigned count = 0;

    for (unsigned i = 0; i < LINK_DOWN_MAX; i++) {
        count +=
            self->down[i].is_used && self->down[i].kind != 0 && self->down[i].channel == channel;
    }
    return count;
}

bool air_is_full(const struct modem *self)
{
    return self->radio.down_count + 1 >= LINK_DOWN_MAX;
}

uint32_t air_ip_bytes(uint32_t payload, bool is_tcp)
{
    return is_tcp ? link_ip_bytes(payload) : UDP_IP_BYTES + payload;
}

uint32_t air_uplink_bytes(enum uplink_kind kind, uint32_t payload, bool is_tcp)
{
    switch (kind) {
    case UPLINK_DNS:
        return DNS_QUERY_BYTES + payload;
    case UPLINK_SYN:
        return SYN_BYTES;
    case UPLINK_FIN:
        return FIN_BYTES;
    case UPLINK_DETACH:
        return DETACH_BYTES;
    case UPLINK_PACKET:
    case UPLINK_NOTHING:
    default:
        return air_ip_bytes(payload, is_tcp);
    }
}

enum status air_send(struct modem *self, const struct air_message *message, uint64_t delay_ns)
{
    struct module_slot *slot = free_slot(self->up, LINK_UP_MAX);
    uint64_t at_ns = self->now_ns + delay_ns;
    uint32_t ip_bytes = message->ip_bytes;

    if (slot == NULL || !fill_slot(slot, message)) {
        return STATUS_BUSY;
    }
    if (message->is_datagram) {
        slot->is_lost = loss_takes(self);
    } else if (message->kind != UPLINK_DETACH) {
        at_ns += loss_delays(self, &ip_bytes);
    }
    if (self->radio.up_count > 0 && self->radio.up[self->radio.up_count - 1].at_ns > at_ns) {
        at_ns = self->radio.up[self->radio.up_count - 1].at_ns;
    }
    return link_radio_send(&self->radio, at_ns, ip_bytes, (uint32_t)(slot - self->up));
}

void air_arrive(struct modem *self, const struct air_message *message, uint64_t sent_ns)
{
    struct module_slot *slot = free_slot(self->down, LINK_DOWN_MAX);
    uint64_t at_ns = sent_ns + link_radio_core_ns(&self->radio);
    uint32_t ip_bytes = message->ip_bytes;
    enum status status;

    if (message->is_datagram && loss_takes(self)) {
        return;
    }
    if (!message->is_datagram) {
        at_ns += loss_delays(self, &ip_bytes);
    }
    if (at_ns < self->arrived_ns) {
        at_ns = self->arrived_ns;
    }
    if (slot == NULL || !fill_slot(slot, message)) {
        self->counters.dropped_messages++;
        return;
    }
    self->arrived_ns = at_ns;
    uint32_t tag = (uint32_t)(slot - self->down);
    if (message->is_datagram) {
        status = link_radio_arrive_datagram(&self->radio, at_ns, ip_bytes, tag);
    } else {
        status = link_radio_arrive(&self->radio, at_ns, ip_bytes, tag);
    }
    if (status != STATUS_OK) {
        empty_slot(slot);
        self->counters.dropped_messages++;
    }
}

uint32_t air_answer_bytes(enum downlink_kind kind)
{
    switch (kind) {
    case DOWNLINK_DNS:
    case DOWNLINK_NO_NAME:
        return DNS_ANSWER_BYTES;
    case DOWNLINK_SYN_ACK:
    case DOWNLINK_RESET:
        return SYN_BYTES;
    case DOWNLINK_CLOSED:
    case DOWNLINK_PACKET:
    case DOWNLINK_NOTHING:
    default:
        return FIN_BYTES;
    }
}

void air_answer(struct modem *self, unsigned channel, enum downlink_kind kind)
{
    struct air_message message = {
        .channel = channel, .kind = (uint8_t)kind, .ip_bytes = air_answer_bytes(kind)};

    air_arrive(self, &message, self->now_ns);
}

static void copy_sums(struct modem *self)
{
    self->counters.bytes_up = self->radio.sums.bytes_up;
    self->counters.bytes_down = self->radio.sums.bytes_down;
    self->counters.lone_acks = self->radio.sums.lone_acks;
    self->counters.tx_ns = self->radio.sums.tx_ns;
    self->counters.rx_ns = self->radio.sums.rx_ns;
}

static void hand_over(struct modem *self, struct module_slot *slot, bool was_sent)
{
    if (slot->channel >= AIR_SOCKET) {
        unsigned index = slot->channel - AIR_SOCKET;
        (was_sent ? sockets_on_sent : sockets_on_received)(self, index, slot);
    } else if (slot->channel == AIR_COAP) {
        (was_sent ? coap_on_sent : coap_on_received)(self, slot);
    } else if (slot->channel == AIR_PING) {
        (was_sent ? ping_on_sent : ping_on_received)(self, slot);
    } else if (slot->channel == AIR_NETWORK) {
        network_on_detached(self, slot);
    } else {
        (was_sent ? session_on_sent : session_on_received)(self, slot);
    }
}

void air_on_event(struct modem *self, struct link_event event)
{
    bool was_sent = event.kind == LINK_SENT;
    struct module_slot *slots = was_sent ? self->up : self->down;
    struct module_slot slot = slots[event.tag]; // its number is free for what follows from it

    slots[event.tag] = (struct module_slot){0};
    copy_sums(self);
    if (slot.kind != 0) {
        hand_over(self, &slot, was_sent);
    }
    empty_slot(&slot);
}
