// SPDX-License-Identifier: Apache-2.0
// The last kilobyte of what the log printed. It survives a reset, not a power-off.
#ifndef NBOTA_NODE_APP_LOG_RING_H
#define NBOTA_NODE_APP_LOG_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

// Positions count bytes since the log began; they wrap, so compare them by difference. What lies before the begin is
// overwritten or cleared.
uint32_t log_ring_begin(void);
uint32_t log_ring_end(void);

void log_ring_add(struct span text);
// Copies from `position` on what there is, at most `capacity` bytes; returns how many. A position before the begin
// counts as the begin: `*position` is moved to what was read first.
size_t log_ring_read(uint32_t *position, char *buffer, size_t capacity);
void log_ring_clear(void);

// AT+GETLOG=1: the next data session is to send the log. Whoever sent it says so.
void log_uplink_request(void);
bool log_uplink_is_wanted(void);
void log_uplink_done(void);

#endif
