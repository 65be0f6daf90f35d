// SPDX-License-Identifier: Apache-2.0
// What the gateway keeps of a device and of its connection. A device outlives connections; at most one session is
// current, a second one supersedes the first, which is closed at the next tick.
#ifndef NBOTA_SERVER_GATEWAY_DEVICE_H
#define NBOTA_SERVER_GATEWAY_DEVICE_H

#include "server/gateway/budget.h"
#include "server/gateway/catalog.h"
#include "server/gateway/grid.h"
#include "server/gateway/progress.h"
#include "wire/device_api.h"

enum {
    DEVICE_WAITING_MAX = 8,   // requests outstanding, K17 and K19
    SESSION_FILTERS_MAX = 16, // remembered subscriptions; more are granted but do not decide a QoS
    SESSION_FILTER_SIZE = 64, // bytes with NUL; longer ones likewise: no answer's topic is longer
};

// One request, understood, waiting for its turn.
struct request {
    enum api_kind kind; // API_ATTRIBUTES: a push, which the gateway asks of itself
    bool is_protobuf;
    uint32_t id;
    uint32_t index;             // chunk requests
    struct size_request size;   // likewise
    unsigned wanted;            // attribute requests: set of enum attribute
    const char *text;           // RPC: the answer, a literal
    int qos;                    // of the request
    char topic[API_TOPIC_SIZE]; // of the answer
};

struct session;

struct device {
    int64_t id;
    const struct catalog_device *entry; // in the current catalog; NULL: the device was removed
    struct session *session;            // current, NULL without
    struct db_pin pin;                  // as it is, or as it will be when is_committing ends
    struct db_pin stored_pin;           // as it is in the database
    bool is_committing;                 // a pin is on its way to the disk: answers wait for it
    struct progress progress;           // under this pin
    struct budget budget;               // of all answers
    struct budget qos_1;                // of those with QoS 1
    struct request waiting[DEVICE_WAITING_MAX]; // oldest first
    unsigned waiting_count;
    struct db_counters unsaved; // since the last JOB_COUNT
    int64_t record_window_ms;   // when the present window for records began
    unsigned record_count;      // records of reports and events in it
    bool is_dirty;              // in the gateway's list of devices with unsaved counters
    bool is_queued;             // in the gateway's list of devices with waiting requests
    bool wants_push;            // the offer changed or the device has just subscribed
};

struct session_filter {
    char text[SESSION_FILTER_SIZE];
    int qos;
};

struct session {
    uint64_t client; // the broker's pointer as a number: pointers are used again
    char *client_id;
    struct device *device;
    bool is_persistent; // the broker keeps queue and subscriptions after the connection
    bool wants_close;   // superseded or no longer a device: closed at the next tick
    bool takes_pushes;  // has subscribed to attribute pushes
    struct session_filter filters[SESSION_FILTERS_MAX];
    unsigned filter_count;
};

void session_subscribe(struct session *self, const char *filter, int qos);
void session_unsubscribe(struct session *self, const char *filter);
// QoS of an answer on `topic`. With a matching filter: that filter's, and for chunks (`is_chunk`) no more than the
// request's. Without one: the request's.
int session_qos(const struct session *self, const char *topic, int request_qos, bool is_chunk);

// Appends to the waiting requests. True: the oldest was dropped to make room.
bool device_wait(struct device *self, const struct request *request);
// Removes the oldest waiting request; there is one.
void device_done(struct device *self);

#endif
