// SPDX-License-Identifier: Apache-2.0
// Cuts what a modem says into lines and messages. A message is framed by the length in its header, never by a
// quote or a line end inside its payload: an image holds every byte sequence there is.
#ifndef NBOTA_NODE_DRIVER_MODEM_AT_H
#define NBOTA_NODE_DRIVER_MODEM_AT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "node/driver/modem/mailbox.h"
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
    uint32_t long_lines;      // bytes cut behind AT_LINE_MAX
    uint32_t lost_messages;   // had no room in the mailbox
    uint32_t broken_messages; // header not understood, or bytes missing
    uint32_t cut_messages;    // longer than MODEM_PAYLOAD_MAX: only their beginning was kept
};

struct at {
    char line[AT_LINE_MAX + 1];
    uint16_t length;
    uint8_t quotes;     // quotes in a message header so far
    bool in_payload;    // the next bytes are payload
    bool dropping;      // …of a message that is not kept
    uint32_t remaining; // payload bytes to come
    uint32_t kept;      // …of which as many are kept

    struct mailbox mailbox;
    struct at_counters counters;
};

// Forgets everything but the counters.
void at_reset(struct at *self);
// Takes one byte.
enum at_event at_feed(struct at *self, uint8_t byte);
// The line has been silent for long: a message that still lacks bytes will not get them any more.
void at_give_up_message(struct at *self);

#endif
