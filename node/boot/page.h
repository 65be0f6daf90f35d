// SPDX-License-Identifier: Apache-2.0
// One page of the slot.
#ifndef NBOTA_NODE_BOOT_PAGE_H
#define NBOTA_NODE_BOOT_PAGE_H

#include <stdint.h>

#include "base/status.h"
#include "node/port/flash.h"

enum { PAGE_WORDS = FLASH_PAGE_SIZE / 4 };

// Erases and writes the page at `address` (port/flash.h); flash_unlock() comes before. Blocks 3.2 ms, 9.6 ms
// (11.8 ms at most) with two half pages that are not zero.
enum status page_write(uint32_t address, const uint32_t words[PAGE_WORDS]);

#endif
