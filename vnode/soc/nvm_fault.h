// SPDX-License-Identifier: Apache-2.0
// Cells of flash and EEPROM that fail. Six bits beside each word correct one wrong bit; with more of them the word reads
// wrong, and devices of category 5 say nothing about it (RM0376 section 3). Addresses are the MCU's.
#ifndef NBOTA_VNODE_SOC_NVM_FAULT_H
#define NBOTA_VNODE_SOC_NVM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

enum { NVM_WORN_MAX = 8 };

// What cannot be written any more: each erase and program leaves a mix of old and new, with weak words in it.
struct nvm_worn {
    uint32_t count;
    struct {
        uint32_t address, size;
    } area[NVM_WORN_MAX];
};

// All are false when there is no such word, or no room for one more. A fault is the silicon's: from the first one on the
// run is not stopped when the processor takes an exception because of what it has read.
// The word reads differently each time until it is written again.
bool nvm_weaken(struct machine *self, uint32_t address);
// Three bits of the word turn over, and it reads so each time.
bool nvm_spoil(struct machine *self, uint32_t address);
// The page of flash, or the word of EEPROM, is worn out from now on.
bool nvm_wear_out(struct machine *self, uint32_t address);
// Nothing is worn out any more; what the cells hold stays.
void nvm_renew(struct machine *self);

// ---- for the controller ----
bool nvm_is_worn(const struct machine *self, uint32_t address);
// The operation that has just ended was on worn cells.
void nvm_leave_worn(struct machine *self);

#endif
