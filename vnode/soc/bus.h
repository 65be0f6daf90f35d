// SPDX-License-Identifier: Apache-2.0
// Which address belongs to whom, and what an access must fulfil: a clock that is on, a size the block knows, an
// alignment, a register that exists.
#ifndef NBOTA_VNODE_SOC_BUS_H
#define NBOTA_VNODE_SOC_BUS_H

#include <stdint.h>

#include "vnode/soc/rcc.h"

struct machine;

// All peripherals at their values after a reset.
void bus_reset_all(struct machine *self);
// Those whose bit is set in `bits` of the reset register that belongs to `gate`.
void bus_reset_peripherals(struct machine *self, enum rcc_gate gate, uint32_t bits);
// Bytes of the access under way.
unsigned bus_access_size(const struct machine *self);

#endif
