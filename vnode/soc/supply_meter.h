// SPDX-License-Identifier: Apache-2.0
// How long the switched 5 V supply of external sensors was on: PB5 driven low.
#ifndef NBOTA_VNODE_SOC_SUPPLY_METER_H
#define NBOTA_VNODE_SOC_SUPPLY_METER_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct supply_meter {
    bool on; // since `since_ns`
    uint64_t since_ns;
    uint64_t on_ns;
};

// Books the time since the last call and looks at the pin again. Call it after the pin may have changed, and before
// reading `on_ns`.
void supply_meter_look(struct machine *self);

#endif
