// SPDX-License-Identifier: Apache-2.0
// What the sources of at.h share: at.c cuts lines, at_header.c reads what announces a message, at_body.c takes its bytes.
#ifndef NBOTA_NODE_DRIVER_MODEM_AT_PARTS_H
#define NBOTA_NODE_DRIVER_MODEM_AT_PARTS_H

#include "node/driver/modem/at.h"

// ---- at_header.c ----
struct span at_line(const struct at *self); // so far
// The form of the message that the line announces; NULL = none.
const struct at_form *at_find_form(const struct at *self);
// Puts the last field of the line into self->remaining; false when it is no number.
bool at_read_length(struct at *self);
// The line up to and with the quote that opens the payload; false when it is not understood.
bool at_read_header(struct at *self, struct span *topic, bool *has_length);

// ---- at_body.c ----
// The quote that opens a text was read.
void at_begin_quoted(struct at *self);
void at_begin_hex(struct at *self);
// The line whose end announces bytes was read up to its CR; self->remaining is set.
void at_begin_behind(struct at *self);
// Every state but AT_IN_LINE.
enum at_event at_feed_body(struct at *self, uint8_t byte);

#endif
