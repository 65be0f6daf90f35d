// SPDX-License-Identifier: Apache-2.0
// Which operations of a tape are cut.
#ifndef NBOTA_CLI_PROVE_CHOICE_H
#define NBOTA_CLI_PROVE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vnode/prove/tape.h"

enum prove_memory {
    PROVE_ALL,
    PROVE_FLASH,
    PROVE_EEPROM,
    PROVE_NOR,
    PROVE_MEMORIES,
};

struct prove_choice {
    uint32_t every; // n: every n-th of them, from 1
    enum prove_memory memory;
    uint32_t first, last; // numbers of operations, from 1; 0: no bound
};

// By its name: all, flash, eeprom, nor. False when it is none.
bool prove_choice_read_memory(struct prove_choice *self, const char *name);
// "1-60". False when it is no range.
bool prove_choice_read_range(struct prove_choice *self, const char *text);

// Whether the operation at `index`, from 0, is cut; the tape's count stands for the state behind all of them.
bool prove_choice_has(const struct prove_choice *self, const struct prove_tape *tape, size_t index);

#endif
