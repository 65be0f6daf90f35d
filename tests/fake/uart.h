// SPDX-License-Identifier: Apache-2.0
// Serial lines whose other end is the test.
#ifndef NBOTA_TESTS_FAKE_UART_H
#define NBOTA_TESTS_FAKE_UART_H

#include "node/port/uart.h"

void fake_uart_reset(void);
// Bytes that arrive at the node.
void fake_uart_say(enum uart_port port, struct span bytes);
void fake_uart_say_text(enum uart_port port, const char *text);
// What the node has sent since the last call, terminated; valid until the next send.
const char *fake_uart_heard(enum uart_port port);
// What uart_expect() last said.
bool fake_uart_is_expected(enum uart_port port);
// The next uart_take_error() says that a byte was damaged.
void fake_uart_damage(enum uart_port port);
// What has arrived and was not taken is gone.
void fake_uart_lose(enum uart_port port);

#endif
