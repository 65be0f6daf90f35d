// SPDX-License-Identifier: Apache-2.0
// Messages in the hands of the radio: their bytes wait here while the link model decides when they are through.
#include "vnode/chip/module.h"

#include <stdlib.h>
#include <string.h>

#include "link/air.h"

enum {
    SYN_BYTES = 44, // with the MSS option
    FIN_BYTES = 40,
    DETACH_BYTES = 60,
    DNS_QUERY_BYTES = 28 + 18, // and the name
    DNS_ANSWER_BYTES = 28 + 50,
    STUCK_S = 120, // assumed: TCP gives up
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
        module_set_timer(self, TIMER_STUCK, at_ns + STUCK_S * MODULE_S);
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

void session_arrive(struct modem *self, enum downlink_kind kind, struct span bytes,
                    uint64_t sent_ns)
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
        session_on_sent(self, &slot);
    } else {
        session_on_received(self, &slot);
    }
    empty_slot(&slot);
}
