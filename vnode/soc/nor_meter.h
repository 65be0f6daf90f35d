// SPDX-License-Identifier: Apache-2.0
// How long the NOR flash was in which state. Its chip select belongs to it: a floating one keeps a chip awake.
#ifndef NBOTA_VNODE_SOC_NOR_METER_H
#define NBOTA_VNODE_SOC_NOR_METER_H

#include <stdint.h>

struct machine;

enum nor_draw {
    NOR_DRAW_NOTHING, // none fitted, or no supply
    NOR_DRAW_DEEP,    // deep power-down
    NOR_DRAW_STANDBY,
    NOR_DRAW_SELECTED, // reads, takes commands
    NOR_DRAW_PROGRAM,  // writing of the status included
    NOR_DRAW_ERASE,
    NOR_DRAW_FLOATING, // awake, and nobody drives CS
    NOR_DRAWS,
};

struct nor_meter {
    uint64_t since_ns;
    uint64_t ns[NOR_DRAWS];
};

// Books the time since the last call on the state that lasted till now. Call it before a state changes, and before
// reading `ns`.
void nor_meter_book(struct machine *self);

#endif
