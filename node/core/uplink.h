// SPDX-License-Identifier: Apache-2.0
// One data session as a pure state machine: wake, open, connect, subscribe, publish the sensor data, listen, publish
// what waits, close. Subscribing comes before publishing, so that a downlink sent in answer to the
// uplink is not lost.
#ifndef NBOTA_NODE_CORE_UPLINK_H
#define NBOTA_NODE_CORE_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fmt.h"

enum uplink_event_kind {
    UPLINK_START,
    UPLINK_OK,     // the last action succeeded
    UPLINK_FAILED, // it failed
    UPLINK_LOST,   // the connection is gone while no request is under way
    UPLINK_TICK,   // the deadline of the last action has passed; a request under way was cancelled
};

enum uplink_action_kind {
    UPLINK_WAKE,
    UPLINK_OPEN,
    UPLINK_CONNECT,
    UPLINK_SUBSCRIBE,
    UPLINK_SEND_DATA, // publish the sensor data
    UPLINK_LISTEN,    // take downlinks until the deadline
    UPLINK_SEND_REPORT, // publish answers and the report, one after the other; UPLINK_OK when none waits any more
    UPLINK_CLOSE,
    UPLINK_SLEEP,
    UPLINK_PAUSE,     // nothing until the deadline
    UPLINK_DELIVERED, // end: the data left; a report that did not waits for the next session
    UPLINK_GAVE_UP,   // end: it did not
};

struct uplink_action {
    enum uplink_action_kind kind;
    bool has_deadline;
    uint32_t deadline_ms; // on the caller's clock
};

struct uplink_config {
    bool complete;      // server and topic are set; otherwise nothing is sent
    bool subscribes;    // a downlink topic is set
    bool modem_sleeps;  // it was put to sleep before; if not, a session that sends nothing does it
    uint32_t window_ms; // AT+RXDL
    uint32_t seed;
};

// Private but complete.
struct uplink {
    enum uplink_action_kind doing;
    struct uplink_config config;
    unsigned attempt;
    unsigned report_attempt;
    bool failed;          // in this attempt
    uint32_t deadline_ms; // of a wait
    uint32_t limit_ms;    // of the attempt, from its open on
};

void uplink_init(struct uplink *self, const struct uplink_config *config);
// Takes one event, says what to do next; console lines are added to `log`.
struct uplink_action uplink_step(struct uplink *self, uint32_t now_ms, enum uplink_event_kind event,
                                 struct fmt *log);

#endif
