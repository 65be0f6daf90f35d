// SPDX-License-Identifier: Apache-2.0
// Which chip this is, and whether it can do what the firmware asks of it.
#ifndef NBOTA_NODE_DRIVER_NOR_IDENTIFY_H
#define NBOTA_NODE_DRIVER_NOR_IDENTIFY_H

#include <stdint.h>

// The three bytes of the JEDEC id, maker in bits 23..16. The chip is awake and ready.
uint32_t nor_read_id(void);
// Capacity in bytes of a chip that fits: known by its id, or by its own SFDP table when that promises 4 KB and 64 KB
// erase with the usual opcodes, 256-byte pages and 3-byte addresses. 0 for any other.
uint32_t nor_capacity(uint32_t id);

#endif
