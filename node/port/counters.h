// SPDX-License-Identifier: Apache-2.0
// Counters of everything that went wrong since power-on: they survive a reset. Bound at link time.
#ifndef NBOTA_NODE_PORT_COUNTERS_H
#define NBOTA_NODE_PORT_COUNTERS_H

#include <stdint.h>

enum counter {
#define COUNTER(name, text) COUNTER_##name,
#include "node/port/counters.def"
#undef COUNTER
    COUNTER_COUNT
};

// From the main loop and from a fault; stays at its greatest value.
void counter_add(enum counter counter);
uint32_t counter_read(enum counter counter);
void counters_clear(void);

#endif
