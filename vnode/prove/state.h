// SPDX-License-Identifier: Apache-2.0
// What a node keeps without power, as a value: internal flash, EEPROM, the first 256 KB of the NOR and the words among
// them that read differently each time.
#ifndef NBOTA_VNODE_PROVE_STATE_H
#define NBOTA_VNODE_PROVE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/soc/machine.h"

enum {
    PROVE_NOR_SIZE = 256 * 1024
}; // nothing of the firmware lies behind (docs/memory.md, "Download area")

struct prove_state {
    uint8_t flash[CPU_FLASH_SIZE];
    uint8_t eeprom[NVM_EEPROM_SIZE];
    uint8_t nor[PROVE_NOR_SIZE];
    uint8_t nor_status;
    struct weak_words mcu_weak, nor_weak;
};

// What `machine` would keep if it lost its power between two operations now.
void prove_state_read(struct prove_state *self, struct machine *machine);
// Puts it into a machine without power.
void prove_state_write(const struct prove_state *self, struct machine *machine);
// Of everything in it, in a fixed order. Equal states have equal hashes; 2^-64 of the others too.
uint64_t prove_state_hash(const struct prove_state *self);
// A hash of `hash` and one word more.
uint64_t prove_state_mix(uint64_t hash, uint64_t word);

#endif
