// SPDX-License-Identifier: Apache-2.0
// The modem as the application sees it: one request at a time, its outcome and what the network sends
// as events. Nothing here blocks; modem_poll() does the work.
#ifndef NBOTA_NODE_PORT_MODEM_H
#define NBOTA_NODE_PORT_MODEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum modem_channel { MODEM_MQTT, MODEM_COAP, MODEM_UDP, MODEM_TCP };
enum { MODEM_CHANNELS = MODEM_TCP + 1 };

enum modem_event_kind {
    MODEM_NOTHING,
    MODEM_DONE,    // the request succeeded
    MODEM_FAILED,  // it failed or its bound ran out; another try may help
    MODEM_REFUSED, // the peer said no for good (CONNACK 1, 2, 4, 5; SUBACK 128)
    MODEM_MESSAGE, // only while no request is under way
    MODEM_LOST,    // only while no request is under way: the connection is gone
    MODEM_TEXT,    // a line of the module, as the answer to modem_pass()
};

struct modem_event {
    enum modem_event_kind kind;
    // MODEM_MESSAGE: valid until the next modem_poll(). On CoAP the code of the answer as RFC 7252 writes it, "2.04",
    // empty when the module does not tell it; empty on UDP and TCP.
    struct span topic;
    struct span
        payload; // likewise, 0..MODEM_PAYLOAD_MAX bytes of any value; MODEM_TEXT: the line without its end
};

enum {
    MODEM_PAYLOAD_MAX = 1060, // one chunk and a margin; of a longer message only so much is kept
    MODEM_TEXT_MAX = 200,     // bytes of one text of a request
    MODEM_PUBLISH_MAX = 1024, // bytes of an outgoing payload without control characters
    MODEM_SEND_MAX = 1024,    // likewise, of modem_send()
    MODEM_BINARY_MAX = 730,   // …of one with some: a BC660K-GL takes it as digits
};

struct modem_identity {
    char imei[16];    // 15 digits, empty before the first wake
    char imsi[16];    // likewise
    int signal;       // 0..31, 99 unknown (3GPP TS 27.007 section 8.5)
    uint32_t unix_s;  // the network's time, seconds since 1970 UTC, at the last wake; 0 unknown
    uint32_t read_ms; // …and when it was that, on the caller's clock
};

// What the network is asked for. Texts may be NULL: left out.
struct modem_network {
    const char *apn;           // ≤ 99 characters
    const char *dns;           // one or two addresses, each in quotes, comma between
    const char *operator_code; // digits of MCC and MNC; NULL = the module chooses
    const char *ntp;           // host of a time server
    uint32_t search_ms;        // how long the network may take to be found
};

// Texts are borrowed until the request's outcome. A request while another is under way is a
// programmer's error.
// Awake, identified, radio on, attached. Bounds of all requests: docs/modems.md, "How long a request may take".
void modem_wake(const struct modem_network *network);
// The connection to a server: of MQTT, or a socket. The host is a name or an IPv4 address, the port decimal.
void modem_open(enum modem_channel channel, const char *host, const char *port);
// MQTT only.
void modem_connect(const char *client, const char *user, const char *password); // NULL = left out
void modem_subscribe(const char *topic, unsigned qos);
// The answers to what is published from now on, until the next open, have so many bytes (0 = unknown): big ones may come
// in pieces, or from a module that does not say their length.
void modem_expect(size_t size);
void modem_publish(const char *topic, struct span payload, unsigned qos);
// A datagram, bytes of a stream, or a CoAP POST; 1..MODEM_SEND_MAX bytes. `options` are texts
// `<number>,<value>`, the value in quotes unless a number, ended by NULL; NULL without any and for UDP and TCP. Answers
// come as MODEM_MESSAGE.
void modem_send(struct span payload, const char *const *options);
void modem_disconnect(void); // whatever is open
void modem_sleep(void);      // radio off, deep sleep or off
// A line of a person's to the module, as it is. What the module says comes as MODEM_TEXT, its final result too; then
// MODEM_DONE, or MODEM_FAILED when 1.5 s have passed without a final result.
void modem_pass(struct span line);
// Forgets the request under way, if any: its outcome will not come. What the module still says to it is dropped.
void modem_cancel(void);

// Does what is due and says what happened; call again at once until it says MODEM_NOTHING.
struct modem_event modem_poll(uint32_t now_ms);
bool modem_is_busy(void); // a request is under way
// The IPv4 address of the server that was opened last, for a name the one that was found: 7..15 characters. Empty when
// none was, and for a name on MQTT, which the module looks up itself.
const char *modem_address(void);
// Longest time in ms until modem_poll() must be called even if no byte arrives.
uint32_t modem_next_ms(uint32_t now_ms);
const struct modem_identity *modem_identity(void);

#endif
