// SPDX-License-Identifier: Apache-2.0
#include "node/port/bootloader.h"

#include "node/stm32l0/registers.h"

const struct bootloader_block *bootloader_find(void)
{
    const struct bootloader_block *block =
        (const struct bootloader_block *)(FLASH_BEGIN + BOOTLOADER_BLOCK_OFFSET);
    bool is_ours = block->magic == BOOTLOADER_MAGIC && block->format == BOOTLOADER_FORMAT;

    return is_ours ? block : NULL;
}

uint32_t bootloader_verify(const struct bootloader_block *block,
                           const struct bootloader_request *request)
{
    return block->verify(request);
}
