// SPDX-License-Identifier: Apache-2.0
// An MQTT broker for one client, inside the process (vnode/net/peer.h): CONNECT, SUBSCRIBE, PUBLISH with QoS 0..2, PINGREQ
// and DISCONNECT. Everything is accepted. It keeps nothing over a connection, and asks no clock.
#ifndef NBOTA_VNODE_PROVE_BROKER_H
#define NBOTA_VNODE_PROVE_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "vnode/net/peer.h"

enum {
    PROVE_BROKER_IN = 8192,   // longest packet of a client
    PROVE_BROKER_OUT = 16384, // what may wait for it
    PROVE_FILTERS = 8,
    PROVE_FILTER_SIZE = 128,
};

struct prove_broker {
    struct net_peer peer; // for the modem; its context is this struct, which must not move
    // A client has published; called inside the stack of the modem. May call prove_broker_say().
    void (*published)(void *context, uint16_t port, struct span topic, struct span payload);
    void *context;

    uint16_t port; // that the client connected to
    bool is_gone;  // it sent what no client may send: its connection ends
    uint8_t in[PROVE_BROKER_IN];
    size_t in_size;
    uint8_t out[PROVE_BROKER_OUT];
    size_t out_size;
    char filters[PROVE_FILTERS][PROVE_FILTER_SIZE];
    unsigned filter_count;
    uint32_t connections; // so far
};

void prove_broker_init(struct prove_broker *self,
                       void (*published)(void *context, uint16_t port, struct span topic,
                                         struct span payload),
                       void *context);
// A message for the client, with QoS 0; dropped when it has not subscribed to the topic.
void prove_broker_say(struct prove_broker *self, struct span topic, struct span payload);

#endif
