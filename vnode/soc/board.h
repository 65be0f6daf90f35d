// SPDX-License-Identifier: Apache-2.0
// Which pin of the MCU goes to which part of the board (docs/memory.md, pins).
#ifndef NBOTA_VNODE_SOC_BOARD_H
#define NBOTA_VNODE_SOC_BOARD_H

#include <stdint.h>

struct machine;

// Per enum gpio_port: lines that keep their level when nothing drives them, and lines that rest high.
extern const uint16_t board_held[];
extern const uint16_t board_idle[];

// `level` is the port's outputs now, `changed` what differs from before.
void board_pins_changed(struct machine *self, unsigned port, uint16_t level, uint16_t changed);
// Levels that the parts put on the port's inputs, over what was set from outside.
uint32_t board_inputs(const struct machine *self, unsigned port, uint16_t external);

#endif
