// SPDX-License-Identifier: Apache-2.0
// docs/performance.md, "Event rules", one event at a time, for a link whose traffic is not known beforehand.
// Half duplex: one uplink burst or one downlink message at a time. Pure: time is an argument.
//
// Where the estimator knows the future this form decides as late as it may: a lone TCP acknowledgement is decided
// 0.2 s after the downlink that made it due and then counts from the downlink's end; with `gather_ns` set, a
// burst is decided that much after its first message. Decisions in the past never deliver in the past.
#ifndef NBOTA_LINK_RADIO_H
#define NBOTA_LINK_RADIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/status.h"
#include "link/class.h"

enum {
    LINK_UP_MAX = 16,   // messages waiting in the modem
    LINK_DOWN_MAX = 32, // messages waiting at the base station
};
#define LINK_NEVER UINT64_MAX

enum link_event_kind {
    LINK_NOTHING,
    LINK_SENT,    // an uplink message is at the base station
    LINK_RECEIVED // a downlink message is complete in the modem
};

struct link_event {
    enum link_event_kind kind;
    uint32_t tag; // as given with the message
    uint64_t at_ns;
};

struct link_message {
    uint64_t at_ns;
    uint32_t ip_bytes;
    uint32_t tag;
    bool is_datagram; // no TCP segment: nothing to acknowledge
};

// What the radio did; all sums since link_radio_init().
struct link_radio_sums {
    uint64_t tx_ns, rx_ns;         // transmitter and receiver on
    uint64_t bytes_up, bytes_down; // IP bytes
    uint32_t bursts;               // uplink bursts of both kinds
    uint32_t lone_acks;            // …of them with nothing but a TCP acknowledgement
};

// Private but for `sums`.
struct link_radio {
    const struct link_class *class;
    uint64_t gather_ns;
    uint64_t free_ns;      // end of the running or of the last burst or answer
    uint64_t connected_ns; // the connection is released at this time
    struct link_message up[LINK_UP_MAX];
    struct link_message down[LINK_DOWN_MAX];
    uint32_t up_count, down_count;
    uint32_t running; // messages in the air, at the head of their queue
    bool running_up;  // …which queue
    uint32_t unacked; // TCP segments received and not acknowledged
    bool covered;     // false: nothing starts
    struct link_radio_sums sums;
};

// Idle, nothing queued, covered. `gather_ns` 0 sends a message as soon as the radio is free.
void link_radio_init(struct link_radio *self, const struct link_class *class, uint64_t gather_ns);
// The gather time with which requests issued back to back at `baud` share a burst.
uint64_t link_radio_pairing_ns(const struct link_class *class, uint32_t baud);
// Forgets what is queued or in the air (radio off, reset); sums and time stay.
void link_radio_clear(struct link_radio *self, uint64_t now_ns);
// A connection exists from now on as after an attach.
void link_radio_connect(struct link_radio *self, uint64_t now_ns);
// No coverage: nothing starts; what is in the air ends.
void link_radio_cover(struct link_radio *self, bool covered, uint64_t now_ns);

// A message of `ip_bytes` is in the modem's buffer at `at_ns` (not before an earlier one). STATUS_BUSY when
// LINK_UP_MAX wait.
MUST_USE enum status link_radio_send(struct link_radio *self, uint64_t at_ns, uint32_t ip_bytes,
                                     uint32_t tag);
// A message is at the base station at `at_ns` (not before an earlier one). STATUS_BUSY when LINK_DOWN_MAX wait.
MUST_USE enum status link_radio_arrive(struct link_radio *self, uint64_t at_ns, uint32_t ip_bytes,
                                       uint32_t tag);
// The same for an UDP datagram, which TCP does not acknowledge.
MUST_USE enum status link_radio_arrive_datagram(struct link_radio *self, uint64_t at_ns,
                                                uint32_t ip_bytes, uint32_t tag);

// The next event at or before now_ns in order of time; kind LINK_NOTHING when there is none. Call until then.
struct link_event link_radio_step(struct link_radio *self, uint64_t now_ns);
// When link_radio_step() has to look again, LINK_NEVER = not before a new message.
uint64_t link_radio_next_ns(const struct link_radio *self);
// One way to the server and back, without the air.
uint64_t link_radio_core_ns(const struct link_radio *self);
bool link_radio_is_connected(const struct link_radio *self, uint64_t now_ns);

#endif
