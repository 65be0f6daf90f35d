// SPDX-License-Identifier: Apache-2.0
// Page erase and half-page programming. Both loops, their data and their wait lie in RAM: a fetch from flash
// during the sixteen stores cancels the operation (FWWERR, RM0376 section 3.3.4).
#include "node/port/flash.h"

#include <string.h>

#include "node/stm32l0/registers.h"

#define PEKEY1  0x89ABCDEFUL
#define PEKEY2  0x02030405UL
#define PRGKEY1 0x8C9DAEBFUL
#define PRGKEY2 0x13141516UL

void flash_unlock(void)
{
    if ((FLASH_PECR & FLASH_PECR_PELOCK) != 0) {
        FLASH_PEKEYR = PEKEY1;
        FLASH_PEKEYR = PEKEY2;
    }
    if ((FLASH_PECR & FLASH_PECR_PRGLOCK) != 0) {
        FLASH_PRGKEYR = PRGKEY1;
        FLASH_PRGKEYR = PRGKEY2;
    }
}

void flash_lock(void)
{
    FLASH_PECR |= FLASH_PECR_PRGLOCK;
    FLASH_PECR |= FLASH_PECR_PELOCK;
}

// One operation: `mode` bits, `count` stores to `address`. A flag of an earlier failure would fail this one.
IN_RAM static uint32_t operate(uint32_t mode, uint32_t address, const uint32_t *words,
                               unsigned count)
{
    FLASH_SR = FLASH_SR_ERRORS;
    FLASH_PECR |= mode | FLASH_PECR_PROG;
    for (unsigned i = 0; i < count; i++) {
        REGISTER(address + 4 * i) = words[i];
    }
    while ((FLASH_SR & FLASH_SR_BSY) != 0) {
    }
    FLASH_PECR &= ~(mode | FLASH_PECR_PROG);
    return FLASH_SR & FLASH_SR_ERRORS;
}

static enum status run(uint32_t mode, uint32_t address, const uint32_t *words, unsigned count)
{
    uint32_t mask = interrupts_save();
    uint32_t errors = operate(mode, address, words, count);

    interrupts_restore(mask);
    return errors == 0 ? STATUS_OK : STATUS_IO;
}

enum status flash_erase_page(uint32_t address)
{
    uint32_t any = 0; // what is written does not matter; on the stack, that is in RAM

    return run(FLASH_PECR_ERASE, address, &any, 1);
}

enum status flash_program_half_page(uint32_t address, const uint32_t words[16])
{
    uint32_t in_ram[FLASH_HALF_PAGE_SIZE / 4]; // the caller's may lie in flash

    memcpy(in_ram, words, sizeof in_ram);
    return run(FLASH_PECR_FPRG, address, in_ram, FLASH_HALF_PAGE_SIZE / 4);
}
