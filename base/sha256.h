// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4), for images; no heap, 112 bytes of state.
#ifndef NBOTA_BASE_SHA256_H
#define NBOTA_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_BLOCK_SIZE = 64 };

struct sha256 {
    uint32_t state[8];
    uint8_t block[SHA256_BLOCK_SIZE];
    uint64_t total; // bytes fed
};

void sha256_init(struct sha256 *self);
void sha256_update(struct sha256 *self, const void *data, size_t size);
// Ends the hash; `self` may only be initialised again afterwards.
void sha256_final(struct sha256 *self, uint8_t digest[SHA256_SIZE]);

#endif
