// SPDX-License-Identifier: Apache-2.0
// Serial lines, 8N1, without flow control. Bound at link time.
#ifndef NBOTA_NODE_PORT_UART_H
#define NBOTA_NODE_PORT_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum uart_port {
    UART_CONSOLE, // 9600; receive ring of 1024 bytes, 512 bytes to send
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
// Whether received bytes were overwritten before they were taken, since the last call: everything up to the last
// uart_receive() that returned nothing is gone.
bool uart_take_loss(enum uart_port port);
// Whether characters may come at any moment. In Stop the receiver's clock starts with a start bit, which is soon enough
// at 9600; at 115200 the first character would be garbled, so while it is expected the clock stays on (about 100 µA).
void uart_expect(enum uart_port port, bool expected);
// Everything given has left the pin.
bool uart_is_idle(enum uart_port port);

#endif
