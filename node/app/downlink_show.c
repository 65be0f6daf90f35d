// SPDX-License-Identifier: Apache-2.0
// A downlink on the console, without the passwords in it: the log is there for everybody, at the console before it is
// unlocked and at the data server.
#include "node/app/app.h"
#include "node/app/downlink.h"
#include "node/app/values.h"
#include "node/core/masking.h"
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

// The next bytes, at most SHOWN_MAX: text as it is; raw bytes in hex, for they would not show on a terminal.
static struct span read_piece(struct masking *payload, bool as_text, char text[2 * SHOWN_MAX + 1])
{
    struct fmt out;
    uint8_t byte;

    fmt_init(&out, text, 2 * SHOWN_MAX + 1);
    for (unsigned i = 0; i < SHOWN_MAX && masking_next(payload, &byte); i++) {
        fmt_add(&out, as_text ? "%c" : "%02X", (unsigned)byte);
    }
    return fmt_span(&out);
}

static void show_beginning(struct span payload)
{
    char text[2 * SHOWN_MAX + 1];
    struct masking shown = {.rest = payload};
    uint8_t byte;

    (void)read_piece(&shown, is_text(payload), text);
    log_line("Received downlink data:%s%s", text, masking_next(&shown, &byte) ? "..." : "");
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
    struct masking shown = {.rest = payload};
    struct span piece;

    log_raw(span_of_text("Debug downlink data:"));
    while ((piece = read_piece(&shown, as_text, text)).size > 0) {
        log_raw(piece);
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
