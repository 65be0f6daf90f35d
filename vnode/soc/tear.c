// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/tear.h"

#include <string.h>

#include "base/contract.h"
#include "vnode/soc/nvm_operation.h"

// Begins so long ago that the part that has passed of a duration of TORN_WHOLE is `fraction`; the clock may stand at
// zero, so the beginning may lie before it (the arithmetic is modular, as in nvm_cut()).
static uint64_t begin_of(const struct machine *self, const struct tear *tear)
{
    return machine_now_ns(self) - tear->fraction;
}

static bool is_zero(const uint32_t *words, uint32_t size)
{
    for (uint32_t i = 0; i < size / 4; i++) {
        if (words[i] != 0) {
            return false;
        }
    }
    return true;
}

static void tear_mcu(struct machine *self, const struct tear *tear)
{
    struct nvm *nvm = &self->soc.nvm;
    uint8_t *bytes = nvm_bytes(self, tear->address);

    CONTRACT(tear->size <= sizeof nvm->old);
    memset(nvm->new, 0, sizeof nvm->new);
    if (tear->kind != NVM_FLASH_ERASE) {
        memcpy(nvm->new, tear->content, tear->size);
    }
    memcpy(nvm->old, bytes, tear->size);
    nvm->erases_first = tear->kind == NVM_EEPROM && !is_zero(nvm->old, tear->size) &&
                        !is_zero(nvm->new, tear->size);
    nvm->address = tear->address;
    nvm->size = tear->size;
    nvm->begin_ns = begin_of(self, tear);
    nvm->end_ns = nvm->begin_ns + TORN_WHOLE;
    weak_forget(&nvm->weak, tear->address, tear->size);
    nvm_cut(self);
}

static void tear_nor(struct machine *self, const struct tear *tear)
{
    struct nor_work *work = &self->nor.work;

    work->kind = tear->kind == NVM_NOR_PROGRAM ? NOR_PROGRAM : NOR_ERASE;
    work->address = tear->address;
    work->size = tear->size;
    work->begin_ns = begin_of(self, tear);
    work->end_ns = work->begin_ns + TORN_WHOLE;
    if (work->kind == NOR_PROGRAM) {
        memcpy(work->page, tear->content, sizeof work->page);
    }
    nor_power_off(&self->nor, machine_now_ns(self), &self->soc.random);
}

void tear_operation(struct machine *self, const struct tear *tear)
{
    CONTRACT(!self->powered && tear->fraction > 0 && tear->fraction < TORN_WHOLE);
    if (tear->kind == NVM_NOR_PROGRAM || tear->kind == NVM_NOR_ERASE) {
        tear_nor(self, tear);
    } else {
        tear_mcu(self, tear);
    }
}
