// SPDX-License-Identifier: Apache-2.0
// CRC-32 as in IEEE 802.3 and zlib: reflected polynomial EDB88320, init and final XOR FFFFFFFF.
// Check value of "123456789": CBF43926.
#ifndef NBOTA_BASE_CRC32_H
#define NBOTA_BASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

// Continues `crc` (0 to begin) over `size` bytes; pieces may be fed in any division.
uint32_t crc32_update(uint32_t crc, const void *data, size_t size);

#endif
