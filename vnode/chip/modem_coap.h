// SPDX-License-Identifier: Apache-2.0
// The module's CoAP client (RFC 7252): one server, one exchange at a time. Confirmable messages are repeated in
// virtual time.
#ifndef NBOTA_VNODE_CHIP_MODEM_COAP_H
#define NBOTA_VNODE_CHIP_MODEM_COAP_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/net/coap.h"
#include "vnode/net/flow.h"

struct modem;
struct module_slot;

enum {
    COAP_SEND_MAX = 1024, // longest payload (assumed)
    COAP_DATAGRAM_MAX = 4096,
    COAP_DRAWN_TOKEN = 4, // bytes of a random token
};

struct module_coap {
    bool is_open;
    struct udp_peer server;
    struct flow flow;
    uint16_t next_id;
    uint8_t token[COAP_TOKEN_MAX], token_size;
    struct coap_option options[COAP_OPTIONS_MAX];
    unsigned option_count;

    // The exchange under way; the request is kept for its repetitions.
    bool is_waiting;  // for an answer
    bool is_repeated; // CON, not acknowledged yet
    uint16_t id;
    uint8_t request[COAP_DATAGRAM_MAX];
    size_t request_size;
    unsigned repetitions;
    uint64_t timeout_ns; // doubled each time (section 4.2)
};

// What a command asks for.
struct coap_request {
    enum coap_type type; // CON or NON
    uint8_t method;      // 1 GET, 2 POST, 3 PUT, 4 DELETE
};

void coap_init(struct modem *self);
// Opens the socket; false when the system has none.
bool coap_open(struct modem *self, const char *address, uint16_t port);
void coap_close(struct modem *self);
// Sends with the options and the token set so far. STATUS_TOO_BIG, STATUS_BUSY (radio's queue).
MUST_USE enum status coap_send(struct modem *self, const struct coap_request *request,
                               struct span payload);
void coap_on_sent(struct modem *self, struct module_slot *slot);
void coap_on_received(struct modem *self, struct module_slot *slot);
void coap_on_timer(struct modem *self);
void coap_read(struct modem *self);

#endif
