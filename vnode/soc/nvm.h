// SPDX-License-Identifier: Apache-2.0
// The flash and data EEPROM controller, RM0376 section 3. Content is changed when an operation begins; the old content is
// kept until it ends, for a power cut in between.
#ifndef NBOTA_VNODE_SOC_NVM_H
#define NBOTA_VNODE_SOC_NVM_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/chip/torn.h"
#include "vnode/soc/nvm_fault.h"
#include "vnode/soc/option.h"

struct machine;

enum {
    NVM_PAGE_SIZE = 128,
    NVM_HALF_PAGE_SIZE = 64,
    NVM_EEPROM_SIZE = 6 * 1024,
};
#define NVM_EEPROM_BASE 0x08080000U

struct nvm {
    uint32_t acr, pecr, sr;
    uint8_t pe_keys, program_keys; // keys given so far; 0xFF = a wrong one, shut until the reset
    bool tolerant;                 // error flags as on silicon, without stopping the run
    struct option_bytes options;
    uint32_t refused; // stores into protected sectors: WRPERR, which is what they are protected for

    uint64_t begin_ns, end_ns; // of the operation under way
    uint32_t address, size;    // what it changes; size 0 = none
    uint32_t old[NVM_PAGE_SIZE / 4], new[NVM_PAGE_SIZE / 4];
    bool erases_first; // EEPROM over a word that is not zero

    uint32_t half_page, half_page_words; // collected stores
    uint32_t buffer[NVM_HALF_PAGE_SIZE / 4];

    struct weak_words weak;
    struct nvm_worn worn;
    _Alignas(8) uint8_t eeprom[NVM_EEPROM_SIZE];
};

uint32_t nvm_read(struct machine *self, unsigned index, uint32_t offset);
void nvm_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
// A system reset: what is under way is torn (unknown on silicon, the worst is assumed).
void nvm_reset(struct machine *self);

// Stores and loads in flash and EEPROM.
void nvm_store(struct machine *self, uint32_t address, uint32_t value, unsigned size);
uint32_t nvm_load(struct machine *self, uint32_t address, unsigned size);
bool nvm_holds(uint32_t address);

bool nvm_has_wait_state(const struct machine *self);
bool nvm_is_busy(const struct machine *self);
void nvm_clock_changed(struct machine *self);
// Power is gone: leaves torn content.
void nvm_cut(struct machine *self);
void nvm_done(struct machine *self); // EVENT_NVM
void nvm_shake(
    struct machine *self); // EVENT_WEAK: weak words of flash read differently from now on

#endif
