// SPDX-License-Identifier: Apache-2.0
// fw_checksum as text: lower-case hex of the hash bytes; CRC32 as its little-endian bytes (the form of
// ThingsBoard-type servers).
#ifndef NBOTA_WIRE_CHECKSUM_H
#define NBOTA_WIRE_CHECKSUM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

// Writes 8 digits and a NUL.
void checksum_crc32_text(uint32_t crc, char text[9]);
// Accepts either byte order, either letter case, and a number without its leading zeros.
bool checksum_crc32_matches(const char *text, uint32_t crc);
// Whether `text` is the hex of `digest`, either letter case.
bool checksum_hex_matches(const char *text, struct span digest);

#endif
