// SPDX-License-Identifier: Apache-2.0
// Messages in the hands of the radio. Each belongs to a channel (the MQTT session, a socket, the CoAP client …) whose
// files decide what it means; here it only waits and has a size.
#ifndef NBOTA_VNODE_CHIP_MODEM_AIR_H
#define NBOTA_VNODE_CHIP_MODEM_AIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "link/radio.h"
#include "vnode/net/udp.h"

struct modem;

enum air_channel { AIR_SESSION, AIR_NETWORK, AIR_COAP, AIR_PING, AIR_SOCKET /* + index */ };

enum uplink_kind {
    UPLINK_NOTHING,
    UPLINK_DNS,
    UPLINK_SYN,
    UPLINK_FIN,
    UPLINK_PACKET,
    UPLINK_DETACH,
};

enum downlink_kind {
    DOWNLINK_NOTHING,
    DOWNLINK_DNS,
    DOWNLINK_SYN_ACK,
    DOWNLINK_RESET, // connection refused
    DOWNLINK_NO_NAME,
    DOWNLINK_PACKET,
    DOWNLINK_CLOSED,
};

struct air_message {
    unsigned channel; // enum air_channel
    uint8_t kind;     // enum uplink_kind or downlink_kind
    struct span bytes;
    uint32_t ip_bytes; // on air, with headers
    bool is_datagram;
    struct udp_peer peer; // UDP: to or from whom
};

// A message while it is in the radio's hands; the slot's number is its tag.
struct module_slot {
    bool is_used;
    bool is_lost; // a datagram that arrives nowhere; it is sent all the same
    unsigned channel;
    uint8_t kind;
    struct udp_peer peer;
    uint8_t *bytes; // owned, NULL when size is 0
    size_t size;
};

// IP bytes of `payload` bytes of TCP or UDP.
uint32_t air_ip_bytes(uint32_t payload, bool is_tcp);
// The same of an uplink; `payload` of a DNS query is the length of the name.
uint32_t air_uplink_bytes(enum uplink_kind kind, uint32_t payload, bool is_tcp);
// Queues a message (copied) for the air `delay_ns` from now. STATUS_BUSY when the radio's queue is full.
MUST_USE enum status air_send(struct modem *self, const struct air_message *message,
                              uint64_t delay_ns);
// The server sent this at sent_ns (copied); it reaches the base station a core round later.
void air_arrive(struct modem *self, const struct air_message *message, uint64_t sent_ns);
// Of an answer without content.
uint32_t air_answer_bytes(enum downlink_kind kind);
// The network itself answers now, without content.
void air_answer(struct modem *self, unsigned channel, enum downlink_kind kind);
void air_on_event(struct modem *self, struct link_event event);
bool air_has_uplink(const struct modem *self, unsigned channel);
// Messages on their way to the channel.
unsigned air_downlinks(const struct modem *self, unsigned channel);
// What the channel has in the air goes on to nobody.
void air_drop_channel(struct modem *self, unsigned channel);
void air_drop_slots(struct modem *self);
// ---- modem_loss.c: what the network loses, as a scenario says ----

// Whether the network takes this datagram.
bool loss_takes(struct modem *self);
// How much later a segment arrives for its losses; `ip_bytes` grows by its repetitions.
uint64_t loss_delays(struct modem *self, uint32_t *ip_bytes);

// No room to read more from the network.
bool air_is_full(const struct modem *self);

#endif
