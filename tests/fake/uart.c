// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/uart.h"

#include "base/contract.h"

enum { LINES = 2, ARRIVING_MAX = 8192, SENT_MAX = 1 << 20 };

static struct {
    uint8_t arriving[ARRIVING_MAX];
    size_t first;
    size_t end;
    char sent[SENT_MAX];
    size_t sent_size;
    bool heard; // what was sent was handed out
    bool damaged;
    bool lost;
    bool expected;
} lines[LINES];

void fake_uart_reset(void)
{
    memset(lines, 0, sizeof lines);
}

void uart_expect(enum uart_port port, bool expected)
{
    lines[port].expected = expected;
}

bool fake_uart_is_expected(enum uart_port port)
{
    return lines[port].expected;
}

void fake_uart_say(enum uart_port port, struct span bytes)
{
    if (lines[port].first == lines[port].end) {
        lines[port].first = lines[port].end = 0;
    }
    CONTRACT(lines[port].end + bytes.size <= ARRIVING_MAX);
    for (size_t i = 0; i < bytes.size; i++) { // an empty span may point nowhere
        lines[port].arriving[lines[port].end++] = bytes.data[i];
    }
}

void fake_uart_say_text(enum uart_port port, const char *text)
{
    fake_uart_say(port, span_of_text(text));
}

const char *fake_uart_heard(enum uart_port port)
{
    if (lines[port].heard) {
        lines[port].sent_size = 0; // nothing new
    }
    lines[port].sent[lines[port].sent_size] = '\0';
    lines[port].heard = true;
    return lines[port].sent;
}

void fake_uart_damage(enum uart_port port)
{
    lines[port].damaged = true;
}

void fake_uart_lose(enum uart_port port)
{
    lines[port].first = lines[port].end;
    lines[port].lost = true;
}

void uart_open(enum uart_port port, uint32_t baud)
{
    (void)baud;
    lines[port].first = lines[port].end = 0;
}

size_t uart_send(enum uart_port port, struct span bytes)
{
    if (lines[port].heard) {
        lines[port].heard = false;
        lines[port].sent_size = 0;
    }
    CONTRACT(lines[port].sent_size + bytes.size < SENT_MAX);
    memcpy(lines[port].sent + lines[port].sent_size, bytes.data, bytes.size);
    lines[port].sent_size += bytes.size;
    return bytes.size;
}

size_t uart_receive(enum uart_port port, uint8_t *buffer, size_t capacity)
{
    size_t count = lines[port].end - lines[port].first;

    count = count < capacity ? count : capacity;
    memcpy(buffer, lines[port].arriving + lines[port].first, count);
    lines[port].first += count;
    return count;
}

bool uart_take_error(enum uart_port port)
{
    bool damaged = lines[port].damaged;

    lines[port].damaged = false;
    return damaged;
}

bool uart_take_loss(enum uart_port port)
{
    bool lost = lines[port].lost;

    lines[port].lost = false;
    return lost;
}

bool uart_is_idle(enum uart_port port)
{
    (void)port;
    return true;
}
