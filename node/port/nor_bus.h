// SPDX-License-Identifier: Apache-2.0
// The four wires to the NOR flash, SPI mode 0, most significant bit first. Bound at link time.
#ifndef NBOTA_NODE_PORT_NOR_BUS_H
#define NBOTA_NODE_PORT_NOR_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Drives CS high, SCLK and MOSI low, MISO as input. The first thing after a reset: a floating CS keeps the chip awake.
void nor_bus_open(void);
// Leaves CS high and the others at rest, MISO analog.
void nor_bus_park(void);
void nor_bus_select(bool selected);
void nor_bus_write(const uint8_t *bytes, size_t size);
void nor_bus_read(uint8_t *bytes, size_t size);

#endif
