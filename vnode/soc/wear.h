// SPDX-License-Identifier: Apache-2.0
// How often each cell that ages was written: pages of flash and sectors of NOR by their erases, words of EEPROM by their
// writes. Since the machine was made.
#ifndef NBOTA_VNODE_SOC_WEAR_H
#define NBOTA_VNODE_SOC_WEAR_H

#include <stdint.h>

enum {
    WEAR_FLASH_PAGES = 1536, // of 128 bytes
    WEAR_EEPROM_WORDS = 1536,
    WEAR_NOR_SECTORS = 4096, // of 4 KB, of the largest chip
};

struct wear {
    uint32_t flash[WEAR_FLASH_PAGES];
    uint32_t eeprom[WEAR_EEPROM_WORDS];
    uint32_t nor[WEAR_NOR_SECTORS];
};

// `index` 0, 1, … until `name` is NULL: which memory, its most worn cell and how often that was written.
struct wear_most {
    const char *name;
    uint32_t address, count;
};

void wear_flash_erase(struct wear *self, uint32_t address);
void wear_eeprom_write(struct wear *self, uint32_t address);
void wear_nor_erase(struct wear *self, uint32_t address, uint32_t size);
struct wear_most wear_most(const struct wear *self, unsigned index);

#endif
