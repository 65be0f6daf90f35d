// SPDX-License-Identifier: Apache-2.0
// Which device a client id belongs to. An answer is addressed by client id, so an id stays its device's while the
// broker may still deliver something under it: for as long as the connection is there, until the next tick after its
// end (answers queued in the broker go out before the next CONNECT is read), and while the broker keeps the session.
#ifndef NBOTA_SERVER_GATEWAY_OWNERS_H
#define NBOTA_SERVER_GATEWAY_OWNERS_H

#include "server/gateway/map.h"

// How long the broker keeps a session without connection (persistent_client_expiration 1h), and a minute.
#define OWNERS_KEPT_MS (INT64_C(61) * 60 * 1000)

struct device;
struct owner;

struct owners { // all zero: nobody
    struct map by_id;
    struct owner *ended; // a list: connections that ended since the last tick
    int64_t swept_ms;    // when kept ones were last looked through
};

void owners_free(struct owners *self);
// NULL: free.
struct device *owners_find(const struct owners *self, const char *client_id);
// `client_id` is free or the device's own. False: out of memory.
MUST_USE bool owners_claim(struct owners *self, const char *client_id, struct device *device);
// The device's connection under `client_id` has ended and no other of its has that id. `is_kept`: the broker may keep
// the session. Nothing happens when the id is another's by now.
void owners_end(struct owners *self, const char *client_id, const struct device *device,
                bool is_kept, int64_t now_ms);
void owners_tick(struct owners *self, int64_t now_ms);

#endif
