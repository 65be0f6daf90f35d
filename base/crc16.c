// SPDX-License-Identifier: Apache-2.0
// Bit by bit: some dozen bytes a measurement need no table.
#include "base/crc16.h"

uint16_t crc16_modbus(struct span bytes)
{
    unsigned crc = 0xFFFF;

    for (size_t i = 0; i < bytes.size; i++) {
        crc ^= bytes.data[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
        }
    }
    return (uint16_t)crc;
}
