// SPDX-License-Identifier: Apache-2.0
// The sensor bus, 100 kHz, 7-bit addresses. Bound at link time.
#ifndef NBOTA_NODE_PORT_I2C_H
#define NBOTA_NODE_PORT_I2C_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

// Each blocks at most 10 ms. STATUS_NOT_FOUND: nobody acknowledged; STATUS_TIMEOUT. `size` is 1..255.
enum status i2c_write(uint8_t address, const uint8_t *bytes, size_t size);
enum status i2c_read(uint8_t address, uint8_t *bytes, size_t size);

#endif
