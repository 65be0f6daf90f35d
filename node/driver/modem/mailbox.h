// SPDX-License-Identifier: Apache-2.0
// Messages that have arrived and wait for the session, oldest first. One chunk fits, and small messages beside it: a
// downlink that comes while another waits is not lost.
#ifndef NBOTA_NODE_DRIVER_MODEM_MAILBOX_H
#define NBOTA_NODE_DRIVER_MODEM_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { MAILBOX_SIZE = 1536 }; // a chunk with its topic takes 1061

// Each message: topic size u8 | payload size u16 | topic | payload. The last may still be arriving.
struct mailbox {
    uint8_t bytes[MAILBOX_SIZE];
    uint16_t complete; // bytes of whole messages
    uint16_t end;      // …and of the one that is arriving
};

void mailbox_clear(struct mailbox *self);
// Bytes of payload that a message with this topic could have now.
size_t mailbox_room(const struct mailbox *self, struct span topic);
// Begins a message of at most `payload_size` bytes; false when it has no room. `topic` ≤ 255 bytes.
bool mailbox_begin(struct mailbox *self, struct span topic, size_t payload_size);
void mailbox_put(struct mailbox *self, uint8_t byte);
void mailbox_end(struct mailbox *self);
// Forgets the message that is arriving.
void mailbox_abandon(struct mailbox *self);
// A big message may come in pieces, each with a header of its own: appends the newest whole message to the one before
// it, if both have one topic, the latter is a part, and both together are no more than MODEM_PAYLOAD_MAX.
void mailbox_join(struct mailbox *self, size_t expected);
// A JSON text that is not closed, or fewer bytes than `expected` (0 = unknown) of something else.
bool mailbox_is_part(struct span payload, size_t expected);

// The oldest whole message, borrowed until the next change; false when there is none.
bool mailbox_first(const struct mailbox *self, struct span *topic, struct span *payload);
void mailbox_drop_first(struct mailbox *self);

#endif
