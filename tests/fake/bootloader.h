// SPDX-License-Identifier: Apache-2.0
// The bootloader below an application: the real verification, without keys. `fake_bootloader_is_missing` puts the field's
// in its place, which has none; a verdict but VERDICT_GOOD is given whatever the candidate is; the number of keys is only told.
#ifndef NBOTA_TESTS_FAKE_BOOTLOADER_H
#define NBOTA_TESTS_FAKE_BOOTLOADER_H

#include <stdbool.h>
#include <stdint.h>

extern bool fake_bootloader_is_missing;
extern uint8_t fake_bootloader_keys;
extern uint32_t fake_bootloader_verdict;

#endif
