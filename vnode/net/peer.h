// SPDX-License-Identifier: Apache-2.0
// The far end of a TCP stream: a socket of the host, or a peer inside this process. Such a peer has said all it has to say
// when it returns from taking bytes, so its network is always quiet and no real time is waited for (quiet.h).
#ifndef NBOTA_VNODE_NET_PEER_H
#define NBOTA_VNODE_NET_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

// None of these blocks. One client at a time: `connect` ends what was before.
struct net_peer {
    void *context;
    // STATUS_OK: connected; STATUS_IO: refused.
    enum status (*connect)(void *context, const char *host, uint16_t port);
    // What the client sent, in any portions; borrowed.
    void (*take)(void *context, struct span bytes);
    // What it has to say, at most `capacity` bytes; 0 = nothing now; STATUS_IO (negative): it closed.
    long (*give)(void *context, uint8_t *to, size_t capacity);
    // The client closed, or fell silent for ever.
    void (*leave)(void *context);
};

// As the functions of tcp.h of these names. `peer` NULL: the host's network and *socket; otherwise the socket is -1.
MUST_USE enum status peer_open(const struct net_peer *peer, const char *host, uint16_t port,
                               int *socket);
MUST_USE enum status peer_connected(const struct net_peer *peer, int socket);
size_t peer_drain(const struct net_peer *peer, int socket, uint8_t *bytes, size_t size);
long peer_receive(const struct net_peer *peer, int socket, uint8_t *to, size_t capacity);
void peer_close(const struct net_peer *peer, int socket);

#endif
