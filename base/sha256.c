// SPDX-License-Identifier: Apache-2.0
// FIPS 180-4, section 6.2, with the message schedule kept in a ring of 16 words to spare the stack.
#include "base/sha256.h"

#include <string.h>

#include "base/endian.h"

static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, unsigned bits)
{
    return word >> bits | word << (32 - bits);
}

// The schedule word of a round from the 16th on.
static uint32_t schedule(const uint32_t *before) // the 16 words before it
{
    uint32_t a = before[1];
    uint32_t b = before[14];
    uint32_t s0 = rotate(a, 7) ^ rotate(a, 18) ^ a >> 3;
    uint32_t s1 = rotate(b, 17) ^ rotate(b, 19) ^ b >> 10;

    return before[0] + s0 + before[9] + s1;
}

// The eight words are a window, which moves down by one word a round: what was v[0] is v[1] in the next one without being
// moved.
static void round_step(uint32_t *v, uint32_t constant_and_word)
{
    uint32_t e = v[4];
    uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    uint32_t choice = v[6] ^ (e & (v[5] ^ v[6]));
    uint32_t t1 = v[7] + s1 + choice + constant_and_word;
    uint32_t a = v[0];
    uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    uint32_t majority = (a & v[1]) | (v[2] & (a | v[1]));

    v[3] += t1;
    v[-1] = t1 + s0 + majority;
}

static void compress(uint32_t state[8], const uint8_t block[SHA256_BLOCK_SIZE])
{
    uint32_t w[64];
    uint32_t v[16 + 8];

    for (unsigned t = 0; t < 16; t++) {
        w[t] = load_be32(block + 4 * t);
    }
    for (uint32_t *word = w + 16; word < w + 64; word++) {
        *word = schedule(word - 16);
    }
    memcpy(v, state, 8 * sizeof *v);
    for (unsigned t = 0; t < 64; t++) {
        unsigned place = t & 15;
        if (place == 0) {
            memcpy(v + 16, v, 8 * sizeof *v);
        }
        round_step(v + 16 - place, round_constants[t] + w[t]);
    }
    for (unsigned i = 0; i < 8; i++) {
        state[i] += v[i];
    }
}

void sha256_init(struct sha256 *self)
{
    memcpy(self->state, initial, sizeof initial);
    self->total = 0;
}

void sha256_update(struct sha256 *self, const void *data, size_t size)
{
    const uint8_t *byte = data;

    while (size > 0) {
        size_t used = (size_t)(self->total % SHA256_BLOCK_SIZE);
        size_t room = SHA256_BLOCK_SIZE - used;
        size_t taken = size < room ? size : room;
        memcpy(self->block + used, byte, taken);
        self->total += taken;
        byte += taken;
        size -= taken;
        if (taken == room) {
            compress(self->state, self->block);
        }
    }
}

void sha256_final(struct sha256 *self, uint8_t digest[SHA256_SIZE])
{
    static const uint8_t padding[SHA256_BLOCK_SIZE] = {0x80};
    uint64_t bits = self->total * 8;
    size_t used = (size_t)(self->total % SHA256_BLOCK_SIZE);
    uint8_t length[8];

    sha256_update(self, padding, used < 56 ? 56 - used : 120 - used);
    store_be32(length, (uint32_t)(bits >> 32));
    store_be32(length + 4, (uint32_t)bits);
    sha256_update(self, length, sizeof length);
    for (unsigned i = 0; i < 8; i++) {
        store_be32(digest + 4 * i, self->state[i]);
    }
}
