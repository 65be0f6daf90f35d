// SPDX-License-Identifier: Apache-2.0
// The modem as the application sees it: one request at a time, its outcome and what the network sends
// as events. Nothing here blocks; modem_poll() does the work.
#ifndef NBOTA_NODE_PORT_MODEM_H
#define NBOTA_NODE_PORT_MODEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum modem_event_kind {
    MODEM_NOTHING,
    MODEM_DONE,    // the request succeeded
    MODEM_FAILED,  // it failed or its bound ran out; another try may help
    MODEM_REFUSED, // the peer said no for good (CONNACK 1, 2, 4, 5; SUBACK 128)
    MODEM_MESSAGE, // only while no request is under way
    MODEM_LOST,    // only while no request is under way: the MQTT connection is gone
};

struct modem_event {
    enum modem_event_kind kind;
    struct span topic;   // MODEM_MESSAGE: valid until the next modem_poll()
    struct span payload; // likewise, 0..MODEM_PAYLOAD_MAX bytes of any value
};

enum {
    MODEM_PAYLOAD_MAX = 1060, // one chunk and a margin; of a longer message only so much is kept
    MODEM_TEXT_MAX = 200,     // bytes of one text of a request
    MODEM_PUBLISH_MAX = 1024, // bytes of an outgoing payload
};

struct modem_identity {
    char imei[16];    // 15 digits, empty before the first wake
    char imsi[16];    // likewise
    int signal;       // 0..31, 99 unknown (3GPP TS 27.007 section 8.5)
    uint32_t unix_s;  // the network's time, seconds since 1970 UTC, at the last wake; 0 unknown
    uint32_t read_ms; // …and when it was that, on the caller's clock
};

// Texts are borrowed until the request's outcome. A request while another is under way is a
// programmer's error.
void modem_wake(void); // awake, identified, radio on, attached; ≤ 3 minutes
void modem_open(const char *host, const char *port); // MQTT network connection; ≤ 180 s
void modem_connect(const char *client, const char *user, const char *password); // NULL = left out
void modem_subscribe(const char *topic, unsigned qos);
void modem_publish(const char *topic, struct span payload, unsigned qos);
void modem_disconnect(void); // MQTT and TCP; ≤ 8 s
void modem_sleep(void);      // radio off, deep sleep; ≤ 45 s, 1 s when the module answers
// Forgets the request under way, if any: its outcome will not come. What the module still says to it is dropped.
void modem_cancel(void);

// Does what is due and says what happened; call again at once until it says MODEM_NOTHING.
struct modem_event modem_poll(uint32_t now_ms);
bool modem_is_busy(void); // a request is under way
// Longest time in ms until modem_poll() must be called even if no byte arrives.
uint32_t modem_next_ms(uint32_t now_ms);
const struct modem_identity *modem_identity(void);

#endif
