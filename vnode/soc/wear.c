// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/wear.h"

#include <stddef.h>

#define FLASH_BASE  0x08000000U
#define EEPROM_BASE 0x08080000U

enum { FLASH_PAGE = 128, EEPROM_WORD = 4, NOR_SECTOR = 4096 };

static void count(uint32_t *cells, uint32_t cell_count, uint32_t index)
{
    if (index < cell_count) {
        cells[index]++;
    }
}

void wear_flash_erase(struct wear *self, uint32_t address)
{
    count(self->flash, WEAR_FLASH_PAGES, (address - FLASH_BASE) / FLASH_PAGE);
}

void wear_eeprom_write(struct wear *self, uint32_t address)
{
    count(self->eeprom, WEAR_EEPROM_WORDS, (address - EEPROM_BASE) / EEPROM_WORD);
}

void wear_nor_erase(struct wear *self, uint32_t address, uint32_t size)
{
    for (uint32_t done = 0; done < size; done += NOR_SECTOR) {
        count(self->nor, WEAR_NOR_SECTORS, (address + done) / NOR_SECTOR);
    }
}

struct wear_most wear_most(const struct wear *self, unsigned index)
{
    const struct {
        const char *name;
        const uint32_t *cells;
        uint32_t count, base, size;
    } memories[] = {
        {"flash", self->flash, WEAR_FLASH_PAGES, FLASH_BASE, FLASH_PAGE},
        {"eeprom", self->eeprom, WEAR_EEPROM_WORDS, EEPROM_BASE, EEPROM_WORD},
        {"nor", self->nor, WEAR_NOR_SECTORS, 0, NOR_SECTOR},
    };
    struct wear_most most = {NULL, 0, 0};

    if (index >= sizeof memories / sizeof memories[0]) {
        return most;
    }
    most = (struct wear_most){memories[index].name, memories[index].base, memories[index].cells[0]};
    for (uint32_t i = 1; i < memories[index].count; i++) {
        if (memories[index].cells[i] > most.count) {
            most.count = memories[index].cells[i];
            most.address = memories[index].base + i * memories[index].size;
        }
    }
    return most;
}
