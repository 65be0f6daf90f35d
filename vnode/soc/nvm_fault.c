// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/nvm_fault.h"

#include <string.h>

#include "vnode/soc/nvm_operation.h"

#define SPOILED_BITS 0x00010101U

static bool is_word(uint32_t address)
{
    return nvm_holds(address) && address % 4 == 0;
}

static void blame_silicon(struct machine *self)
{
    self->cpu.faults_are_misuse = false;
}

bool nvm_weaken(struct machine *self, uint32_t address)
{
    struct weak_words *weak = &self->soc.nvm.weak;
    struct weak_word word = {.address = address, .fraction = TORN_WHOLE / 2};

    if (!is_word(address) || weak->count == WEAK_MAX) {
        return false;
    }
    memcpy(&word.old, nvm_bytes(self, address), sizeof word.old);
    word.new = ~word.old;
    weak_forget(weak, address, sizeof word.old);
    weak->word[weak->count++] = word;
    nvm_shake(self);
    blame_silicon(self);
    return true;
}

bool nvm_spoil(struct machine *self, uint32_t address)
{
    uint32_t word;

    if (!is_word(address)) {
        return false;
    }
    memcpy(&word, nvm_bytes(self, address), sizeof word);
    word ^= SPOILED_BITS;
    memcpy(nvm_bytes(self, address), &word, sizeof word);
    weak_forget(&self->soc.nvm.weak, address, sizeof word);
    blame_silicon(self);
    return true;
}

bool nvm_wear_out(struct machine *self, uint32_t address)
{
    struct nvm_worn *worn = &self->soc.nvm.worn;
    uint32_t size = address >= NVM_EEPROM_BASE ? 4 : NVM_PAGE_SIZE;

    if (!nvm_holds(address) || worn->count == NVM_WORN_MAX) {
        return false;
    }
    worn->area[worn->count].address = address & ~(size - 1);
    worn->area[worn->count].size = size;
    worn->count++;
    blame_silicon(self);
    return true;
}

void nvm_renew(struct machine *self)
{
    self->soc.nvm.worn.count = 0;
}

bool nvm_is_worn(const struct machine *self, uint32_t address)
{
    const struct nvm_worn *worn = &self->soc.nvm.worn;

    for (uint32_t i = 0; i < worn->count; i++) {
        if (address - worn->area[i].address < worn->area[i].size) {
            return true;
        }
    }
    return false;
}

void nvm_leave_worn(struct machine *self)
{
    struct nvm *nvm = &self->soc.nvm;

    for (uint32_t i = 0; i < nvm->size / 4; i++) {
        struct weak_word word = {nvm->address + 4 * i, nvm->old[i], nvm->new[i], TORN_WHOLE / 2};
        uint32_t content = torn_leave(&nvm->weak, &self->soc.random, &word);
        memcpy(nvm_bytes(self, word.address), &content, sizeof content);
    }
    nvm_shake(self);
}
