// SPDX-License-Identifier: Apache-2.0
// Time since the reset. Bound at link time.
#ifndef NBOTA_NODE_PORT_CLOCK_H
#define NBOTA_NODE_PORT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

// Milliseconds since the reset, sleep and Stop included; never goes back, wraps after 49.7 days, so compare by
// difference.
uint32_t clock_now_ms(void);
// The 32,768 Hz crystal keeps the time, within some 20 ppm. False while it starts, up to 2 s, and on a board where it does
// not: then the LSI does, and a millisecond may last 0.66 to 1.42 of them.
bool clock_is_exact(void);
// Waits without sleeping; for pauses of chips, at most some milliseconds.
void clock_wait_us(uint32_t duration_us);

#endif
