// SPDX-License-Identifier: Apache-2.0
// Serial lines, 8N1, without flow control. Bound at link time.
#ifndef NBOTA_NODE_PORT_UART_H
#define NBOTA_NODE_PORT_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum uart_port {
    UART_CONSOLE, // 9600; ring of 512 bytes each way
    UART_MODEM,   // 115200; receive ring of 2304 bytes filled by DMA, 512 bytes to send
};

// Opens, or opens again at another rate; what was received before is dropped.
void uart_open(enum uart_port port, uint32_t baud);
// Takes what fits into the send ring and returns how much that was; never blocks.
size_t uart_send(enum uart_port port, struct span bytes);
// Takes at most `capacity` received bytes; never blocks.
size_t uart_receive(enum uart_port port, uint8_t *buffer, size_t capacity);
// Whether a received byte was damaged (framing or noise) since the last call.
bool uart_take_error(enum uart_port port);
// Everything given has left the pin.
bool uart_is_idle(enum uart_port port);

#endif
