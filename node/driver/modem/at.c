// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/at_parts.h"

#include "node/port/counters.h"

void at_reset(struct at *self, const struct at_form *forms)
{
    self->forms = forms;
    self->length = 0;
    self->quotes = 0;
    self->is_cut = false;
    self->state = AT_IN_LINE;
    self->wants_prompt = false;
    self->expected = 0;
    mailbox_clear(&self->mailbox);
}

void at_forget_messages(struct at *self)
{
    self->dropping = true; // what is still arriving of one; the next decides anew
    mailbox_clear(&self->mailbox);
}

static enum at_event end_line(struct at *self)
{
    bool has_text = self->length > 0;

    if (self->is_cut) {
        counter_add(COUNTER_MODEM_LONG_LINES);
    }
    self->is_cut = false;
    self->line[self->length] = '\0';
    self->length = 0;
    self->quotes = 0;
    return has_text ? AT_LINE : AT_NOTHING;
}

// True when the bytes of a message stand behind this line.
static bool announces(struct at *self)
{
    self->form = at_find_form(self);
    return self->form != NULL && self->form->body == AT_BEHIND && at_read_length(self);
}

static enum at_event feed_line_end(struct at *self, uint8_t byte)
{
    if (byte == '\r' && announces(self)) {
        at_begin_behind(self);
        return AT_NOTHING;
    }
    if (byte == '\r' && self->form != NULL && self->form->code != 0) {
        return at_take_bare(self);
    }
    return end_line(self);
}

static void count_quote(struct at *self)
{
    self->form = at_find_form(self); // at a later quote, as a prefix may hold some
    self->quotes++;
    if (self->form == NULL || self->quotes < self->form->quote) {
        return;
    }
    if (self->form->body == AT_QUOTED && self->quotes == self->form->quote) {
        at_begin_quoted(self);
    } else if (self->form->body == AT_HEX && self->quotes % 2 == 1) {
        at_begin_hex(self);
    }
}

static enum at_event feed_line(struct at *self, uint8_t byte)
{
    if (byte == '\r' || byte == '\n') {
        return feed_line_end(self, byte);
    }
    if (byte == '>' && self->length == 0 && self->wants_prompt) {
        self->wants_prompt = false;
        return AT_PROMPT;
    }
    if (self->length == AT_LINE_MAX) {
        self->is_cut = true;
        return AT_NOTHING;
    }
    self->line[self->length++] = (char)byte;
    if (byte == '"') {
        count_quote(self);
    }
    return AT_NOTHING;
}

enum at_event at_feed(struct at *self, uint8_t byte)
{
    return self->state == AT_IN_LINE ? feed_line(self, byte) : at_feed_body(self, byte);
}
