// SPDX-License-Identifier: Apache-2.0
// Inside of this folder: what the files of the gateway need of each other.
#ifndef NBOTA_SERVER_GATEWAY_INSIDE_H
#define NBOTA_SERVER_GATEWAY_INSIDE_H

#include "server/gateway/gateway.h"

// serve.c: answers what may be answered now; the rest stays in the device's queue and in the gateway's list.
void serve(struct gateway *self, struct device *device, struct gateway_time now);
// serve.c: the outcome of a pin's commit.
void serve_committed(struct gateway *self, struct device *device, bool is_stored);

// record.c: what the database is told. Nothing waits for it, and a device that floods is cut short.
void record_event(struct gateway *self, struct device *device, struct gateway_time now,
                  const char *format, ...) FORMAT_LIKE_PRINTF(4, 5);
void record_telemetry(struct gateway *self, struct device *device, struct gateway_time now,
                      const struct telemetry *said);
void record_pin(struct gateway *self, const struct device *device, struct gateway_time now);
// The device's counters have changed.
void record_counters(struct gateway *self, struct device *device);
// Hands the counters of all such devices over.
void record_flush(struct gateway *self, struct gateway_time now);

// access.c: what somebody without a session here gets.
enum gateway_verdict access_of_stranger(const struct gateway *self, uint64_t client);

// connect.c: closes and forgets a device's session at the next tick.
void connect_supersede(struct gateway *self, struct session *session);

// gateway.c: appends once; a device out of memory is served again at its next request.
void list_add(struct device_list *list, struct device *device);

#endif
