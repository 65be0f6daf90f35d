// SPDX-License-Identifier: Apache-2.0
// RFC 8032, section 5.1.7. What is refused before any arithmetic is decided on the bytes alone.
#include "base/ed25519.h"

#include <string.h>

#include "base/attr.h"
#include "base/curve25519.h"
#include "base/sha512.h"

// p = 2^255 - 19 and L = 2^252 + 27742317777372353535851937790883648493 (RFC 8032, section 5.1), little-endian.
static const uint8_t prime[32] = {
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
};
static const uint8_t order[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
};

// The y of the eight points whose order divides 8: of the one of order 1, of order 2, of the two of order 4, and two for
// the four of order 8, the roots of dy⁴ + 2y² = 1: there doubling gives y = 0.
static const uint8_t small_order_y[][32] = {
    {0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
     0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

static bool is_below(const uint8_t number[32], const uint8_t limit[32])
{
    unsigned i = 31;

    while (i > 0 && number[i] == limit[i]) {
        i--;
    }
    return number[i] < limit[i];
}

// Whether the bytes are y < p with any sign, and not a point of small order. All y of x = 0 are in that table, so no sign
// is left that would have to be refused.
static bool is_sound(const uint8_t point[32])
{
    uint8_t y[32];

    memcpy(y, point, sizeof y);
    y[31] &= 0x7f;
    for (size_t i = 0; i < sizeof small_order_y / sizeof small_order_y[0]; i++) {
        if (memcmp(y, small_order_y[i], sizeof y) == 0) {
            return false;
        }
    }
    return is_below(y, prime);
}

static void double_and_add(uint8_t number[32], unsigned bit)
{
    for (unsigned i = 0; i < 32; i++) {
        bit |= (unsigned)number[i] << 1;
        number[i] = (uint8_t)bit;
        bit >>= 8;
    }
}

static void subtract_order(uint8_t number[32])
{
    int borrow = 0;

    for (unsigned i = 0; i < 32; i++) {
        borrow += number[i] - order[i];
        number[i] = (uint8_t)borrow;
        borrow = borrow < 0 ? -1 : 0;
    }
}

// number = digest mod L, bit by bit: 1 % of the time of a verification, and 4 KB less than the package's way.
static void reduce(uint8_t number[32], const uint8_t digest[SHA512_SIZE])
{
    memset(number, 0, 32);
    for (unsigned i = 8 * SHA512_SIZE; i-- > 0;) {
        double_and_add(number, digest[i / 8] >> i % 8 & 1U);
        if (!is_below(number, order)) {
            subtract_order(number);
        }
    }
}

// k of 5.1.7, step 2, modulo L.
NO_INLINE static void challenge(uint8_t k[32], const uint8_t r[32], const uint8_t public_key[32],
                                struct span message)
{
    struct sha512 sha;
    uint8_t digest[SHA512_SIZE];

    sha512_init(&sha);
    sha512_update(&sha, r, 32);
    sha512_update(&sha, public_key, ED25519_KEY_SIZE);
    sha512_update(&sha, message.data, message.size);
    sha512_final(&sha, digest);
    reduce(k, digest);
}

bool ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message,
                    const uint8_t public_key[ED25519_KEY_SIZE])
{
    const uint8_t *r = signature;
    const uint8_t *s = signature + 32;
    uint8_t k[32];
    uint8_t expected[32];

    if (!is_below(s, order) || !is_sound(r) || !is_sound(public_key)) {
        return false;
    }
    challenge(k, r, public_key, message);
    return curve25519_combine(expected, s, k, public_key) && memcmp(expected, r, 32) == 0;
}
