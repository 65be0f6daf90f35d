// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/at_parts.h"

#include "node/port/counters.h"

enum {
    SILENCE_MS = 1000, // longer than any gap inside a message (docs/modems.md: up to 200 ms)
    ENDED_MS = 300,    // a quote and a line's end with silence behind them are the message's end
};

// ---- what every body needs ----

void at_open_mail(struct at *self, struct span topic)
{
    self->dropping = !mailbox_begin(&self->mailbox, topic, self->kept);
    if (self->dropping) {
        counter_add(COUNTER_MODEM_LOST);
    }
}

void at_break_off(struct at *self)
{
    counter_add(COUNTER_MODEM_BROKEN);
    self->state = AT_IN_LINE;
    self->length = 0;
    self->quotes = 0;
    mailbox_abandon(&self->mailbox);
}

void at_keep(struct at *self, uint8_t byte)
{
    if (!self->dropping && self->kept > 0) {
        self->kept--;
        mailbox_put(&self->mailbox, byte);
    }
}

enum at_event at_end_message(struct at *self)
{
    self->state = AT_IN_LINE;
    self->length = 0;
    self->quotes = 0;
    if (self->dropping) {
        return AT_NOTHING;
    }
    mailbox_end(&self->mailbox);
    return AT_MESSAGE;
}

// ---- a body whose length stands in its header ----

static uint16_t kept_of(const struct at *self)
{
    return self->remaining < MODEM_PAYLOAD_MAX ? (uint16_t)self->remaining : MODEM_PAYLOAD_MAX;
}

static void begin_counted(struct at *self, struct span topic)
{
    self->kept = kept_of(self);
    if (self->kept < self->remaining) {
        counter_add(COUNTER_MODEM_CUT);
    }
    at_open_mail(self, topic);
}

void at_begin_quoted(struct at *self)
{
    struct span topic;
    bool has_length;

    if (!at_read_header(self, &topic, &has_length)) {
        counter_add(COUNTER_MODEM_BROKEN);
        return; // the rest passes as a line that nobody knows
    }
    if (has_length) {
        begin_counted(self, topic);
        self->state = self->remaining > 0 ? AT_IN_BODY : AT_AT_QUOTE;
    } else {
        at_begin_open(self, topic);
    }
    self->length = 0;
    self->quotes = 0;
}

static enum at_event feed_body(struct at *self, uint8_t byte)
{
    at_keep(self, byte);
    if (--self->remaining > 0) {
        return AT_NOTHING;
    }
    if (self->form->body == AT_BEHIND) {
        return at_end_message(self);
    }
    self->state = AT_AT_QUOTE;
    return AT_NOTHING;
}

// A quote closes the payload; anything else there means that bytes were lost on the way.
static enum at_event feed_quote(struct at *self, uint8_t byte)
{
    if (byte == '"') {
        return at_end_message(self);
    }
    at_break_off(self);
    return AT_NOTHING;
}

// ---- bytes behind their line ----

void at_begin_behind(struct at *self)
{
    begin_counted(self, at_read_code(self));
    self->length = 0;
    self->state = AT_AT_LF;
}

static enum at_event feed_lf(struct at *self, uint8_t byte)
{
    if (byte != '\n') {
        at_break_off(self);
    } else if (self->remaining == 0) {
        return at_end_message(self);
    } else {
        self->state = AT_IN_BODY;
    }
    return AT_NOTHING;
}

enum at_event at_take_bare(struct at *self)
{
    self->kept = 0;
    at_open_mail(self, at_read_code(self));
    return at_end_message(self);
}

// ---- all of them ----

enum at_event at_feed_body(struct at *self, uint8_t byte)
{
    switch (self->state) { // no table of functions: the stack's bound is computed from the calls
    case AT_IN_BODY:
        return feed_body(self, byte);
    case AT_AT_QUOTE:
        return feed_quote(self, byte);
    case AT_IN_OPEN:
        return at_feed_open(self, byte);
    case AT_IN_HEX:
        return at_feed_hex(self, byte);
    case AT_AT_END:
        return at_feed_end(self, byte);
    case AT_AT_LF:
    default:
        return feed_lf(self, byte);
    }
}

// ---- silence ----

uint32_t at_patience_ms(const struct at *self)
{
    if (self->state == AT_IN_LINE) {
        return UINT32_MAX;
    }
    return at_has_ended(self) ? ENDED_MS : SILENCE_MS;
}

enum at_event at_note_silence(struct at *self, uint32_t silent_ms)
{
    if (silent_ms < at_patience_ms(self)) {
        return AT_NOTHING;
    }
    if (at_has_ended(self)) {
        return at_end_message(self);
    }
    at_break_off(self);
    return AT_NOTHING;
}
