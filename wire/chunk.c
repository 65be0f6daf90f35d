// SPDX-License-Identifier: Apache-2.0
#include "wire/chunk.h"

#include "base/crc32.h"
#include "base/endian.h"
#include "wire/image.h"

enum status chunk_check(struct span chunk, size_t expected_size, uint32_t *received,
                        uint32_t *computed)
{
    *received = 0;
    *computed = 0;
    if (chunk.size != expected_size || chunk.size <= WIRE_CRC_SIZE) {
        return STATUS_INVALID;
    }
    *received = load_le32(chunk.data + chunk.size - WIRE_CRC_SIZE);
    *computed = crc32_update(0, chunk.data, chunk.size - WIRE_CRC_SIZE);
    return *received == *computed ? STATUS_OK : STATUS_CORRUPT;
}
