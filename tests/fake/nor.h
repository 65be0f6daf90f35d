// SPDX-License-Identifier: Apache-2.0
// The NOR port in memory, for what stands above the driver; it can lose power inside a program or an erase.
#ifndef NBOTA_TESTS_FAKE_NOR_H
#define NBOTA_TESTS_FAKE_NOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { FAKE_NOR_AREA = 256 * 1024 };

// Fitted, erased, closed.
void fake_nor_area_reset(void);
uint8_t *fake_nor_area(void);
// Whether the chip answers at all.
void fake_nor_area_fit(bool fitted);
// Its size in bytes, FAKE_NOR_AREA at most.
void fake_nor_area_resize(uint32_t size);
// Reads fail from the `count`-th on (0 = the next); UINT32_MAX: none.
void fake_nor_area_fail_reads(uint32_t count);
// From the `count`-th read on the chip is gone: reads give ones and say nothing, and it cannot be opened again.
void fake_nor_area_lose(uint32_t count);
// Before the `count`-th read the chip is exchanged for one whose bytes at `address` differ in the bits of `change`, which is
// borrowed.
void fake_nor_area_exchange(uint32_t count, uint32_t address, struct span change);
// The `operation`-th page program or erase from now is torn, with `seed`; it and all later ones fail until power is
// back, which also closes the chip.
void fake_nor_area_cut(uint32_t operation, uint32_t seed);
bool fake_nor_area_was_cut(void);
void fake_nor_area_restore_power(void);
// Bits that programs leave standing at this address.
void fake_nor_area_break_byte(uint32_t address);
bool fake_nor_area_is_asleep(void);
// Page programs and erases since the reset.
uint32_t fake_nor_area_operations(void);

#endif
