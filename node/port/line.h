// SPDX-License-Identifier: Apache-2.0
// The serial line of external sensors: RS485, half duplex, its driver turns round by itself. Bound at link time.
#ifndef NBOTA_NODE_PORT_LINE_H
#define NBOTA_NODE_PORT_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

// The numbers of AT+PARITY and AT+STOPBIT.
enum line_parity { LINE_PARITY_NONE, LINE_PARITY_ODD, LINE_PARITY_EVEN };
enum line_stop { LINE_STOP_1, LINE_STOP_1_5, LINE_STOP_2 };

struct line_format {
    uint32_t baud;  // 1200..115200, eight data bits
    uint8_t parity; // enum line_parity
    uint8_t stop;   // enum line_stop
};

void line_open(const struct line_format *format);
// Its pins take no current.
void line_close(void);

// Both need the line open and block without feeding the watchdog.
// Drops what came unasked, returns when the last bit has left: 10 ms a byte at 1200 baud.
void line_send(struct span bytes);
// Waits up to `first_ms` for a byte and up to `gap_ms` for each further one; returns how many came, `capacity` at most.
// A damaged byte is not told: the frame's own check must.
size_t line_receive(uint8_t *buffer, size_t capacity, uint32_t first_ms, uint32_t gap_ms);

#endif
