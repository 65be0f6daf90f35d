// SPDX-License-Identifier: Apache-2.0
// Cuts what a modem says into lines and messages. A message is framed by the length in its header, never by a
// quote or a line end inside its payload: an image holds every byte sequence there is.
#ifndef NBOTA_NODE_DRIVER_MODEM_AT_H
#define NBOTA_NODE_DRIVER_MODEM_AT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "node/port/modem.h"

enum {
    AT_LINE_MAX = 256, // longest line that is understood; a longer one is cut
    AT_TOPIC_MAX = 128,
};

enum at_event {
    AT_NOTHING,
    AT_LINE,    // self->line holds a complete line without its end
    AT_MESSAGE, // a message was put into the mailbox
};

// Counters of what went wrong on the line.
struct at_counters {
    uint32_t long_lines;      // cut at AT_LINE_MAX
    uint32_t lost_messages;   // arrived while the mailbox was full
    uint32_t broken_messages; // header not understood or larger than MODEM_PAYLOAD_MAX
};

struct at {
    char line[AT_LINE_MAX + 1];
    uint16_t length;
    uint8_t quotes;     // quotes in a message header so far
    bool in_payload;    // the next bytes are payload
    bool dropping;      // …of a message that is not kept
    uint32_t remaining; // payload bytes to come

    bool mailbox_full;
    char topic[AT_TOPIC_MAX + 1];
    uint8_t payload[MODEM_PAYLOAD_MAX];
    uint16_t payload_size;
    struct at_counters counters;
};

void at_reset(struct at *self);
// Takes one byte.
enum at_event at_feed(struct at *self, uint8_t byte);
// Empties the mailbox once the message has been used.
void at_release_message(struct at *self);

#endif
