// SPDX-License-Identifier: Apache-2.0
// Candidates with manifests, made for tests: by the codec, signed by OpenSSL.
#ifndef NBOTA_TESTS_UNIT_BOOT_SIGNER_H
#define NBOTA_TESTS_UNIT_BOOT_SIGNER_H

#include "base/span.h"
#include "wire/image.h"
#include "wire/manifest.h"

enum signer { SIGNER_FIRST, SIGNER_SECOND, SIGNER_STRANGER };

// Signs what the manifest says now.
void signer_sign(struct manifest *manifest, enum signer signer);
// The header page of `image`; NULL: without a manifest.
void signer_put_page(uint8_t page[WIRE_HEADER_PAGE_SIZE], struct span image,
                     const struct manifest *manifest);
// The packed file, WIRE_PACKED_MAX bytes at most; returns its size.
uint32_t signer_pack(struct span image, const struct manifest *manifest, uint8_t *file);

#endif
