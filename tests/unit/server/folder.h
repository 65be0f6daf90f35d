// SPDX-License-Identifier: Apache-2.0
// A data folder of a test's own, below the build folder, and packed images to put into it.
#ifndef NBOTA_TESTS_UNIT_SERVER_FOLDER_H
#define NBOTA_TESTS_UNIT_SERVER_FOLDER_H

#include <stdint.h>

#include "base/span.h"

// A fresh empty folder; valid until the next call.
const char *test_folder(void);
void test_folder_remove(void);

// The packed file of an image of `size` bytes, b[i] = 7 i + seed; valid until the next call.
struct span test_packed(uint32_t size, uint8_t seed);

#endif
