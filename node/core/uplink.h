// SPDX-License-Identifier: Apache-2.0
// One data session as a pure state machine: wake, open, connect, subscribe, publish the sensor data, listen, publish
// what is to be reported, close. Subscribing comes before publishing, so that a downlink sent in answer to the
// uplink is not lost.
#ifndef NBOTA_NODE_CORE_UPLINK_H
#define NBOTA_NODE_CORE_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fmt.h"

enum uplink_event_kind { UPLINK_START, UPLINK_OK, UPLINK_FAILED, UPLINK_LOST, UPLINK_TICK };

enum uplink_action_kind {
    UPLINK_WAKE,
    UPLINK_OPEN,
    UPLINK_CONNECT,
    UPLINK_SUBSCRIBE,
    UPLINK_SEND_DATA, // publish the sensor data
    UPLINK_LISTEN,    // take downlinks until UPLINK_TICK after deadline_ms
    UPLINK_SEND_REPORT, // publish the pending report, if there is one: UPLINK_OK also when there is none
    UPLINK_CLOSE,
    UPLINK_SLEEP,
    UPLINK_PAUSE,     // nothing until UPLINK_TICK after deadline_ms
    UPLINK_DELIVERED, // end: the data (and the report) left
    UPLINK_GAVE_UP,   // end: it did not
};

struct uplink_action {
    enum uplink_action_kind kind;
    uint32_t deadline_ms;
};

struct uplink_config {
    bool complete;      // server and topic are set; otherwise the session ends at once
    bool subscribes;    // a downlink topic is set
    uint32_t window_ms; // AT+RXDL
    uint32_t seed;
};

// Private but complete.
struct uplink {
    enum uplink_action_kind doing;
    struct uplink_config config;
    unsigned attempt;
    unsigned report_attempt;
    bool failed;
    uint32_t deadline_ms;
};

void uplink_init(struct uplink *self, const struct uplink_config *config);
// Takes one event, says what to do next; console lines are added to `log`.
struct uplink_action uplink_step(struct uplink *self, uint32_t now_ms, enum uplink_event_kind event,
                                 struct fmt *log);

#endif
