// SPDX-License-Identifier: Apache-2.0
// Which pin of the MCU goes to which part of the board (docs/memory.md, "Board").
#ifndef NBOTA_VNODE_SOC_BOARD_H
#define NBOTA_VNODE_SOC_BOARD_H

#include <stdint.h>

struct machine;

enum { BOARD_DIVIDER = 6 }; // of rechargeable cells, to PA1

// Per enum gpio_port: lines that keep their level when nothing drives them.
extern const uint16_t board_held[];
// Lines of `port` that rest high when nothing drives them.
uint16_t board_idle(const struct machine *self, unsigned port);

// The directions of the port's pins are about to change.
void board_directions_change(struct machine *self, unsigned port);
// …and have changed.
void board_directions_changed(struct machine *self, unsigned port);
// `level` is the port's outputs now, `changed` what differs from before.
void board_pins_changed(struct machine *self, unsigned port, uint16_t level, uint16_t changed);
// The register at `offset`, which says what the port's pins are with `bits` (1, 2 or 4) for each from `first_pin` on,
// gets another value.
void board_pins_set_up(struct machine *self, unsigned port, uint32_t offset, uint32_t before,
                       uint32_t value, unsigned first_pin, unsigned bits);
// Levels that the parts put on the port's inputs, over what was set from outside.
uint32_t board_inputs(const struct machine *self, unsigned port, uint16_t external);

#endif
