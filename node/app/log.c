// SPDX-License-Identifier: Apache-2.0
#include "node/app/app.h"
#include "node/app/log_ring.h"
#include "node/port/clock.h"
#include "node/port/power.h"
#include "node/port/uart.h"
#include "node/port/watchdog.h"

enum {
    LINE_SIZE = 200,
    FLUSH_MAX_MS = 1000,
};

void log_raw(struct span text)
{
    while (text.size > 0) {
        size_t sent = uart_send(UART_CONSOLE, text);
        text = span_after(text, sent);
        if (text.size > 0) {
            power_wait_for_event(10); // ten characters leave in that time
            watchdog_feed();
        }
    }
}

void log_flush(void)
{
    uint32_t begun_ms = clock_now_ms();

    while (!uart_is_idle(UART_CONSOLE) && clock_now_ms() - begun_ms < FLUSH_MAX_MS) {
        power_wait_for_event(10);
    }
}

static void print(struct span text)
{
    log_raw(text);
    log_ring_add(text);
}

static void log_one(struct span line)
{
    char prefix[16];
    struct fmt out;

    fmt_init(&out, prefix, sizeof prefix);
    fmt_add(&out, "[%lu]", (unsigned long)clock_now_ms());
    print(fmt_span(&out));
    print(line);
    print(span_of_text("\r\n"));
}

void log_lines(struct span lines)
{
    size_t begin = 0;

    for (size_t i = 0; i < lines.size; i++) {
        if (lines.data[i] == '\n') {
            log_one(span_of(lines.data + begin, i - begin));
            begin = i + 1;
        }
    }
}

void log_line(const char *format, ...)
{
    char text[LINE_SIZE];
    struct fmt out;
    va_list arguments;

    fmt_init(&out, text, sizeof text);
    va_start(arguments, format);
    fmt_add_list(&out, format, arguments);
    va_end(arguments);
    log_one(fmt_span(&out));
}
