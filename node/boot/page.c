// SPDX-License-Identifier: Apache-2.0
#include "node/boot/page.h"

#include <stdbool.h>

enum { HALF_WORDS = FLASH_HALF_PAGE_SIZE / 4 };

static bool is_zero(const uint32_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (words[i] != 0) {
            return false;
        }
    }
    return true;
}

// Erased flash reads zero, so a half page of zeros needs no programming.
enum status page_write(uint32_t address, const uint32_t words[PAGE_WORDS])
{
    enum status status = flash_erase_page(address);

    for (unsigned half = 0; half < 2 && status == STATUS_OK; half++) {
        const uint32_t *part = words + half * HALF_WORDS;
        if (!is_zero(part, HALF_WORDS)) {
            status = flash_program_half_page(address + half * FLASH_HALF_PAGE_SIZE, part);
        }
    }
    return status;
}
