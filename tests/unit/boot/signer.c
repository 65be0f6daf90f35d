// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/boot/signer.h"

#include <string.h>

#include "tests/unit/base/second_opinion.h"
#include "wire/image.h"

// RFC 8032, 7.1, TEST 1 to 3.
static const uint8_t seeds[][32] = {
    {0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a,
     0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32,
     0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60},
    {0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3,
     0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab,
     0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb},
    {0xc5, 0xaa, 0x8d, 0xf4, 0x3f, 0x9f, 0x83, 0x7b, 0xed, 0xb7, 0x44,
     0x2f, 0x31, 0xdc, 0xb7, 0xb1, 0x66, 0xd3, 0x85, 0x35, 0x07, 0x6f,
     0x09, 0x4b, 0x85, 0xce, 0x3a, 0x2e, 0x0b, 0x44, 0x58, 0xf7},
};

void signer_sign(struct manifest *manifest, enum signer signer)
{
    uint8_t page[MANIFEST_END] = {0};
    uint8_t key[MANIFEST_PUBLIC_KEY_SIZE];

    openssl_public_key(key, seeds[signer]);
    manifest_key_id(key, manifest->key_id);
    manifest_encode(manifest, page + MANIFEST_OFFSET);
    openssl_sign(manifest->signature, manifest_signed_part(span_of(page, sizeof page)),
                 seeds[signer]);
}

void signer_put_page(uint8_t page[WIRE_HEADER_PAGE_SIZE], struct span image,
                     const struct manifest *manifest)
{
    struct image_header header = image_header_of(image);

    memset(page, 0, WIRE_HEADER_PAGE_SIZE);
    image_header_encode(&header, page);
    if (manifest != NULL) {
        manifest_encode(manifest, page + MANIFEST_OFFSET);
    }
}

uint32_t signer_pack(struct span image, const struct manifest *manifest, uint8_t *file)
{
    uint8_t page[WIRE_HEADER_PAGE_SIZE];
    uint32_t size = image_packed_size((uint32_t)image.size);
    uint32_t at = 0;

    signer_put_page(page, image, manifest);
    for (uint32_t i = 0; i < image_piece_count(size); i++) {
        at += image_pack_chunk(span_of(page, sizeof page), image, i, file + at);
    }
    return at;
}
