// SPDX-License-Identifier: Apache-2.0
// Programming of the MCU's own flash (RM0376 section 3.3.4). Bound at link time. Reading is a plain load.
#ifndef NBOTA_NODE_PORT_FLASH_H
#define NBOTA_NODE_PORT_FLASH_H

#include <stdint.h>

#include "base/status.h"

enum {
    FLASH_PAGE_SIZE = 128, // smallest erase; erased bytes read 00
    FLASH_HALF_PAGE_SIZE = 64,
};

void flash_unlock(void);
void flash_lock(void);

// Both run from RAM with interrupts off, block 3.2 ms (3.94 ms at most) and need flash_unlock() before.
// STATUS_IO when the controller reports an error.
// `address` is page-aligned.
enum status flash_erase_page(uint32_t address);
// `address` is half-page-aligned and its 64 bytes are erased.
enum status flash_program_half_page(uint32_t address, const uint32_t words[16]);

#endif
