// SPDX-License-Identifier: Apache-2.0
// The memories that keep their content without power, seen as a whole: for files, traces and cuts.
#include <string.h>

#include "vnode/soc/machine.h"

enum { NOR = 2 };
#define FNV_PRIME 0x100000001B3ULL

bool machine_nvm(struct machine *self, unsigned index, struct machine_nvm *nvm)
{
    const struct machine_nvm all[] = {
        {self->cpu.flash, sizeof self->cpu.flash, "flash"},
        {self->soc.nvm.eeprom, sizeof self->soc.nvm.eeprom, "eeprom"},
        {self->nor.data, self->nor.part == NULL ? 0 : self->nor.part->size, "nor"},
        {self->soc.nvm.options.bytes, OPTION_SIZE, "options"},
    };

    index += index >= NOR && self->nor.part == NULL;
    if (index >= sizeof all / sizeof all[0]) {
        return false;
    }
    nor_settle(&self->nor, machine_now_ns(self));
    *nvm = all[index];
    return true;
}

static void hash(uint64_t *value, struct span data)
{
    for (size_t i = 0; i < data.size; i++) {
        *value = (*value ^ data.data[i]) * FNV_PRIME;
    }
}

static void wear(struct wear *self, enum nvm_kind kind, uint32_t address, struct span data)
{
    uint32_t size;

    if (kind == NVM_FLASH_ERASE) {
        wear_flash_erase(self, address);
    } else if (kind == NVM_EEPROM) {
        wear_eeprom_write(self, address);
    } else if (kind == NVM_NOR_ERASE) {
        memcpy(&size, data.data, sizeof size);
        wear_nor_erase(self, address, size);
    }
}

void machine_operation(struct machine *self, enum nvm_kind kind, uint32_t address, struct span data,
                       uint64_t duration_ns)
{
    uint32_t header[2] = {kind, address};

    self->nvm_operations++;
    self->operations_of[kind]++;
    wear(&self->wear, kind, address, data);
    hash(&self->trace_hash, span_of(header, sizeof header));
    hash(&self->trace_hash, data);
    if (self->ports.operation != NULL) {
        self->ports.operation(self->ports.context, kind, address, data);
    }
    if (self->nvm_operations == self->cut_at_operation) {
        uint64_t after_ns = duration_ns * self->cut_fraction / TORN_WHOLE;
        time_due(self, EVENT_CUT, time_now_ns(self) + after_ns);
    }
}

// ---- weak words ----

static const char *const weak_names[] = {"mcu", "nor"};

static struct weak_words *weak_of(struct machine *self, unsigned index)
{
    return index == 0 ? &self->soc.nvm.weak : &self->nor.weak;
}

bool machine_weak(struct machine *self, unsigned index, const char **name,
                  const struct weak_words **words)
{
    if (index >= sizeof weak_names / sizeof weak_names[0]) {
        return false;
    }
    *name = weak_names[index];
    *words = weak_of(self, index);
    return true;
}

bool machine_add_weak(struct machine *self, const char *name, const struct weak_word *word)
{
    unsigned index = strcmp(name, weak_names[0]) == 0 ? 0 : 1;
    struct weak_words *words = weak_of(self, index);
    uint32_t nor_size = self->nor.part == NULL ? 0 : self->nor.part->size;
    bool exists = index == 0 ? nvm_holds(word->address) : word->address < nor_size;

    if (strcmp(name, weak_names[index]) != 0 || word->address % 4 != 0 || !exists ||
        words->count == WEAK_MAX || word->fraction > TORN_WHOLE) {
        return false;
    }
    words->word[words->count++] = *word;
    return true;
}
