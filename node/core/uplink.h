// SPDX-License-Identifier: Apache-2.0
// One data session as a pure state machine: wake, open, send the sensor data, listen, answer what was asked, report,
// close. Which steps lie between open and send, and what the console says of each, is the channel's row. MQTT subscribes
// before it publishes, so that a downlink sent in answer to the uplink is not lost.
#ifndef NBOTA_NODE_CORE_UPLINK_H
#define NBOTA_NODE_CORE_UPLINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fmt.h"

enum uplink_channel {
    UPLINK_MQTT,
    UPLINK_COAP,
    UPLINK_UDP,
    UPLINK_TCP,
};

enum uplink_event_kind {
    UPLINK_START,
    UPLINK_OK,      // the last action succeeded
    UPLINK_FAILED,  // it failed
    UPLINK_LAST,    // UPLINK_SEND_REPORT: it succeeded, and nothing waits behind it
    UPLINK_NOTHING, // UPLINK_SEND_REPORT: nothing waits
    UPLINK_LOST,    // the connection is gone while no request is under way
    UPLINK_TICK,    // the deadline of the last action has passed; a request under way was cancelled
};

enum uplink_action_kind {
    UPLINK_WAKE,
    UPLINK_OPEN,
    UPLINK_CONNECT,   // MQTT
    UPLINK_SUBSCRIBE, // MQTT
    UPLINK_SEND_DATA,
    UPLINK_LISTEN, // take downlinks until the deadline
    UPLINK_SEND_REPORT, // one of what waits: answers to downlinks, the report; comes again until none does
    UPLINK_GAP,         // nothing until the deadline, between two of them
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
    enum uplink_channel channel;
    bool complete;      // server and place on it are set; otherwise nothing is sent
    bool subscribes;    // MQTT: a downlink topic is set
    bool modem_sleeps;  // it was put to sleep before; if not, a session that sends nothing does it
    uint32_t window_ms; // AT+RXDL
    uint32_t seed;
};

// Private but complete.
struct uplink {
    enum uplink_action_kind doing;
    struct uplink_config config;
    unsigned attempt;
    unsigned repeats;     // of the answer or report under way
    bool failed;          // in this attempt
    uint32_t deadline_ms; // of a wait
    uint32_t limit_ms;    // of the attempt, from its open on
};

void uplink_init(struct uplink *self, const struct uplink_config *config);
// Takes one event, says what to do next; console lines are added to `log`.
struct uplink_action uplink_step(struct uplink *self, uint32_t now_ms, enum uplink_event_kind event,
                                 struct fmt *log);

#endif
