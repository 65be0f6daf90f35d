// SPDX-License-Identifier: Apache-2.0
#ifndef NBOTA_NODE_STM32L0_EDGES_H
#define NBOTA_NODE_STM32L0_EDGES_H

#include <stdint.h>

// Bit n: an edge came on line n since the last call.
uint16_t edges_take(void);

#endif
