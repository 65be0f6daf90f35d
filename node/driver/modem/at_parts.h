// SPDX-License-Identifier: Apache-2.0
// What the sources of at.h share: at.c cuts lines, at_header.c reads what announces a message, at_body.c takes its bytes,
// with at_open.c where nobody said how many and at_hex.c where they come as digits.
#ifndef NBOTA_NODE_DRIVER_MODEM_AT_PARTS_H
#define NBOTA_NODE_DRIVER_MODEM_AT_PARTS_H

#include "node/driver/modem/at.h"

// ---- at_header.c ----
struct span at_line(const struct at *self); // so far
// The form of the message that the line announces; NULL = none.
const struct at_form *at_find_form(const struct at *self);
// Puts the last field of the line into self->remaining; false when it is no number.
bool at_read_length(struct at *self);
// The field of the line that is the message's code; empty when it has none.
struct span at_read_code(const struct at *self);
// The line up to and with the quote that opens the payload; false when it is not understood.
bool at_read_header(struct at *self, struct span *topic, bool *has_length);

// ---- at_body.c ----
// The quote that opens a text was read.
void at_begin_quoted(struct at *self);
// The line whose end announces bytes was read up to its CR; self->remaining is set.
void at_begin_behind(struct at *self);
// The line is a message that has no bytes.
enum at_event at_take_bare(struct at *self);
// Every state but AT_IN_LINE.
enum at_event at_feed_body(struct at *self, uint8_t byte);
// Begins a message of self->kept bytes; one without room is dropped and counted.
void at_open_mail(struct at *self, struct span topic);
void at_keep(struct at *self, uint8_t byte);
enum at_event at_end_message(struct at *self);
// Gives the message under way up: its bytes are no message.
void at_break_off(struct at *self);

// ---- at_open.c ----
void at_begin_open(struct at *self, struct span topic);
enum at_event at_feed_open(struct at *self, uint8_t byte); // AT_IN_OPEN
// The quote and the line's end have come: with silence behind them they are the message's end.
bool at_has_ended(const struct at *self);

// ---- at_hex.c ----
// The quote that opens a text of digits was read.
void at_begin_hex(struct at *self);
enum at_event at_feed_hex(struct at *self, uint8_t byte); // AT_IN_HEX
enum at_event at_feed_end(struct at *self, uint8_t byte); // AT_AT_END

#endif
