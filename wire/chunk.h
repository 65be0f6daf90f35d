// SPDX-License-Identifier: Apache-2.0
// One chunk as it travels: a piece of 1..1024 bytes and its CRC32, little-endian.
#ifndef NBOTA_WIRE_CHUNK_H
#define NBOTA_WIRE_CHUNK_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

// STATUS_INVALID when `chunk` has not exactly `expected_size` (≥ 5) bytes, then both CRCs are 0.
// STATUS_CORRUPT when its CRC does not match. `received` and `computed` are what to log.
enum status chunk_check(struct span chunk, size_t expected_size, uint32_t *received,
                        uint32_t *computed);

#endif
