// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_choice.h"

#include <string.h>

#include "base/fmt.h"

bool prove_choice_read_memory(struct prove_choice *self, const char *name)
{
    static const char *const names[PROVE_MEMORIES] = {"all", "flash", "eeprom", "nor"};

    for (unsigned i = 0; i < PROVE_MEMORIES; i++) {
        if (strcmp(names[i], name) == 0) {
            self->memory = (enum prove_memory)i;
            return true;
        }
    }
    return false;
}

bool prove_choice_read_range(struct prove_choice *self, const char *text)
{
    const char *dash = strchr(text, '-');

    return dash != NULL && fmt_parse_u32(span_of(text, (size_t)(dash - text)), &self->first) &&
           fmt_parse_u32(span_of_text(dash + 1), &self->last) && self->first > 0 &&
           self->last >= self->first;
}

static bool is_of(enum nvm_kind kind, enum prove_memory memory)
{
    static const enum prove_memory memories[NVM_KINDS] = {
        [NVM_FLASH_ERASE] = PROVE_FLASH,     [NVM_FLASH_WORD] = PROVE_FLASH,
        [NVM_FLASH_HALF_PAGE] = PROVE_FLASH, [NVM_EEPROM] = PROVE_EEPROM,
        [NVM_NOR_PROGRAM] = PROVE_NOR,       [NVM_NOR_ERASE] = PROVE_NOR,
    };

    return memory == PROVE_ALL || memories[kind] == memory;
}

bool prove_choice_has(const struct prove_choice *self, const struct prove_tape *tape, size_t index)
{
    if (index == tape->count) {
        return self->last == 0 && is_of(tape->operations[index - 1].kind, self->memory);
    }
    bool is_inside = index + 1 >= self->first && (self->last == 0 || index < self->last);

    return is_inside && index % self->every == 0 &&
           is_of(tape->operations[index].kind, self->memory);
}
