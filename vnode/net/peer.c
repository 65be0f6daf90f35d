// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/peer.h"

#include "vnode/net/tcp.h"

enum status peer_open(const struct net_peer *peer, const char *host, uint16_t port, int *socket)
{
    if (peer == NULL) {
        return tcp_open(host, port, socket);
    }
    *socket = -1;
    return peer->connect(peer->context, host, port);
}

enum status peer_connected(const struct net_peer *peer, int socket)
{
    return peer == NULL ? tcp_connected(socket) : STATUS_OK;
}

size_t peer_drain(const struct net_peer *peer, int socket, uint8_t *bytes, size_t size)
{
    if (peer == NULL) {
        return tcp_drain(socket, bytes, size);
    }
    if (size > 0) {
        peer->take(peer->context, span_of(bytes, size));
    }
    return 0;
}

long peer_receive(const struct net_peer *peer, int socket, uint8_t *to, size_t capacity)
{
    return peer == NULL ? tcp_receive(socket, to, capacity)
                        : peer->give(peer->context, to, capacity);
}

void peer_close(const struct net_peer *peer, int socket)
{
    if (peer == NULL) {
        tcp_close(socket);
    } else {
        peer->leave(peer->context);
    }
}
