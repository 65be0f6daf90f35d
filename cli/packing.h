// SPDX-License-Identifier: Apache-2.0
// Packing a whole image in memory, and the checksums a server announces for it.
#ifndef NBOTA_CLI_PACKING_H
#define NBOTA_CLI_PACKING_H

#include <stdint.h>

#include "base/sha256.h"
#include "base/span.h"
#include "wire/image.h"
#include "wire/manifest.h"

// Packs `image` (1..WIRE_SLOT_SIZE bytes) as the field's packer does; returns the size of the packed file. An image that
// holds an info block gets its unsigned manifest too.
uint32_t packing_make(struct span image, uint8_t packed[WIRE_PACKED_MAX]);
// Writes the manifest into a packed file, of which WIRE_CHUNK_SIZE bytes are enough; the rest stays as it is.
void packing_set_manifest(uint8_t packed[WIRE_CHUNK_SIZE], const struct manifest *manifest);

// The CRC32 of a packed file depends on its size alone: each piece ends in its own CRC32, and what the whole sum makes
// of such a piece is the same for every content. It finds damage that the pieces' CRCs find too, and tells no two
// images of one size apart; SHA256 does.
struct checksums {
    uint32_t crc32;                        // of the bytes
    char crc32_text[9];                    // fw_checksum for algorithm CRC32
    char sha256_text[2 * SHA256_SIZE + 1]; // fw_checksum for algorithm SHA256
};

void checksums_make(struct span bytes, struct checksums *checksums);

// Whether a shipped node may find a right CRC32 wrong: some print it without leading zeros before they
// reverse it (docs/server.md, "checksums").
bool checksums_crc32_is_risky(uint32_t crc32);

#endif
