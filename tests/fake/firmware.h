// SPDX-License-Identifier: Apache-2.0
// Firmware images made up for tests: a vector table, optionally an info block, the rest a pattern.
#ifndef NBOTA_TESTS_FAKE_FIRMWARE_H
#define NBOTA_TESTS_FAKE_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

// Fills `image` (≥ 8 bytes) as another maker's application: stack, reset vector, no info block.
void firmware_make_plain(uint8_t *image, size_t size);
// As nbota's own builds are: with a sealed info block (size ≥ 252).
void firmware_make(uint8_t *image, size_t size, const char *title, const char *version);
// Makes `image`, whatever it holds behind its vectors, one with a sealed info block for that hardware (size ≥ 252).
void firmware_mark(uint8_t *image, size_t size, uint8_t hardware_id);

#endif
