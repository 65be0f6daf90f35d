// SPDX-License-Identifier: Apache-2.0
// The package's source is taken in as a whole, because what its door leaves out is needed here: its own sum of two
// multiples keeps 2.4 KB on the stack and a table of 1 KB in flash. This one holds fewer multiples, and nothing longer than
// it is needed.
#include "base/curve25519.h"

#include <string.h>

#include "base/attr.h"

#define GFp_NOSTDLIBINC // no C library: its copies are loops
#include <curve25519/curve25519.c>

enum {
    DIGITS = 256,
    // Widths of the windows, and the odd multiples of each point that they need.
    BASE_WIDTH = 3,
    BASE_MULTIPLES = 2, // B, 3B
    POINT_WIDTH = 4,
    POINT_MULTIPLES = 4, // P, 3P, 5P, 7P
};

// B (RFC 8032, section 5.1), little-endian.
static const uint8_t base_x[32] = {
    0x1a, 0xd5, 0x25, 0x8f, 0x60, 0x2d, 0x56, 0xc9, 0xb2, 0xa7, 0x25, 0x95, 0x60, 0xc7, 0x2c, 0x69,
    0x5c, 0xdc, 0xd6, 0xfd, 0x31, 0xe2, 0xa4, 0xc0, 0xfe, 0x53, 0x6e, 0xcd, 0xd3, 0x36, 0x69, 0x21,
};
static const uint8_t base_y[32] = {
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
};

// What the package's source asks of the rest of its library. Theirs takes the same time always, which nothing here needs.
int GFp_memcmp(const uint8_t *a, const uint8_t *b, size_t size)
{
    return memcmp(a, b, size);
}

static unsigned bit_of(const uint8_t number[32], unsigned i)
{
    return i < 256 ? number[i / 8] >> i % 8 & 1U : 0;
}

static unsigned window_of(const uint8_t number[32], unsigned i, unsigned width)
{
    unsigned value = 0;

    while (width-- > 0) {
        value = value << 1 | bit_of(number, i + width);
    }
    return value;
}

// The number as sum of digit[i] · 2^i. A digit is zero or odd, between ±2^(width - 1); of `width` in a row at most one is
// not zero.
static void recode(int8_t digit[DIGITS], const uint8_t number[32], unsigned width)
{
    unsigned carry = 0;
    unsigned i = 0;

    memset(digit, 0, DIGITS);
    while (i < DIGITS) {
        if (bit_of(number, i) == carry) {
            i++;
            continue;
        }
        unsigned value = window_of(number, i, width) + carry;
        carry = value >> (width - 1);
        digit[i] = (int8_t)((int)value - (int)(carry << width));
        i += width;
    }
}

static void tabulate(ge_cached *multiple, unsigned count, const ge_p3 *point)
{
    ge_p1p1 sum;
    ge_p3 odd, twice;

    ge_p3_dbl(&sum, point);
    x25519_ge_p1p1_to_p3(&twice, &sum);
    x25519_ge_p3_to_cached(&multiple[0], point);
    for (unsigned i = 1; i < count; i++) {
        x25519_ge_add(&sum, &twice, &multiple[i - 1]);
        x25519_ge_p1p1_to_p3(&odd, &sum);
        x25519_ge_p3_to_cached(&multiple[i], &odd);
    }
}

NO_INLINE static void tabulate_base(ge_cached multiple[BASE_MULTIPLES])
{
    ge_p3 point;

    fe_frombytes(&point.X, base_x);
    fe_frombytes(&point.Y, base_y);
    fe_1(&point.Z);
    fe_mul_ttt(&point.T, &point.X, &point.Y);
    tabulate(multiple, BASE_MULTIPLES, &point);
}

// False when the bytes are no point.
NO_INLINE static bool tabulate_point(ge_cached multiple[POINT_MULTIPLES], const uint8_t bytes[32])
{
    ge_p3 point;

    if (GFp_x25519_ge_frombytes_vartime(&point, bytes) == 0) {
        return false;
    }
    tabulate(multiple, POINT_MULTIPLES, &point);
    return true;
}

static void add_multiple(ge_p1p1 *sum, const ge_cached *multiple, int digit)
{
    ge_p3 before;

    x25519_ge_p1p1_to_p3(&before, sum);
    if (digit > 0) {
        x25519_ge_add(sum, &before, &multiple[digit / 2]);
    } else {
        x25519_ge_sub(sum, &before, &multiple[-digit / 2]);
    }
}

struct multiples {
    ge_cached base[BASE_MULTIPLES];
    ge_cached point[POINT_MULTIPLES];
};

NO_INLINE static void add_up(ge_p2 *result, const uint8_t base_factor[32], const uint8_t factor[32],
                             const struct multiples *multiples)
{
    int8_t base_digit[DIGITS], digit[DIGITS];
    ge_p1p1 sum;

    recode(base_digit, base_factor, BASE_WIDTH);
    recode(digit, factor, POINT_WIDTH);
    ge_p2_0(result);
    for (unsigned i = DIGITS; i-- > 0;) {
        ge_p2_dbl(&sum, result);
        if (base_digit[i] != 0) {
            add_multiple(&sum, multiples->base, base_digit[i]);
        }
        if (digit[i] != 0) {
            add_multiple(&sum, multiples->point, -digit[i]);
        }
        x25519_ge_p1p1_to_p2(result, &sum);
    }
}

NO_INLINE static void encode(uint8_t bytes[32], const ge_p2 *point)
{
    fe inverse, x, y;

    fe_invert(&inverse, &point->Z);
    fe_mul_ttt(&x, &point->X, &inverse);
    fe_mul_ttt(&y, &point->Y, &inverse);
    fe_tobytes(bytes, &y);
    bytes[31] ^= (uint8_t)(fe_isnegative(&x) << 7);
}

bool curve25519_combine(uint8_t result[32], const uint8_t base_factor[32], const uint8_t factor[32],
                        const uint8_t point[32])
{
    struct multiples multiples;
    ge_p2 sum;

    if (!tabulate_point(multiples.point, point)) {
        return false;
    }
    tabulate_base(multiples.base);
    add_up(&sum, base_factor, factor, &multiples);
    encode(result, &sum);
    return true;
}
