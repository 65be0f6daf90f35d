// SPDX-License-Identifier: Apache-2.0
// A data EEPROM in memory that can lose power inside a write. The word under way is then torn: it is weak, and reads
// otherwise each time (any mix of what it was and what it should become) until it is written again. A word that is not
// zero is erased before it gets another value that is not, so a cut may leave less than it had, even of the same value.
#ifndef NBOTA_TESTS_FAKE_EEPROM_H
#define NBOTA_TESTS_FAKE_EEPROM_H

#include <stdbool.h>
#include <stdint.h>

// Erases everything and forgets any cut.
void fake_eeprom_reset(void);
// The `write`-th word write from now (0 = the next) is torn; it and all later writes return STATUS_IO until
// power is back. With
// `mask` the word keeps the bits of `mask` from the new value, the rest from the old one; with `seed` every
// read mixes them anew. Where the word is erased first, an even mask or seed cuts the erase, an odd one the program.
void fake_eeprom_cut(uint32_t write, uint32_t mask);
void fake_eeprom_cut_weak(uint32_t write, uint32_t seed);
void fake_eeprom_restore_power(void);
// Whether the armed cut has happened.
bool fake_eeprom_was_cut(void);
// The content, 6144 bytes.
uint8_t *fake_eeprom_bytes(void);
// Word writes that succeeded since the reset.
uint32_t fake_eeprom_writes(void);
// The word at `offset` reads otherwise each time until it is written again: as it was, inverted, or any mix.
void fake_eeprom_weaken(uint32_t offset);
// All writes fail from now on, as a broken controller's would.
void fake_eeprom_break(bool broken);

#endif
