// SPDX-License-Identifier: Apache-2.0
// The serial line: what the module says, and the command line that comes in. Private to the module.
#ifndef NBOTA_VNODE_CHIP_BC660K_LINE_H
#define NBOTA_VNODE_CHIP_BC660K_LINE_H

#include "vnode/chip/bc660k.h"

void line_put(struct modem *self, struct span bytes);
// CR LF text CR LF. An URC in data mode is lost.
void line_say(struct modem *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
// The same `delay_ns` from now.
void line_say_later(struct modem *self, uint64_t delay_ns, const char *format, ...)
    FORMAT_LIKE_PRINTF(3, 4);
void line_on_later(struct modem *self);
void line_clear(struct modem *self);
void line_take(struct modem *self, uint8_t byte);
uint64_t line_next_ns(const struct modem *self);

#endif
