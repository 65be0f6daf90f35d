// SPDX-License-Identifier: Apache-2.0
// The bootloader below an application: the real verification, without keys. `fake_bootloader_is_missing` puts the field's
// in its place, which has none.
#ifndef NBOTA_TESTS_FAKE_BOOTLOADER_H
#define NBOTA_TESTS_FAKE_BOOTLOADER_H

#include <stdbool.h>

extern bool fake_bootloader_is_missing;

#endif
