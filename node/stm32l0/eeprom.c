// SPDX-License-Identifier: Apache-2.0
#include "node/port/eeprom.h"

#include <stdbool.h>
#include <string.h>

#include "node/port/counters.h"
#include "node/stm32l0/registers.h"

#define EEPROM_BASE 0x08080000UL
#define PEKEY1      0x89ABCDEFUL
#define PEKEY2      0x02030405UL

void eeprom_read(uint32_t offset, void *buffer, size_t size)
{
    memcpy(buffer, (const void *)(EEPROM_BASE + offset), size);
}

enum status eeprom_write_word(uint32_t offset, uint32_t word)
{
    bool was_locked = (FLASH_PECR & FLASH_PECR_PELOCK) != 0;

    if (was_locked) {
        FLASH_PEKEYR = PEKEY1;
        FLASH_PEKEYR = PEKEY2;
    }
    FLASH_SR = FLASH_SR_ERRORS;
    REGISTER(EEPROM_BASE + offset) = word;
    while ((FLASH_SR & FLASH_SR_BSY) != 0) {
    }
    uint32_t errors = FLASH_SR & FLASH_SR_ERRORS;
    if (was_locked) {
        FLASH_PECR |= FLASH_PECR_PELOCK;
    }
    bool reads_back = REGISTER(EEPROM_BASE + offset) == word;
    if (errors != 0 || !reads_back) {
        counter_add(COUNTER_EEPROM);
        return STATUS_IO;
    }
    return STATUS_OK;
}
