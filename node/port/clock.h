// SPDX-License-Identifier: Apache-2.0
// Time since the reset. Bound at link time.
#ifndef NBOTA_NODE_PORT_CLOCK_H
#define NBOTA_NODE_PORT_CLOCK_H

#include <stdint.h>

// Milliseconds since the reset, sleep included; wraps after 49.7 days, so compare by difference.
uint32_t clock_now_ms(void);
// Waits without sleeping; for pauses of chips, at most some milliseconds.
void clock_wait_us(uint32_t duration_us);

#endif
