// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/option.h"

#include <string.h>

#include "vnode/soc/nvm_operation.h"

enum {
    OPTR_LOW,
    OPTR_HIGH,
    WRPR_LOW,
    WRPR_HIGH,
    WRPR2_LOW,
    WORDS,
    PROGRAM_NS = 2 * 3200 * NS_PER_US, // erase and program of a word
    LEVEL_0 = 0xAA,
    LEVEL_1 = 0xBB, // any other value than those of 0 and 2
    LEVEL_2 = 0xCC,
};
#define OPTR_SHIPPED 0x807000AAU
#define OPTR_WPRMOD  (1U << 8) // sectors nobody may read: not modelled

static uint32_t get(const struct option_bytes *self, unsigned index)
{
    uint32_t word;

    memcpy(&word, self->bytes + 4 * index, sizeof word);
    return word;
}

static void put(struct option_bytes *self, unsigned index, uint32_t half)
{
    uint32_t word = (half & 0xFFFF) | ~half << 16;

    memcpy(self->bytes + 4 * index, &word, sizeof word);
}

static bool is_sound(uint32_t word)
{
    return (word >> 16 ^ (word & 0xFFFF)) == 0xFFFF;
}

void options_ship(struct option_bytes *self)
{
    memset(self, 0, sizeof *self);
    put(self, OPTR_LOW, OPTR_SHIPPED);
    put(self, OPTR_HIGH, OPTR_SHIPPED >> 16);
    options_protect(self, 0);
}

// ---- as a cable sees them ----

static unsigned level_of(uint32_t optr)
{
    uint32_t value = optr & 0xFF;

    return value == LEVEL_0 ? 0 : value == LEVEL_2 ? 2 : 1;
}

unsigned options_readout(const struct option_bytes *self)
{
    uint32_t word = get(self, OPTR_LOW);

    return is_sound(word) ? level_of(word) : 1;
}

uint64_t options_protected(const struct option_bytes *self)
{
    uint64_t low = (get(self, WRPR_LOW) & 0xFFFF) | get(self, WRPR_HIGH) << 16;

    return low | (uint64_t)(get(self, WRPR2_LOW) & 0xFFFF) << 32;
}

void options_protect(struct option_bytes *self, uint64_t sectors)
{
    put(self, WRPR_LOW, (uint32_t)sectors);
    put(self, WRPR_HIGH, (uint32_t)(sectors >> 16));
    put(self, WRPR2_LOW, (uint32_t)(sectors >> 32));
}

// Nobody gets at what was protected.
static void erase_all(struct machine *self)
{
    memset(self->cpu.flash, 0, sizeof self->cpu.flash);
    memset(self->soc.nvm.eeprom, 0, sizeof self->soc.nvm.eeprom);
    self->soc.nvm.weak.count = 0;
}

bool options_set_readout(struct machine *self, unsigned level)
{
    struct option_bytes *options = &self->soc.nvm.options;
    unsigned before = options_readout(options);
    uint32_t others = get(options, OPTR_LOW) & 0xFF00;

    if (before == 2) {
        return false;
    }
    if (before == 1 && level == 0) {
        erase_all(self);
    }
    put(options, OPTR_LOW, others | (level == 0 ? LEVEL_0 : LEVEL_1));
    return true;
}

// ---- for the controller ----

bool options_hold(uint32_t address)
{
    return address - OPTION_BASE < OPTION_SIZE;
}

uint32_t options_read(const struct machine *self, uint32_t address)
{
    return get(&self->soc.nvm.options, (address - OPTION_BASE) / 4);
}

static bool is_allowed(struct machine *self, uint32_t value, unsigned size)
{
    struct nvm *nvm = &self->soc.nvm;

    if ((nvm->pecr & (NVM_PECR_PELOCK | NVM_PECR_OPTLOCK)) != 0 ||
        level_of(nvm->options.optr) == 2) {
        nvm->sr |= NVM_SR_WRPERR;
        soc_misuse(self, "WRPERR: store to locked option bytes");
        return false;
    }
    if (size != 4 || !is_sound(value)) {
        soc_misuse(self, "option bytes take a word, a half word and its complement, not %08X",
                   value);
        return false;
    }
    return true;
}

void options_store(struct machine *self, uint32_t address, uint32_t value, unsigned size)
{
    unsigned index = (address - OPTION_BASE) / 4;

    if (!is_allowed(self, value, size)) {
        return;
    }
    if (index == OPTR_LOW && (value & OPTR_WPRMOD) != 0) {
        soc_misuse(self, "WPRMOD is not modelled");
        return;
    }
    if (index == OPTR_LOW && options_readout(&self->soc.nvm.options) == 1 && level_of(value) == 0) {
        erase_all(self);
    }
    nvm_begin(self, NVM_OPTION, address, &value, 4, PROGRAM_NS);
}

// A pair that does not fit together counts as level 1 (RM0376 section 3), and protects nothing.
void options_load(struct machine *self)
{
    struct nvm *nvm = &self->soc.nvm;
    struct option_bytes *options = &nvm->options;
    uint32_t half[WORDS];

    for (unsigned i = 0; i < WORDS; i++) {
        uint32_t word = get(options, i);
        half[i] = is_sound(word) ? word & 0xFFFF : 0;
        nvm->sr |= is_sound(word) ? 0 : NVM_SR_OPTVERR;
    }
    options->optr = half[OPTR_LOW] | half[OPTR_HIGH] << 16;
    options->wrpr = half[WRPR_LOW] | half[WRPR_HIGH] << 16;
    options->wrpr2 = half[WRPR2_LOW];
    options->launches = false;
}

void options_launch(struct machine *self)
{
    if ((self->soc.nvm.pecr & NVM_PECR_OPTLOCK) != 0) {
        soc_misuse(self, "OBL_LAUNCH with OPTLOCK set");
        return;
    }
    self->soc.nvm.options.launches = true;
    self->reset_cause = RCC_CSR_OPTION_RESET | RCC_CSR_PIN_RESET;
    soc_stop(self, SOC_RESET);
}
