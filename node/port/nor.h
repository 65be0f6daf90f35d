// SPDX-License-Identifier: Apache-2.0
// External SPI NOR flash, W25Q32 class: 4 KB sectors, 64 KB blocks, 256-byte pages, erased bytes read FF.
// Times: ZB25VQ32 and class, docs/memory.md. Implemented once, in node/driver/nor, over port/nor_bus.h.
#ifndef NBOTA_NODE_PORT_NOR_H
#define NBOTA_NODE_PORT_NOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum {
    NOR_SECTOR_SIZE = 4096,
    NOR_BLOCK_SIZE = 65536,
    NOR_PAGE_SIZE = 256,
    NOR_SIZE_MIN = 128 * 1024, // docs/memory.md, "The chip"
};

// Wakes and identifies the chip, whatever state a reset left it in. Blocks at most 4.5 s, 2 ms when
// the chip is idle; feeds the watchdog. STATUS_NOT_FOUND: no chip, or one that does not fit;
// STATUS_TIMEOUT: it stayed busy. Opening it when it is open is allowed.
enum status nor_open(void);
// Waits for the chip, puts it into deep power-down and parks the bus. Also when it was never opened.
void nor_sleep(void);

// Capacity in bytes; 0 before a successful nor_open().
uint32_t nor_size_bytes(void);

// All addresses and sizes inside the chip, else STATUS_INVALID. STATUS_IO when the chip is not open.
enum status nor_read(uint32_t address, void *buffer, size_t size);
// Any length; the bytes were erased before. Blocks 0.5 ms a page, at most 10 ms each.
enum status nor_program(uint32_t address, struct span bytes);
enum status nor_erase_sector(uint32_t address);   // aligned; 45 ms, at most 1 s
enum status nor_erase_block64k(uint32_t address); // aligned; 250 ms, at most 4 s

#endif
