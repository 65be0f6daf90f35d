// SPDX-License-Identifier: Apache-2.0
#include "node/app/content.h"

#include "node/app/app.h"
#include "node/app/datalog.h"
#include "node/app/outbox.h"
#include "node/app/payload.h"
#include "node/store/history.h"
#include "wire/downlink.h"

static struct {
    struct protocol protocol;
    bool has_measured; // in this session
    bool has_last;     // `measurement` has been given out
    uint8_t unsent;    // rows of the data log in the data that were never sent before
    struct measurement measurement;
    char text[PAYLOAD_SIZE];
} content;

void content_begin(struct protocol protocol)
{
    content.protocol = protocol;
    content.has_measured = false;
    content.unsent = 0;
}

static void measure_once(void)
{
    if (!content.has_measured) {
        payload_measure(&content.measurement);
        content.has_measured = true;
        log_line("remaining battery =%u mv", (unsigned)content.measurement.battery_mv);
    }
}

struct span content_data(void)
{
    struct fmt out;

    measure_once();
    content.has_last = true;
    fmt_init(&out, content.text, sizeof content.text);
    content.unsent =
        (uint8_t)payload_add_with_history(content.protocol, &content.measurement, &out);
    return payload_on_wire(content.protocol, &out);
}

bool content_waiting(struct span *message)
{
    struct fmt out;

    fmt_init(&out, content.text, sizeof content.text);
    bool waits = outbox_next(&out);
    *message = fmt_span(&out);
    return waits;
}

bool content_sent(void)
{
    struct span next;

    outbox_sent();
    return content_waiting(&next);
}

void content_end(bool delivered)
{
    if (delivered) {
        (void)history_mark_sent(content.unsent); // a row that stays marked is sent twice
    } else {
        measure_once();
        datalog_keep_unsent(&content.measurement);
    }
}

char *content_buffer(void)
{
    _Static_assert(sizeof content.text >= DOWNLINK_MAX, "a list is decoded there");
    return content.text;
}

bool content_add_last(struct fmt *out)
{
    if (content.has_last) {
        payload_add(content.protocol, &content.measurement, out);
    }
    return content.has_last;
}
