// SPDX-License-Identifier: Apache-2.0
// What a product's row says is wired to its board beside modem and flash: a device on the sensor line, rechargeable cells,
// mains.
#ifndef NBOTA_VNODE_RUN_DEVICES_H
#define NBOTA_VNODE_RUN_DEVICES_H

#include "vnode/chip/modbus.h"
#include "vnode/run/board.h"
#include "wire/products.h"

struct devices {
    struct machine *machine; // borrowed
    struct modbus_device modbus;
};

// RS485: device 1 with four registers. WSC2: a weather station. POM01: mains are there. Divider: cells at 3.9 V. `self`
// is borrowed by the board from here on.
void devices_fit(struct devices *self, struct board *board, const struct product *product);

#endif
