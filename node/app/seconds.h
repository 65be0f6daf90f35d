// SPDX-License-Identifier: Apache-2.0
// Time in seconds: since the reset, and of the world once a network has said it. The clock in milliseconds wraps after
// 49 days, so one of these has to be called more often than that; the loop does.
#ifndef NBOTA_NODE_APP_SECONDS_H
#define NBOTA_NODE_APP_SECONDS_H

#include <stdint.h>

uint32_t seconds_since_reset(uint32_t now_ms);
// Of the present second, ms that had passed at the last of these calls.
uint32_t seconds_rest_ms(void);

// It was `unix_s` (seconds since 1970 UTC) when the clock showed `read_ms`, which is not long ago.
void seconds_set_utc(uint32_t unix_s, uint32_t read_ms, uint32_t now_ms);
// Seconds since 1970 UTC; 0 while unknown.
uint32_t seconds_utc(uint32_t now_ms);

#endif
