// SPDX-License-Identifier: Apache-2.0
// One TCP connection to an MQTT broker, real or inside the process (peer.h): bytes out, packets in, and the emulator's own PINGREQs, which are told
// apart from the module's by their order. Nothing here blocks but broker_open() (name resolution) and
// broker_wait(). It decides nothing about MQTT sessions.
#ifndef NBOTA_VNODE_NET_BROKER_H
#define NBOTA_VNODE_NET_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "vnode/net/mqtt.h"
#include "vnode/net/peer.h"
#include "vnode/net/quiet.h"
#include "vnode/net/tcp.h"

enum {
    BROKER_OUT_MAX = 2 * MQTT_PACKET_MAX, // bytes the system has not taken yet
    BROKER_PINGS_MAX = 16,                // PINGREQs without an answer
    BROKER_IDLE_PING_MS = 30000,          // of real time without sending
};

enum broker_state {
    BROKER_CLOSED,
    BROKER_CONNECTING, // TCP
    BROKER_OPEN,
};

struct broker {
    enum broker_state state;
    const struct net_peer
        *peer; // instead of the host's network; NULL = that. Set before broker_open()
    int socket;
    struct quiet quiet;
    uint64_t sent_ms;    // real time of the last bytes sent
    uint64_t written_ns; // virtual time of the last packet
    bool is_session;     // a CONNECT was accepted
    uint8_t out[BROKER_OUT_MAX];
    size_t out_size;
    uint8_t in[MQTT_PACKET_MAX];
    size_t in_size, in_used; // received; of these already returned
    bool ping_is_own[BROKER_PINGS_MAX];
    unsigned pings;
};

void broker_init(struct broker *self);
// Begins to connect at virtual time now_ns. STATUS_NOT_FOUND without an address, STATUS_IO when refused at once.
MUST_USE enum status broker_open(struct broker *self, const char *host, uint16_t port,
                                 uint64_t now_ns);
// STATUS_AGAIN while connecting, STATUS_OK once (then BROKER_OPEN), STATUS_IO when it failed (then closed).
MUST_USE enum status broker_connected(struct broker *self);
// Sends one whole packet. STATUS_BUSY when the peer takes nothing and BROKER_OUT_MAX is reached.
MUST_USE enum status broker_write(struct broker *self, struct span packet, uint64_t now_ns);
// Next packet; its spans live until the next call. Own PINGRESPs are swallowed. STATUS_AGAIN: none;
// STATUS_IO: the peer closed, after all its packets; STATUS_INVALID: it talks no MQTT.
MUST_USE enum status broker_read(struct broker *self, struct mqtt_packet *packet, uint64_t now_ns);
// Virtual time at which a packet read at now_ns was sent: that of the last packet to the broker while its answers
// may still come.
uint64_t broker_sent_ns(const struct broker *self, uint64_t now_ns);
// See quiet.h; sends the PINGREQ itself.
bool broker_is_quiet(struct broker *self, uint64_t now_ns);
// Keeps the broker's keep-alive from running out while virtual time stands.
void broker_keep_alive(struct broker *self);
struct tcp_watch broker_watch(const struct broker *self); // what to wait for
void broker_wait(const struct broker *self, int timeout_ms);
// Sends what is left as far as the system takes it, then FIN.
void broker_close(struct broker *self);
// Forgets the connection and gives its socket away without a word to the peer; -1 when there is none to give.
int broker_abandon(struct broker *self);

#endif
