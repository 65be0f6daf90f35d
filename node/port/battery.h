// SPDX-License-Identifier: Apache-2.0
// Voltage of what feeds the node. Bound at link time.
#ifndef NBOTA_NODE_PORT_BATTERY_H
#define NBOTA_NODE_PORT_BATTERY_H

// Where it is to be found; bound by the composition root (wire/products.def, "supply").
enum battery_place {
    BATTERY_CELL,    // the cell is the supply of the MCU
    BATTERY_DIVIDER, // a regulator is between; a sixth of it is on PA1 (docs/products.md, "Supply")
};
extern const enum battery_place battery_place;

// In mV; 0 when the converter does not answer. Blocks < 1 ms.
unsigned battery_read_mv(void);

#endif
