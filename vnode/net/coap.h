// SPDX-License-Identifier: Apache-2.0
// CoAP messages as bytes (RFC 7252 section 3). Pure: no socket, no state, no retransmission.
#ifndef NBOTA_VNODE_NET_COAP_H
#define NBOTA_VNODE_NET_COAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/span.h"
#include "base/status.h"

enum coap_type { COAP_CON, COAP_NON, COAP_ACK, COAP_RST };
enum {
    COAP_EMPTY = 0, // code of an acknowledgement or reset without a message
    COAP_TOKEN_MAX = 8,
    COAP_OPTIONS_MAX = 16,
    COAP_VALUE_MAX = 270, // longest option value that is encoded
};

struct coap_option {
    uint16_t number;
    uint16_t size;
    uint8_t value[COAP_VALUE_MAX];
};

struct coap_message {
    enum coap_type type;
    uint8_t code; // class in the top three bits: 0x02 POST, 0x44 = 2.04
    uint16_t id;
    uint8_t token[COAP_TOKEN_MAX];
    uint8_t token_size;
    struct span payload; // empty = none
};

// Writes the message with its options in order of their numbers (equal ones in the order given). Its size, 0 when it
// does not fit.
size_t coap_put(const struct coap_message *message, const struct coap_option *options,
                unsigned count, uint8_t *to, size_t capacity);
// Reads a datagram; options are skipped. STATUS_INVALID: a format error of section 3. The payload points into `bytes`.
MUST_USE enum status coap_decode(struct span bytes, struct coap_message *message);
// An integer option's value in its shortest form (section 3.2); returns its size, 0..4.
size_t coap_put_number(uint32_t number, uint8_t to[4]);

#endif
