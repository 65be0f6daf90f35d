// SPDX-License-Identifier: Apache-2.0
// The option bytes, RM0376 section 3: which sectors nobody can write, who may read, at which supply the board resets.
// Kept without power; what counts is what was loaded at power-on or by OBL_LAUNCH.
//
//   1FF80000  OPTR    15..0     each a word: the half word, and its complement in the upper half
//   1FF80004  OPTR    31..16
//   1FF80008  WRPROT  sectors 15..0
//   1FF8000C  WRPROT  sectors 31..16
//   1FF80010  WRPROT  sectors 47..32
#ifndef NBOTA_VNODE_SOC_OPTION_H
#define NBOTA_VNODE_SOC_OPTION_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

#define OPTION_BASE 0x1FF80000U
enum { OPTION_SIZE = 20, OPTION_SECTOR_SIZE = 4096 };

struct option_bytes {
    _Alignas(4) uint8_t bytes[OPTION_SIZE];
    // As loaded.
    uint32_t optr, wrpr, wrpr2;
    uint8_t keys;  // given so far, as the keys of struct nvm
    bool launches; // the reset that comes loads them anew
};

// As shipped: nothing is protected, BOR is off.
void options_ship(struct option_bytes *self);

// ---- as a cable sees them, without power ----
unsigned options_readout(const struct option_bytes *self);   // level of the read protection, 0..2
uint64_t options_protected(const struct option_bytes *self); // bit n: sector n cannot be written
void options_protect(struct option_bytes *self, uint64_t sectors);
// Level 1 or 0. From 1 to 0 flash and EEPROM are erased (RM0376 section 3); false at level 2, which is for ever.
bool options_set_readout(struct machine *self, unsigned level);

// ---- for the controller ----
bool options_hold(uint32_t address);
uint32_t options_read(const struct machine *self, uint32_t address);
// A word in 1FF80000..1FF80013 is programmed.
void options_store(struct machine *self, uint32_t address, uint32_t value, unsigned size);
// At power-on, and after OBL_LAUNCH.
void options_load(struct machine *self);
// PECR was written with OBL_LAUNCH: a reset that loads them.
void options_launch(struct machine *self);

#endif
