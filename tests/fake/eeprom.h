// SPDX-License-Identifier: Apache-2.0
// A data EEPROM in memory that can lose power inside a write.
#ifndef NBOTA_TESTS_FAKE_EEPROM_H
#define NBOTA_TESTS_FAKE_EEPROM_H

#include <stdint.h>

// Erases everything and forgets any cut.
void fake_eeprom_reset(void);
// The `write`-th word write from now (0 = the next) is torn: it takes the bits of `mask` from the new
// value, the rest from the old one; it and all later writes return STATUS_IO until power is back.
void fake_eeprom_cut(uint32_t write, uint32_t mask);
void fake_eeprom_restore_power(void);
// Word writes that succeeded since the reset.
uint32_t fake_eeprom_writes(void);

#endif
