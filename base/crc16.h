// SPDX-License-Identifier: Apache-2.0
// CRC-16 of Modbus (serial line guide V1.02, section 6.2.2): reflected polynomial A001, init FFFF, no final XOR, low byte
// first on the line. Check value of "123456789": 4B37.
#ifndef NBOTA_BASE_CRC16_H
#define NBOTA_BASE_CRC16_H

#include <stdint.h>

#include "base/span.h"

uint16_t crc16_modbus(struct span bytes);

#endif
