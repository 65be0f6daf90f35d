// SPDX-License-Identifier: Apache-2.0
#include "cli/packing.h"

#include <string.h>

#include "base/contract.h"
#include "base/crc32.h"
#include "base/endian.h"
#include "base/fmt.h"
#include "wire/checksum.h"

_Static_assert((int)MANIFEST_END <= (int)WIRE_PIECE_SIZE, "the first piece holds the manifest");

static void put_manifest(struct span image, uint8_t page[WIRE_HEADER_PAGE_SIZE])
{
    struct manifest manifest;

    if (manifest_of(image, &manifest) == STATUS_OK) {
        manifest_encode(&manifest, page + MANIFEST_OFFSET);
    }
}

uint32_t packing_make(struct span image, uint8_t packed[WIRE_PACKED_MAX])
{
    uint8_t page[WIRE_HEADER_PAGE_SIZE] = {0};
    uint32_t done = 0;

    CONTRACT(image.size >= 1 && image.size <= WIRE_SLOT_SIZE);
    struct image_header header = image_header_of(image);
    image_header_encode(&header, page);
    put_manifest(image, page);
    uint32_t pieces = image_piece_count(image_packed_size((uint32_t)image.size));
    for (uint32_t i = 0; i < pieces; i++) {
        done += image_pack_chunk(span_of(page, sizeof page), image, i, packed + done);
    }
    return done;
}

void packing_set_manifest(uint8_t packed[WIRE_CHUNK_SIZE], const struct manifest *manifest)
{
    manifest_encode(manifest, packed + MANIFEST_OFFSET);
    store_le32(packed + WIRE_PIECE_SIZE, crc32_update(0, packed, WIRE_PIECE_SIZE));
}

void checksums_make(struct span bytes, struct checksums *checksums)
{
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    struct fmt text;

    checksums->crc32 = crc32_update(0, bytes.data, bytes.size);
    checksum_crc32_text(checksums->crc32, checksums->crc32_text);
    sha256_init(&hash);
    sha256_update(&hash, bytes.data, bytes.size);
    sha256_final(&hash, digest);
    fmt_init(&text, checksums->sha256_text, sizeof checksums->sha256_text);
    for (size_t i = 0; i < sizeof digest; i++) {
        fmt_add(&text, "%02x", (unsigned)digest[i]);
    }
}

bool checksums_crc32_is_risky(uint32_t crc32)
{
    return crc32 >> 28 == 0;
}
