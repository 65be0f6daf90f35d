// SPDX-License-Identifier: Apache-2.0
// A body whose length nobody said: it ends with a quote and the line's end, and neither is certain, for an image holds
// both.
#include "node/driver/modem/at_parts.h"

static const char ending[] = "\"\r\n";

void at_begin_open(struct at *self, struct span topic)
{
    size_t room = mailbox_room(&self->mailbox, topic);

    self->kept = (uint16_t)(room < MODEM_PAYLOAD_MAX ? room : MODEM_PAYLOAD_MAX);
    self->remaining = 0; // counts what came
    self->ending = 0;
    at_open_mail(self, topic);
    self->state = AT_IN_OPEN;
}

// What looked like its end was none.
static void keep_ending(struct at *self)
{
    for (unsigned i = 0; i < self->ending; i++) {
        at_keep(self, (uint8_t)ending[i]);
    }
    self->remaining += self->ending;
    self->ending = 0;
}

// The next line begins with CR, so that one behind a quote and a line's end ends the message, unless its length is
// known and not reached: an image holds this sequence too.
static bool is_over(const struct at *self, uint8_t byte)
{
    bool is_long_enough = self->expected == 0 || self->remaining >= self->expected;

    return self->ending == sizeof ending - 1 && byte == '\r' && is_long_enough;
}

enum at_event at_feed_open(struct at *self, uint8_t byte)
{
    if (is_over(self, byte)) {
        return at_end_message(self);
    }
    if (self->ending < sizeof ending - 1 && byte == (uint8_t)ending[self->ending]) {
        self->ending++;
        bool is_whole = self->ending == sizeof ending - 1 && self->remaining == self->expected;
        return is_whole && self->expected > 0 ? at_end_message(self) : AT_NOTHING;
    }
    keep_ending(self);
    if (byte == (uint8_t)ending[0]) {
        self->ending = 1;
    } else {
        at_keep(self, byte);
        self->remaining++;
    }
    return AT_NOTHING;
}

bool at_has_ended(const struct at *self)
{
    return self->state == AT_IN_OPEN && self->ending == sizeof ending - 1;
}
