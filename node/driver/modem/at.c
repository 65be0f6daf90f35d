// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/at.h"

#include "base/fmt.h"

static const char message_prefix[] = "+QMTRECV: ";

void at_reset(struct at *self)
{
    self->length = 0;
    self->quotes = 0;
    self->in_payload = false;
    mailbox_clear(&self->mailbox);
}

static struct span line_of(const struct at *self)
{
    return span_of(self->line, self->length);
}

static bool is_message_header(const struct at *self)
{
    return span_starts_with(line_of(self), span_of_text(message_prefix));
}

// Cuts what stands before the next `character` off `rest`; false when there is none.
static bool cut(struct span *rest, char character, struct span *before)
{
    const uint8_t *found =
        rest->size == 0 ? NULL : memchr(rest->data, (unsigned char)character, rest->size);

    if (found == NULL) {
        return false;
    }
    *before = span_of(rest->data, (size_t)(found - rest->data));
    *rest = span_after(*rest, before->size + 1);
    return true;
}

// +QMTRECV: <client>,<msgid>,"<topic>",<length>," — the last quote has just been read.
static bool read_header(struct at *self, struct span *topic)
{
    struct span rest = line_of(self);
    struct span ignored;
    struct span digits;

    return cut(&rest, '"', &ignored) && cut(&rest, '"', topic) && topic->size <= AT_TOPIC_MAX &&
           cut(&rest, ',', &ignored) && ignored.size == 0 && cut(&rest, ',', &digits) &&
           fmt_parse_u32(digits, &self->remaining) && span_equals(rest, span_of_text("\""));
}

static void begin_payload(struct at *self)
{
    struct span topic;

    self->quotes = 0;
    if (!read_header(self, &topic)) {
        self->counters.broken_messages++;
        return; // the rest passes as a line that nobody knows
    }
    self->kept = self->remaining < MODEM_PAYLOAD_MAX ? self->remaining : MODEM_PAYLOAD_MAX;
    self->counters.cut_messages += self->kept < self->remaining;
    self->dropping = !mailbox_begin(&self->mailbox, topic, self->kept);
    self->counters.lost_messages += self->dropping;
    self->in_payload = true;
    self->length = 0;
}

void at_give_up_message(struct at *self)
{
    if (self->in_payload) {
        self->in_payload = false;
        self->counters.broken_messages++;
        mailbox_abandon(&self->mailbox);
    }
}

// A quote closes the payload; anything else there means that bytes were lost on the way.
static enum at_event end_payload(struct at *self, uint8_t byte)
{
    if (byte != '"') {
        at_give_up_message(self);
        return AT_NOTHING;
    }
    self->in_payload = false;
    if (self->dropping) {
        return AT_NOTHING;
    }
    mailbox_end(&self->mailbox);
    return AT_MESSAGE;
}

static enum at_event feed_payload(struct at *self, uint8_t byte)
{
    if (self->remaining == 0) {
        return end_payload(self, byte);
    }
    self->remaining--;
    if (!self->dropping && self->kept > 0) {
        self->kept--;
        mailbox_put(&self->mailbox, byte);
    }
    return AT_NOTHING;
}

static enum at_event end_line(struct at *self)
{
    bool has_text = self->length > 0;

    self->line[self->length] = '\0';
    self->length = 0;
    self->quotes = 0;
    return has_text ? AT_LINE : AT_NOTHING;
}

enum at_event at_feed(struct at *self, uint8_t byte)
{
    if (self->in_payload) {
        return feed_payload(self, byte);
    }
    if (byte == '\r' || byte == '\n') {
        return end_line(self);
    }
    if (self->length == AT_LINE_MAX) {
        self->counters.long_lines++;
        return AT_NOTHING;
    }
    self->line[self->length++] = (char)byte;
    if (byte == '"' && is_message_header(self) && ++self->quotes == 3) {
        begin_payload(self);
    }
    return AT_NOTHING;
}
