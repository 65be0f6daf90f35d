// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/base/forger.h"

#include "base/curve25519.h"
#include "base/endian.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/base/hex.h"
#include "tests/unit/base/second_opinion.h"

// Of the eight points whose order divides 8: as RFC 8032 section 5.1.2 encodes them.
static const char *const small_order[] = {
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
};
// Other spellings of them: a sign on x = 0, y + p instead of y.
static const char *const misspelt[] = {
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};
enum {
    SMALL_ORDER = sizeof small_order / sizeof small_order[0],
    MISSPELT = sizeof misspelt / sizeof misspelt[0],
    ORDER_8 = 4,     // the first point above that has it
    TRIES_MAX = 400, // one in eight fits, at worst
};

struct kind {
    void (*make)(struct forgery *self, const char *point);
    const char *const *points;
    unsigned count;
};

static const uint8_t zero[32], one[32] = {1};

// A number below 2^252.
static const uint8_t some_number[32] = {
    0x11, 0x95, 0x2d, 0x70, 0x3c, 0x58, 0xe4, 0x01, 0xaa, 0x17, 0xc0, 0x6f, 0x28, 0x9b, 0xd3, 0x4e,
    0x85, 0x62, 0x3a, 0xf9, 0x0b, 0xc7, 0x56, 0x1d, 0x94, 0xe8, 0x7f, 0x22, 0x63, 0xb0, 0x49, 0x0a,
};

static bool is_taken_by_openssl(const struct forgery *self)
{
    return openssl_verify(self->signature, span_of(self->message, sizeof self->message), self->key);
}

// With a key of order n, R = [S]B fits every message whose k is a multiple of n.
static void forge_with_key(struct forgery *self, const char *point)
{
    uint32_t tries = 0;

    hex_bytes(self->key, point);
    memcpy(self->signature + 32, some_number, 32);
    assert_true(curve25519_combine(self->signature, some_number, zero, one));
    do {
        assert_true(tries < TRIES_MAX);
        store_le32(self->message, tries++);
    } while (!is_taken_by_openssl(self));
}

// S = k · number mod L for the key [number]B - T: then [S]B - [k]A = [k]T.
static void answer_challenge(struct forgery *self)
{
    uint8_t hashed[68], digest[64];

    memcpy(hashed, self->signature, 32);
    memcpy(hashed + 32, self->key, 32);
    memcpy(hashed + 64, self->message, 4);
    openssl_hash("SHA512", span_of(hashed, sizeof hashed), digest);
    openssl_multiply(self->signature + 32, digest, some_number);
}

// The key's owner, who gave it a part T of order 8, meets any R of small order for one message in eight.
static void forge_with_r(struct forgery *self, const char *point)
{
    uint8_t of_order_8[32];
    uint32_t tries = 0;

    hex_bytes(of_order_8, small_order[ORDER_8]);
    assert_true(curve25519_combine(self->key, some_number, one, of_order_8));
    hex_bytes(self->signature, point);
    do {
        assert_true(tries < TRIES_MAX);
        store_le32(self->message, tries++);
        answer_challenge(self);
    } while (!is_taken_by_openssl(self));
}

// Here OpenSSL agrees: it compares bytes as well.
static void forge_with_misspelt_r(struct forgery *self, const char *point)
{
    assert_true(curve25519_combine(self->key, some_number, zero, one));
    hex_bytes(self->signature, point);
    store_le32(self->message, (uint32_t)point[0]);
    answer_challenge(self);
    assert_false(is_taken_by_openssl(self));
}

static const struct kind kinds[FORGED_KINDS] = {
    [FORGED_KEY] = {forge_with_key, small_order, SMALL_ORDER},
    [FORGED_MISSPELT_KEY] = {forge_with_key, misspelt, MISSPELT},
    [FORGED_R] = {forge_with_r, small_order, SMALL_ORDER},
    [FORGED_MISSPELT_R] = {forge_with_misspelt_r, misspelt, MISSPELT},
};

unsigned forger_count(enum forgery_kind kind)
{
    return kinds[kind].count;
}

void forger_make(struct forgery *self, enum forgery_kind kind, unsigned number)
{
    kinds[kind].make(self, kinds[kind].points[number]);
}

// S = 1 + k · number; it stays below L but for one case in 2^252.
void forger_make_genuine(struct forgery *self)
{
    store_le32(self->message, 0x04030201);
    assert_true(curve25519_combine(self->key, some_number, zero, one));
    assert_true(curve25519_combine(self->signature, one, zero, one)); // R = B
    answer_challenge(self);
    for (unsigned i = 32, carry = 1; i < 64; i++) {
        carry += self->signature[i];
        self->signature[i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_true(is_taken_by_openssl(self));
}
