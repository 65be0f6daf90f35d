// SPDX-License-Identifier: Apache-2.0
// A body of hex digits: the last text in quotes of its line.
#include "node/driver/modem/at_parts.h"

#include "node/port/counters.h"

static int digit_of(uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEFabcdef";
    const char *found = byte == '\0' ? NULL : memchr(digits, byte, sizeof digits - 1);

    if (found == NULL) {
        return -1;
    }
    int place = (int)(found - digits);
    return place < 16 ? place : place - 6;
}

// Whether it is the last text of its line shows at its end.
void at_begin_hex(struct at *self)
{
    size_t room = mailbox_room(&self->mailbox, span_of(NULL, 0));

    self->kept = (uint16_t)(room < MODEM_PAYLOAD_MAX ? room : MODEM_PAYLOAD_MAX);
    self->digit = 0;
    self->dropping = !mailbox_begin(&self->mailbox, span_of(NULL, 0), self->kept);
    self->state = AT_IN_HEX;
}

// It was another text: on to the next.
static void leave_hex(struct at *self)
{
    mailbox_abandon(&self->mailbox);
    self->state = AT_IN_LINE;
}

enum at_event at_feed_hex(struct at *self, uint8_t byte)
{
    int digit = digit_of(byte);

    if (byte == '"' && self->digit == 0) {
        self->quotes++;
        self->state = AT_AT_END;
    } else if (byte == '"' || byte == '\r') {
        at_break_off(self);
    } else if (digit < 0) {
        leave_hex(self);
    } else if (self->digit == 0) {
        self->digit = (uint8_t)(16 + digit);
    } else {
        if (self->kept == 0 && !self->dropping) {
            self->dropping = true;
            counter_add(COUNTER_MODEM_LOST);
        }
        at_keep(self, (uint8_t)((self->digit & 15) << 4 | digit));
        self->digit = 0;
    }
    return AT_NOTHING;
}

enum at_event at_feed_end(struct at *self, uint8_t byte)
{
    if (byte == '\r') {
        return at_end_message(self);
    }
    leave_hex(self);
    return AT_NOTHING;
}
