// SPDX-License-Identifier: Apache-2.0
// The MCU's flash at its own address, so that code under test reads it with plain loads; it can lose power inside an
// erase or a program. What was torn reads otherwise after each restart until it is erased.
#ifndef NBOTA_TESTS_FAKE_FLASH_H
#define NBOTA_TESTS_FAKE_FLASH_H

#include <stdbool.h>
#include <stdint.h>

// The slot, erased.
void fake_flash_reset(void);
uint8_t *fake_flash_slot(void);
// The `operation`-th erase or half-page program from now is torn; all later ones fail until power is back.
void fake_flash_cut(uint32_t operation, uint32_t seed);
// The same, but until the restart after the next one nobody sees it: an erase seems not begun, a program seems done.
void fake_flash_cut_unseen(uint32_t operation, uint32_t seed);
bool fake_flash_was_cut(void);
void fake_flash_restart(void);
// The first `count` programs of this half page leave one bit wrong.
void fake_flash_break(uint32_t address, unsigned count);
uint32_t fake_flash_operations(void);
// How often the page at that address was erased since the reset.
unsigned fake_flash_erases(uint32_t address);

#endif
