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
// Begins a message of at most `payload_size` bytes; false when it has no room. `topic` ≤ 255 bytes.
bool mailbox_begin(struct mailbox *self, struct span topic, size_t payload_size);
void mailbox_put(struct mailbox *self, uint8_t byte);
void mailbox_end(struct mailbox *self);
// Forgets the message that is arriving.
void mailbox_abandon(struct mailbox *self);

// The oldest whole message, borrowed until the next change; false when there is none.
bool mailbox_first(const struct mailbox *self, struct span *topic, struct span *payload);
void mailbox_drop_first(struct mailbox *self);

#endif
