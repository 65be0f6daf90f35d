// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/at.h"

#include "base/fmt.h"

static const char message_prefix[] = "+QMTRECV: ";

void at_reset(struct at *self)
{
    self->length = 0;
    self->quotes = 0;
    self->in_payload = false;
    self->mailbox_full = false;
}

void at_release_message(struct at *self)
{
    self->mailbox_full = false;
}

static bool is_message_header(const struct at *self)
{
    return span_starts_with(span_of(self->line, self->length), span_of_text(message_prefix));
}

// +QMTRECV: <client>,<msgid>,"<topic>",<length>," — the last quote has just been read.
static bool read_header(struct at *self)
{
    const char *open = strchr(self->line, '"');
    const char *close = strchr(open + 1, '"');
    const char *digits = close + 2;
    const char *end = self->line + self->length - 2; // the comma before the third quote
    size_t topic_size = (size_t)(close - open - 1);

    if (close[1] != ',' || end <= digits || topic_size > AT_TOPIC_MAX ||
        !fmt_parse_u32(span_of(digits, (size_t)(end - digits)), &self->remaining)) {
        return false;
    }
    if (!self->mailbox_full && self->remaining <= MODEM_PAYLOAD_MAX) {
        memcpy(self->topic, open + 1, topic_size);
        self->topic[topic_size] = '\0';
        self->payload_size = 0;
    }
    return true;
}

static void begin_payload(struct at *self)
{
    self->quotes = 0;
    if (!read_header(self)) {
        self->counters.broken_messages++;
        return; // the rest passes as a line that nobody knows
    }
    self->dropping = self->mailbox_full || self->remaining > MODEM_PAYLOAD_MAX;
    self->counters.lost_messages += self->mailbox_full;
    self->counters.broken_messages += self->remaining > MODEM_PAYLOAD_MAX;
    self->in_payload = true;
    self->length = 0;
}

// The quote and line end behind the payload are skipped as an empty line would be.
static enum at_event feed_payload(struct at *self, uint8_t byte)
{
    if (self->remaining > 0) {
        self->remaining--;
        if (!self->dropping) {
            self->payload[self->payload_size++] = byte;
        }
        return AT_NOTHING;
    }
    self->in_payload = false;
    if (self->dropping) {
        return AT_NOTHING;
    }
    self->mailbox_full = true;
    return AT_MESSAGE;
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
    self->line[self->length] = '\0';
    if (byte == '"' && is_message_header(self) && ++self->quotes == 3) {
        begin_payload(self);
    }
    return AT_NOTHING;
}
