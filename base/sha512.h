// SPDX-License-Identifier: Apache-2.0
// SHA-512 (FIPS 180-4), for Ed25519; no heap, 200 bytes of state. Written for size: see docs/performance.md,
// "Cryptography".
#ifndef NBOTA_BASE_SHA512_H
#define NBOTA_BASE_SHA512_H

#include <stddef.h>
#include <stdint.h>

enum { SHA512_SIZE = 64, SHA512_BLOCK_SIZE = 128 };

struct sha512 {
    uint64_t state[8];
    uint8_t block[SHA512_BLOCK_SIZE];
    uint64_t total; // bytes fed, below 2^61
};

void sha512_init(struct sha512 *self);
void sha512_update(struct sha512 *self, const void *data, size_t size);
// Ends the hash; `self` may only be initialised again afterwards.
void sha512_final(struct sha512 *self, uint8_t digest[SHA512_SIZE]);

#endif
