// SPDX-License-Identifier: Apache-2.0
// Non-blocking TCP sockets of the host. Only name resolution blocks, once per tcp_open().
#ifndef NBOTA_VNODE_NET_TCP_H
#define NBOTA_VNODE_NET_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

// Begins to connect. STATUS_OK with *socket, which the caller closes with tcp_close(); STATUS_NOT_FOUND when the
// name has no address; STATUS_IO when the system refuses.
MUST_USE enum status tcp_open(const char *host, uint16_t port, int *socket);
// STATUS_AGAIN while connecting, STATUS_OK once connected, STATUS_IO when it failed.
MUST_USE enum status tcp_connected(int socket);
// Bytes the system took now, 0 when none; STATUS_IO (negative) when the connection is gone.
long tcp_send(int socket, struct span bytes);
// Sends from the beginning of `bytes` what the system takes now and moves the rest there; returns how much that is. That
// the connection is gone is told by reading.
size_t tcp_drain(int socket, uint8_t *bytes, size_t size);
// Bytes read now, 0 when none; STATUS_IO (negative) when the peer closed or reset.
long tcp_receive(int socket, uint8_t *to, size_t capacity);
// Waits until `socket` can be read (or written, when asked) or `timeout_ms` passed.
void tcp_wait(int socket, bool for_writing, int timeout_ms);
// The same for several at once; entries below 0 are no socket. At most TCP_WATCH_MAX.
enum { TCP_WATCH_MAX = 16 };
struct tcp_watch {
    int socket;
    bool for_writing;
};
void tcp_wait_any(const struct tcp_watch *watch, unsigned count, int timeout_ms);
void tcp_close(int socket);
// True when `host` is an address, so that no name server is asked.
bool tcp_is_address(const char *host);
// Writes the IPv4 address of `host`; blocks. STATUS_NOT_FOUND without one.
MUST_USE enum status tcp_address(const char *host, char *text, size_t capacity);
// Monotonic real time.
uint64_t tcp_real_ms(void);
// The same as quiet.h counts it, which is a look of patience.h: one clock for all sockets of the process.
uint64_t tcp_patience_ms(void);

#endif
