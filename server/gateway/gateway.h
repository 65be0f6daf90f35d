// SPDX-License-Identifier: Apache-2.0
// The gateway: who may come in, what they may see, and the answers. It speaks to the broker through broker.h and to
// the disk through worker.h, and runs in the broker's thread. Times are arguments: `now` in two clocks.
#ifndef NBOTA_SERVER_GATEWAY_GATEWAY_H
#define NBOTA_SERVER_GATEWAY_GATEWAY_H

#include "base/fmt.h"
#include "base/span.h"
#include "server/gateway/device.h"
#include "server/gateway/map.h"
#include "server/gateway/owners.h"
#include "server/gateway/worker.h"

struct gateway_options {
    const char *data;    // the data folder
    bool leaves_foreign; // names that are no device of ours are left to the broker's own rules
    bool is_unlimited;   // no bound on a device's output (a benchmark's wish)
};

struct gateway_time {
    int64_t steady_ms; // never goes back
    int64_t day_ms;    // since 1970 UTC
};

// Devices that want something at the next tick.
struct device_list {
    struct device **devices;
    size_t count;
    size_t capacity;
};

struct gateway { // private to server/gateway/
    struct gateway_options options;
    struct worker *worker;
    struct catalog *catalog;
    struct map sessions; // by client
    struct map devices;  // by id
    struct owners owners;
    // In a shared broker: clients that were devices. Their wills come after their end, a delayed one long after, and
    // must not be left to the broker's own rules. An entry goes when the broker uses its pointer again.
    struct map ended;
    struct device_list queued;
    struct device_list dirty;
    int64_t saved_ms;      // when counters were last handed over
    uint64_t lost_records; // events and counters the worker's queue had no room for
    bool has_closing;      // a session wants to be closed
    bool is_reloading;     // until the next tick the broker asks again for everybody it knows
};

enum gateway_verdict { GATEWAY_GRANTED, GATEWAY_REFUSED, GATEWAY_FOREIGN };

// A client as the broker shows it.
struct gateway_client {
    uint64_t client;       // its pointer as a number
    const char *client_id; // never NULL
    const char *username;  // NULL: none
    const char *address;   // may be NULL
    int protocol;          // 3: MQTT 3.1, 4: 3.1.1, 5
    bool clean;            // asked for a clean session
};

// NULL: `error` says why and what to do. On success it may hold warnings.
struct gateway *gateway_open(const struct gateway_options *options, struct gateway_time now,
                             struct fmt *error);
void gateway_close(struct gateway *self, struct gateway_time now);

// CONNECT. The access token is the user name, else the client id.
enum gateway_verdict gateway_connect(struct gateway *self, const struct gateway_client *client,
                                     struct gateway_time now);
// The broker reads its configuration again: until the next tick gateway_connect() is asked for everybody the broker
// knows, also for sessions it keeps without a connection, and says who is still welcome.
void gateway_reload(struct gateway *self);
void gateway_disconnect(struct gateway *self, uint64_t client, struct gateway_time now);

enum gateway_verdict gateway_may_read(struct gateway *self, uint64_t client, const char *topic);
enum gateway_verdict gateway_may_write(struct gateway *self, uint64_t client, const char *topic,
                                       struct gateway_time now);
// Remembers the filter when granted.
enum gateway_verdict gateway_may_subscribe(struct gateway *self, uint64_t client,
                                           const char *filter, int qos);
enum gateway_verdict gateway_may_unsubscribe(struct gateway *self, uint64_t client,
                                             const char *filter);

// A publish that gateway_may_write() has let through. GATEWAY_GRANTED: taken, nobody else needs it.
enum gateway_verdict gateway_message(struct gateway *self, uint64_t client, const char *topic,
                                     struct span payload, int qos, struct gateway_time now);
// Every turn of the broker's loop, at least ten times a second.
void gateway_tick(struct gateway *self, struct gateway_time now);

#endif
