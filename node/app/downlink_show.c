// SPDX-License-Identifier: Apache-2.0
// A downlink on the console.
#include "node/app/app.h"
#include "node/app/downlink.h"
#include "node/app/values.h"
#include "node/core/settings.h"

enum { SHOWN_MAX = 64 }; // bytes in one go

static bool is_text(struct span payload)
{
    for (size_t i = 0; i < payload.size; i++) {
        if (payload.data[i] < ' ' || payload.data[i] > '~') {
            return false;
        }
    }
    return true;
}

static struct span cut(struct span payload)
{
    return span_of(payload.data, payload.size < SHOWN_MAX ? payload.size : SHOWN_MAX);
}

// Text as it is; raw bytes in hex, for they would not show on a terminal.
static void add_bytes(struct fmt *out, struct span bytes, bool as_text)
{
    if (as_text) {
        fmt_add_bytes(out, bytes);
        return;
    }
    for (size_t i = 0; i < bytes.size; i++) {
        fmt_add(out, "%02X", (unsigned)bytes.data[i]);
    }
}

// The beginning only: a list may end with a password, and the log is there for everybody.
static void show_beginning(struct span payload)
{
    char text[2 * SHOWN_MAX + 1];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    add_bytes(&out, cut(payload), is_text(payload));
    log_line("Received downlink data:%s%s", text, payload.size > SHOWN_MAX ? "..." : "");
}

static bool is_debugged(void)
{
    char value[VALUE_SIZE];

    return strcmp(value_get(SETTING_DOWNTE, value) + 1, ",1") == 0;
}

static void show_all(struct span payload)
{
    bool as_text = is_text(payload);
    char text[2 * SHOWN_MAX + 1];
    struct fmt out;

    log_raw(span_of_text("Debug downlink data:"));
    while (payload.size > 0) {
        fmt_init(&out, text, sizeof text);
        add_bytes(&out, cut(payload), as_text);
        log_raw(fmt_span(&out));
        payload = span_after(payload, SHOWN_MAX);
    }
    log_raw(span_of_text("\r\n"));
}

void downlink_show(struct span payload)
{
    show_beginning(payload);
    if (is_debugged()) {
        show_all(payload);
    }
}
