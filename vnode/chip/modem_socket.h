// SPDX-License-Identifier: Apache-2.0
// TCP and UDP sockets of a module: what both modules keep of one, whatever their commands look like. modem_ip.c
// has the BC660K's commands, bg95_ip.c the BG95's; modem_sockets.c is what happens behind them.
#ifndef NBOTA_VNODE_CHIP_MODEM_SOCKET_H
#define NBOTA_VNODE_CHIP_MODEM_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"
#include "vnode/net/flow.h"

struct modem;
struct module_slot;

enum {
    SOCKETS_MAX = 12,
    SOCKET_HOST_MAX = 256,
    SOCKET_SEND_MAX = 1460, // longest message of one AT+QISEND
    SOCKET_READ_MAX = 1500, // longest message handed to the host at once
    SOCKET_BUFFER_MAX = 8,  // messages kept for AT+QIRD
};

// Results of an operation, as the BG95's manual numbers them (BG95 TCP/IP Application Note, result codes); the
// BC660K's are assumed to be the same.
enum socket_result {
    SOCKET_DONE = 0,
    SOCKET_BLOCKED = 551,
    SOCKET_PARAMETER = 552,
    SOCKET_UNSUPPORTED = 555,
    SOCKET_NO_CONTEXT = 561,
    SOCKET_IN_USE = 563,
    SOCKET_NO_NAME = 565,
    SOCKET_REFUSED = 566,
    SOCKET_TIMEOUT = 569,
};

enum socket_state {
    SOCKET_FREE,
    SOCKET_OPENING,
    SOCKET_OPEN,
    SOCKET_ENDED,  // the peer closed; the host has not said AT+QICLOSE yet
    SOCKET_LEAVING // the host closed; what it sent is still in the radio
};

enum socket_access { ACCESS_BUFFER, ACCESS_PUSH };

// A message in the module's buffer: a datagram, or some bytes of a stream.
struct socket_message {
    struct udp_peer from;
    uint16_t size, used;
    uint8_t bytes[SOCKET_READ_MAX];
};

struct module_socket {
    enum socket_state state;
    bool is_tcp;
    bool is_service; // UDP SERVICE: the peer stands in every command and URC
    enum socket_access access;
    char host[SOCKET_HOST_MAX + 1];
    struct udp_peer peer; // UDP: whom AT+QISEND means
    uint16_t port;
    struct flow flow;
    uint64_t bound_ns; // end of patience while opening, or of an uplink without progress
    bool is_announced; // a "recv" URC is out and the buffer not drained
    uint32_t sent, acknowledged;
    struct socket_message buffer[SOCKET_BUFFER_MAX];
    unsigned buffered;
};

struct module_sockets {
    struct module_socket socket[SOCKETS_MAX];
    bool send_hex, receive_hex;
    enum socket_result last_result;
};

// How a module words what happens.
struct socket_words {
    void (*opened)(struct modem *self, unsigned index, enum socket_result result);
    void (*received)(struct modem *self, unsigned index, const struct udp_peer *from,
                     struct span bytes);
    void (*closed)(struct modem *self, unsigned index);
};

struct socket_request {
    bool is_tcp, is_service;
    enum socket_access access;
    struct span host;
    uint16_t port;
};

// Begins; the outcome is words->opened(), never before the command's own time.
void sockets_open(struct modem *self, unsigned index, const struct socket_request *request);
// Hands bytes to the stack. `to` NULL = the socket's own peer. STATUS_BUSY: it takes none; STATUS_IO: not open.
MUST_USE enum status sockets_send(struct modem *self, unsigned index, const struct udp_peer *to,
                                  struct span bytes);
// Free at once for the host; what was sent before still leaves.
void sockets_close(struct modem *self, unsigned index);

// ---- for the module ----
void sockets_init(struct modem *self);
void sockets_on_sent(struct modem *self, unsigned index, struct module_slot *slot);
void sockets_on_received(struct modem *self, unsigned index, struct module_slot *slot);
void sockets_on_timer(struct modem *self);
void sockets_read(struct modem *self);
bool sockets_are_quiet(struct modem *self);
bool sockets_are_closed(const struct modem *self);
// The network is gone: TCP peers are left half open.
void sockets_forget(struct modem *self);

#endif
