// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/at_parts.h"

#include "node/port/counters.h"

enum {
    SILENCE_MS = 1000, // longer than any gap inside a message (docs/modems.md: up to 200 ms)
    ENDED_MS = 300,    // a quote and a line's end with silence behind them are the message's end
};

static const char ending[] = "\"\r\n";

// ---- beginnings and ends ----

static uint16_t kept_of(const struct at *self)
{
    return self->remaining < MODEM_PAYLOAD_MAX ? (uint16_t)self->remaining : MODEM_PAYLOAD_MAX;
}

static void open_mail(struct at *self, struct span topic)
{
    self->dropping = !mailbox_begin(&self->mailbox, topic, self->kept);
    if (self->dropping) {
        counter_add(COUNTER_MODEM_LOST);
    }
}

static void begin_counted(struct at *self, struct span topic)
{
    self->kept = kept_of(self);
    if (self->kept < self->remaining) {
        counter_add(COUNTER_MODEM_CUT);
    }
    open_mail(self, topic);
}

static void break_off(struct at *self)
{
    counter_add(COUNTER_MODEM_BROKEN);
    self->state = AT_IN_LINE;
    self->length = 0;
    self->quotes = 0;
    mailbox_abandon(&self->mailbox);
}

static void begin_open(struct at *self, struct span topic)
{
    size_t room = mailbox_room(&self->mailbox, topic);

    self->kept = (uint16_t)(room < MODEM_PAYLOAD_MAX ? room : MODEM_PAYLOAD_MAX);
    self->remaining = 0; // counts what came
    self->ending = 0;
    open_mail(self, topic);
    self->state = AT_IN_OPEN;
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
        begin_open(self, topic);
    }
    self->length = 0;
    self->quotes = 0;
}

static void keep(struct at *self, uint8_t byte)
{
    if (!self->dropping && self->kept > 0) {
        self->kept--;
        mailbox_put(&self->mailbox, byte);
    }
}

static enum at_event end_message(struct at *self)
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

static enum at_event feed_body(struct at *self, uint8_t byte)
{
    keep(self, byte);
    if (--self->remaining > 0) {
        return AT_NOTHING;
    }
    if (self->form->body == AT_BEHIND) {
        return end_message(self);
    }
    self->state = AT_AT_QUOTE;
    return AT_NOTHING;
}

// A quote closes the payload; anything else there means that bytes were lost on the way.
static enum at_event feed_quote(struct at *self, uint8_t byte)
{
    if (byte == '"') {
        return end_message(self);
    }
    break_off(self);
    return AT_NOTHING;
}

// ---- a body whose length nobody said ----

// What looked like its end was none.
static void keep_ending(struct at *self)
{
    for (unsigned i = 0; i < self->ending; i++) {
        keep(self, (uint8_t)ending[i]);
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

static enum at_event feed_open(struct at *self, uint8_t byte)
{
    if (is_over(self, byte)) {
        return end_message(self);
    }
    if (self->ending < sizeof ending - 1 && byte == (uint8_t)ending[self->ending]) {
        self->ending++;
        bool is_whole = self->ending == sizeof ending - 1 && self->remaining == self->expected;
        return is_whole && self->expected > 0 ? end_message(self) : AT_NOTHING;
    }
    keep_ending(self);
    if (byte == (uint8_t)ending[0]) {
        self->ending = 1;
    } else {
        keep(self, byte);
        self->remaining++;
    }
    return AT_NOTHING;
}

// ---- hex digits ----

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

static enum at_event feed_hex(struct at *self, uint8_t byte)
{
    int digit = digit_of(byte);

    if (byte == '"' && self->digit == 0) {
        self->quotes++;
        self->state = AT_AT_END;
    } else if (byte == '"' || byte == '\r') {
        break_off(self);
    } else if (digit < 0) {
        leave_hex(self);
    } else if (self->digit == 0) {
        self->digit = (uint8_t)(16 + digit);
    } else {
        if (self->kept == 0 && !self->dropping) {
            self->dropping = true;
            counter_add(COUNTER_MODEM_LOST);
        }
        keep(self, (uint8_t)((self->digit & 15) << 4 | digit));
        self->digit = 0;
    }
    return AT_NOTHING;
}

static enum at_event feed_end(struct at *self, uint8_t byte)
{
    if (byte == '\r') {
        return end_message(self);
    }
    leave_hex(self);
    return AT_NOTHING;
}

// ---- bytes behind their line ----

void at_begin_behind(struct at *self)
{
    begin_counted(self, span_of(NULL, 0));
    self->length = 0;
    self->state = AT_AT_LF;
}

static enum at_event feed_lf(struct at *self, uint8_t byte)
{
    if (byte != '\n') {
        break_off(self);
    } else if (self->remaining == 0) {
        return end_message(self);
    } else {
        self->state = AT_IN_BODY;
    }
    return AT_NOTHING;
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
        return feed_open(self, byte);
    case AT_IN_HEX:
        return feed_hex(self, byte);
    case AT_AT_END:
        return feed_end(self, byte);
    case AT_AT_LF:
    default:
        return feed_lf(self, byte);
    }
}

// ---- silence ----

static bool has_ended(const struct at *self)
{
    return self->state == AT_IN_OPEN && self->ending == sizeof ending - 1;
}

uint32_t at_patience_ms(const struct at *self)
{
    if (self->state == AT_IN_LINE) {
        return UINT32_MAX;
    }
    return has_ended(self) ? ENDED_MS : SILENCE_MS;
}

enum at_event at_note_silence(struct at *self, uint32_t silent_ms)
{
    if (silent_ms < at_patience_ms(self)) {
        return AT_NOTHING;
    }
    if (has_ended(self)) {
        return end_message(self);
    }
    break_off(self);
    return AT_NOTHING;
}
