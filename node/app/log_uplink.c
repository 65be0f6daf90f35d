// SPDX-License-Identifier: Apache-2.0
#include "node/app/log_uplink.h"

#include "node/app/app.h"
#include "node/app/log_ring.h"
#include "node/core/settings.h"
#include "wire/json_text.h"

enum {
    TEXT_MAX = 985, // characters of a piece (docs/protocol.md, "Log")
    READ_SIZE = 64,
};

static const char tail[] = "\"}";

static struct {
    bool begun;
    uint32_t position; // of the first byte that was not sent
    uint32_t next;     // behind the piece whose turn it is
    uint32_t end;
} uplink;

static bool is_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

// What was overwritten or cleared since cannot be sent any more.
static void begin(void)
{
    if (!uplink.begun) {
        uplink.begun = true;
        uplink.position = log_ring_begin();
        uplink.end = log_ring_end();
    }
    if (is_before(uplink.position, log_ring_begin())) {
        uplink.position = log_ring_begin();
    }
    if (is_before(uplink.end, uplink.position)) {
        uplink.end = uplink.position;
    }
}

// As much of the log as fits; moves `next` behind it.
static void add_text(struct fmt *out, size_t limit)
{
    char read[READ_SIZE];
    size_t size;
    size_t taken;

    do {
        size_t left = uplink.end - uplink.next;
        size = log_ring_read(&uplink.next, read, left < READ_SIZE ? left : READ_SIZE);
        taken = json_text_add(out, span_of(read, size), limit);
        uplink.next += (uint32_t)taken;
    } while (taken == READ_SIZE);
}

bool log_uplink_next(struct fmt *out)
{
    char deui[VALUE_SIZE];

    if (!log_uplink_is_wanted()) {
        return false;
    }
    begin();
    fmt_add(out, "{\"IMEI\":\"%s\", \"Log\": \"", value_get(SETTING_DEUI, deui));
    size_t room = out->capacity - sizeof tail;
    size_t limit = out->length + TEXT_MAX;
    uplink.next = uplink.position;
    add_text(out, limit < room ? limit : room);
    fmt_add(out, "%s", tail);
    return true;
}

void log_uplink_sent(void)
{
    uplink.position = uplink.next;
    if (uplink.position == uplink.end) {
        uplink.begun = false;
        log_uplink_done();
    }
}
