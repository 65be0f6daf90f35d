// SPDX-License-Identifier: Apache-2.0
// One real TCP connection or UDP socket with whatever protocol above it, and whether its network is quiet
// (vnode/net/quiet.h, rule 7). Nothing blocks but the resolution of a name in flow_open().
#ifndef NBOTA_VNODE_NET_FLOW_H
#define NBOTA_VNODE_NET_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "vnode/net/quiet.h"
#include "vnode/net/tcp.h"
#include "vnode/net/udp.h"

enum { FLOW_OUT_MAX = 8192 }; // TCP: bytes the system has not taken yet

enum flow_state { FLOW_CLOSED, FLOW_CONNECTING, FLOW_OPEN };

struct flow {
    enum flow_state state;
    bool is_tcp;
    int socket;
    struct quiet quiet;
    uint8_t out[FLOW_OUT_MAX];
    size_t out_size;
};

void flow_init(struct flow *self);
// TCP: begins to connect; STATUS_NOT_FOUND without an address, STATUS_IO when refused at once.
MUST_USE enum status flow_connect(struct flow *self, const char *host, uint16_t port,
                                  uint64_t now_ns);
// STATUS_AGAIN while connecting, STATUS_OK once (then FLOW_OPEN), STATUS_IO when it failed (then closed).
MUST_USE enum status flow_connected(struct flow *self, uint64_t now_ns);
// UDP: open at once, to any peer.
MUST_USE enum status flow_open(struct flow *self);
// All of `bytes`, or a status of udp_send(); TCP ignores `to`. STATUS_BUSY when a TCP peer takes nothing.
MUST_USE enum status flow_write(struct flow *self, const struct udp_peer *to, struct span bytes,
                                uint64_t now_ns);
// Bytes, or one datagram and its sender: the size. STATUS_AGAIN in *status: none now; STATUS_IO: the peer closed.
size_t flow_read(struct flow *self, uint8_t *to, size_t capacity, struct udp_peer *from,
                 uint64_t now_ns, enum status *status);
// See quiet_on_stir().
void flow_stir(struct flow *self);
// What was written last is to be answered: whatever is read next is the answer.
void flow_owe(struct flow *self);
bool flow_is_quiet(struct flow *self, uint64_t now_ns);
// What to wait for.
struct tcp_watch flow_watch(const struct flow *self);
void flow_close(struct flow *self);
// Forgets a TCP connection and gives its socket away without a word to the peer; UDP is closed: -1.
int flow_abandon(struct flow *self);

#endif
