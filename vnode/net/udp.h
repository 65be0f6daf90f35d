// SPDX-License-Identifier: Apache-2.0
// Non-blocking UDP sockets of the host. Only the resolution of a name blocks.
#ifndef NBOTA_VNODE_NET_UDP_H
#define NBOTA_VNODE_NET_UDP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

enum { UDP_ADDRESS_TEXT = 46 }; // INET6_ADDRSTRLEN

struct udp_peer {
    char address[UDP_ADDRESS_TEXT]; // digits, never a name
    uint16_t port;                  // 0 = nobody
};

// A socket on any port, IPv4. STATUS_IO when the system refuses. Close it with tcp_close().
MUST_USE enum status udp_open(int *socket);
// One datagram. STATUS_NOT_FOUND when `address` is no IPv4 address; STATUS_IO when the system does not take it.
MUST_USE enum status udp_send(int socket, const struct udp_peer *to, struct span bytes);
// One datagram, cut to `capacity`, and who sent it: its size, -1 when there is none.
long udp_receive(int socket, uint8_t *to, size_t capacity, struct udp_peer *from);

#endif
