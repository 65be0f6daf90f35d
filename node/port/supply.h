// SPDX-License-Identifier: Apache-2.0
// The switched 5 V supply of external sensors. Bound at link time.
#ifndef NBOTA_NODE_PORT_SUPPLY_H
#define NBOTA_NODE_PORT_SUPPLY_H

#include <stdbool.h>

// PB5 is driven, low for on (docs/memory.md, "Board"). Until the first call the pin floats: call it early.
void supply_5v(bool on);

#endif
