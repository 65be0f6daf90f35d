// SPDX-License-Identifier: Apache-2.0
// Spells a template of a dialogue with the values of one request, piece by piece: a command with a kilobyte of hex
// digits never lies in memory as a whole.
//
//   $1 $2 $3  texts of the request          $A $P  address and port of the server
//   $p $d $o $t  APN, DNS, operator, time server        $O $k  the option under way and its number from 0
//   $m $x     the payload, as it is and in hex          $n  its length in bytes
//   $f $y     1 and hex when it has control characters, else 0 and as it is
//   $q $i     QoS; message id: 0 with QoS 0, else 1     $I  a number that differs from send to send
//   {2…} {3…} left out when that text is not given      {Q…}  when the payload begins with a brace
#ifndef NBOTA_NODE_DRIVER_MODEM_TEMPLATE_H
#define NBOTA_NODE_DRIVER_MODEM_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "node/port/modem.h"

enum { ADDRESS_SIZE = 16, PORT_SIZE = 6, NUMBER_SIZE = 11 };

// Values of one request; texts, payload and options are the caller's and stay until its outcome.
struct modem_values {
    const char *text[3]; // for a connect: client, user, password, the last two may be NULL
    struct span payload;
    const struct modem_network *network;
    const char *const *options;
    uint8_t option; // under way
    uint8_t qos;
    uint16_t id;
    char address[ADDRESS_SIZE]; // of the server: stays from the open to the close
    char port[PORT_SIZE];
};

struct spelling {
    const char *format; // what is left of it
    struct span piece;  // …and of the value being spelled
    bool is_hex;
    bool has_high; // one digit of the first byte is out
    char number[NUMBER_SIZE];
};

// `format` and the values stay until the last byte is read.
void spelling_begin(struct spelling *self, const char *format);
// The next bytes, at most `capacity`; 0 = that was all.
size_t spelling_read(struct spelling *self, const struct modem_values *values, char *to,
                     size_t capacity);

// No control characters, so that it can stand in a text of a command.
bool payload_is_plain(struct span payload);
bool payload_has(struct span payload, char character);

#endif
