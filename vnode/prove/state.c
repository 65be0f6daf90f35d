// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/state.h"

#include <string.h>

#include "base/contract.h"

static uint32_t nor_size(const struct machine *machine)
{
    uint32_t size = machine->nor.part == NULL ? 0 : machine->nor.part->size;

    return size < PROVE_NOR_SIZE ? size : PROVE_NOR_SIZE;
}

void prove_state_read(struct prove_state *self, struct machine *machine)
{
    uint32_t size = nor_size(machine);

    nor_settle(&machine->nor, machine_now_ns(machine));
    memcpy(self->flash, machine->cpu.flash, sizeof self->flash);
    memcpy(self->eeprom, machine->soc.nvm.eeprom, sizeof self->eeprom);
    memset(self->nor, 0xFF, sizeof self->nor);
    if (size > 0) {
        memcpy(self->nor, machine->nor.data, size);
    }
    self->nor_status = machine->nor.status;
    self->mcu_weak = machine->soc.nvm.weak;
    self->nor_weak = machine->nor.weak;
}

void prove_state_write(const struct prove_state *self, struct machine *machine)
{
    uint32_t size = nor_size(machine);

    CONTRACT(!machine->powered);
    memcpy(machine->cpu.flash, self->flash, sizeof self->flash);
    memcpy(machine->soc.nvm.eeprom, self->eeprom, sizeof self->eeprom);
    if (size > 0) {
        memcpy(machine->nor.data, self->nor, size);
    }
    machine->nor.status = self->nor_status;
    machine->soc.nvm.weak = self->mcu_weak;
    machine->nor.weak = self->nor_weak;
}

// ---- hash ----

// Eight bytes a step; the finish of SplitMix64 between two steps.
uint64_t prove_state_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0xBF58476D1CE4E5B9);
    hash = (hash ^ hash >> 27) * UINT64_C(0x94D049BB133111EB);
    return hash ^ hash >> 31;
}

static uint64_t mix_bytes(uint64_t hash, const uint8_t *bytes, size_t size)
{
    uint64_t word;

    for (size_t i = 0; i + sizeof word <= size; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        hash = prove_state_mix(hash, word);
    }
    return hash;
}

static uint64_t mix_weak(uint64_t hash, const struct weak_words *weak)
{
    for (uint32_t i = 0; i < weak->count; i++) {
        const struct weak_word *word = &weak->word[i];
        hash = prove_state_mix(hash, (uint64_t)word->address << 32 | word->old);
        hash = prove_state_mix(hash, (uint64_t)word->new << 32 | word->fraction);
    }
    return prove_state_mix(hash, weak->count);
}

uint64_t prove_state_hash(const struct prove_state *self)
{
    uint64_t hash = prove_state_mix(0, self->nor_status);

    hash = mix_bytes(hash, self->flash, sizeof self->flash);
    hash = mix_bytes(hash, self->eeprom, sizeof self->eeprom);
    hash = mix_bytes(hash, self->nor, sizeof self->nor);
    return mix_weak(mix_weak(hash, &self->mcu_weak), &self->nor_weak);
}
