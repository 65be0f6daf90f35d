// SPDX-License-Identifier: Apache-2.0
#include "node/port/bootloader.h"

#include "node/stm32l0/registers.h"

bool bootloader_is_ours(void)
{
    const volatile struct bootloader_block *block =
        (const volatile struct bootloader_block *)(FLASH_BEGIN + BOOTLOADER_BLOCK_OFFSET);

    return block->magic == BOOTLOADER_MAGIC && block->format == BOOTLOADER_FORMAT;
}
