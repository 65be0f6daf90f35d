// SPDX-License-Identifier: Apache-2.0
// Which store into flash or EEPROM is which operation (RM0376 section 3.3.4). An error sets its flag as on silicon and,
// unless the controller is told to be tolerant, stops the run.
#include <string.h>

#include "vnode/soc/nvm_operation.h"

enum {
    OPERATION_NS = 3200 * NS_PER_US
}; // page erase, word and half page alike, datasheet table 41

bool nvm_holds(uint32_t address)
{
    return address - CPU_FLASH_BASE < CPU_FLASH_SIZE || address - NVM_EEPROM_BASE < NVM_EEPROM_SIZE;
}

static void fail(struct machine *self, uint32_t flag, const char *what, uint32_t address)
{
    self->soc.nvm.sr |= flag;
    self->soc.nvm.half_page_words = 0;
    if (!self->soc.nvm.tolerant && !nvm_is_worn(self, address)) {
        soc_misuse(self, "%s at %08X", what, address);
    }
}

static bool is_protected(const struct machine *self, uint32_t address)
{
    const struct option_bytes *options = &self->soc.nvm.options;
    uint32_t sector = (address - CPU_FLASH_BASE) / OPTION_SECTOR_SIZE;

    return ((sector < 32 ? options->wrpr : options->wrpr2) >> sector % 32 & 1) != 0;
}

static bool is_zero(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void erase_page(struct machine *self, uint32_t address)
{
    static const uint32_t zeros[NVM_PAGE_SIZE / 4];

    nvm_begin(self, NVM_FLASH_ERASE, address & ~(NVM_PAGE_SIZE - 1U), zeros, NVM_PAGE_SIZE,
              OPERATION_NS);
}

static void program(struct machine *self, enum nvm_kind kind, uint32_t address,
                    const uint32_t *words, uint32_t size)
{
    if (!is_zero(nvm_bytes(self, address), size)) {
        fail(self, NVM_SR_NOTZEROERR, "NOTZEROERR: program over what is not erased", address);
        return;
    }
    nvm_begin(self, kind, address, words, size, OPERATION_NS);
}

static void collect_half_page(struct machine *self, uint32_t address, uint32_t value)
{
    struct nvm *nvm = &self->soc.nvm;

    if (nvm->half_page_words == 0) {
        nvm->half_page = address;
    }
    if (nvm->half_page % NVM_HALF_PAGE_SIZE != 0 ||
        address != nvm->half_page + 4 * nvm->half_page_words) {
        fail(self, NVM_SR_PGAERR, "PGAERR: half page out of line", address);
        return;
    }
    if (nvm_same_bank(self->cpu.r[15], address)) {
        fail(self, NVM_SR_FWWERR, "FWWERR: fetch from flash inside a half page", address);
        return;
    }
    nvm->buffer[nvm->half_page_words++] = value;
    if (nvm->half_page_words == NVM_HALF_PAGE_SIZE / 4) {
        nvm->half_page_words = 0;
        program(self, NVM_FLASH_HALF_PAGE, nvm->half_page, nvm->buffer, NVM_HALF_PAGE_SIZE);
    }
}

static void store_flash(struct machine *self, uint32_t address, uint32_t value, unsigned size)
{
    struct nvm *nvm = &self->soc.nvm;
    uint32_t mode =
        nvm->pecr & (NVM_PECR_PROG | NVM_PECR_ERASE | NVM_PECR_FPRG | NVM_PECR_PARALLEL);

    if ((nvm->pecr & (NVM_PECR_PELOCK | NVM_PECR_PRGLOCK)) != 0) {
        fail(self, NVM_SR_WRPERR, "WRPERR: store to locked flash", address);
    } else if (size != 4) {
        fail(self, NVM_SR_SIZERR, "SIZERR: store of less than a word", address);
    } else if (is_protected(self, address)) {
        nvm->sr |= NVM_SR_WRPERR;
        nvm->refused++;
    } else if (mode == (NVM_PECR_PROG | NVM_PECR_ERASE)) {
        erase_page(self, address);
    } else if (mode == (NVM_PECR_PROG | NVM_PECR_FPRG)) {
        collect_half_page(self, address, value);
    } else if (mode == 0 || mode == NVM_PECR_PROG) {
        program(self, NVM_FLASH_WORD, address, &value, 4);
    } else {
        soc_misuse(self, "FLASH_PECR %08X is no operation we know", nvm->pecr);
    }
}

// The unit is the word: the bytes beside a shorter store are rewritten too.
static void store_eeprom(struct machine *self, uint32_t address, uint32_t value, unsigned size)
{
    struct nvm *nvm = &self->soc.nvm;
    uint32_t word_address = address & ~3U;
    uint32_t old;

    if ((nvm->pecr & NVM_PECR_PELOCK) != 0) {
        fail(self, NVM_SR_WRPERR, "WRPERR: store to locked EEPROM", address);
        return;
    }
    if ((nvm->pecr & (NVM_PECR_FPRG | NVM_PECR_PARALLEL)) != 0) {
        soc_misuse(self, "FLASH_PECR %08X with a store to EEPROM", nvm->pecr);
        return;
    }
    memcpy(&old, nvm_bytes(self, word_address), sizeof old);
    uint32_t word = old;
    memcpy((uint8_t *)&word + (address & 3), &value, size);
    if ((nvm->pecr & NVM_PECR_ERASE) != 0) {
        word = 0;
    }
    nvm->erases_first = old != 0 && word != 0;
    bool twice = nvm->erases_first || (nvm->pecr & NVM_PECR_FIX) != 0;
    nvm_begin(self, NVM_EEPROM, word_address, &word, 4, twice ? 2 * OPERATION_NS : OPERATION_NS);
}

// A store to a busy controller waits on the bus; a flag of an earlier failure fails it.
void nvm_store(struct machine *self, uint32_t address, uint32_t value, unsigned size)
{
    struct nvm *nvm = &self->soc.nvm;

    if (nvm_is_busy(self)) {
        time_stall(self, nvm->end_ns);
    }
    if (self->soc.request == SOC_CUT) {
        return;
    }
    if (nvm->size != 0) {
        nvm_done(self);
        time_due(self, EVENT_NVM, TIME_NEVER);
    }
    if ((nvm->sr & NVM_SR_ERRORS) != 0) {
        fail(self, NVM_SR_WRPERR, "store with error flags left in FLASH_SR", address);
        return;
    }
    nvm->erases_first = false;
    if (options_hold(address)) {
        options_store(self, address, value, size);
    } else if (address >= NVM_EEPROM_BASE) {
        store_eeprom(self, address, value, size);
    } else {
        store_flash(self, address, value, size);
    }
}

uint32_t nvm_load(struct machine *self, uint32_t address, unsigned size)
{
    const struct nvm *nvm = &self->soc.nvm;
    uint32_t value = 0;

    if (nvm_is_busy(self) && nvm_same_bank(nvm->address, address)) {
        time_stall(self, nvm->end_ns);
    }
    if (!weak_read(&nvm->weak, &self->soc.random, address & ~3U, &value)) {
        memcpy(&value, nvm_bytes(self, address & ~3U), sizeof value);
    }
    value >>= 8 * (address & 3);
    return size == 4 ? value : value & ((1U << 8 * size) - 1);
}
