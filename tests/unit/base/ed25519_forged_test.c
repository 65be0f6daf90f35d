// SPDX-License-Identifier: Apache-2.0
// Signatures that fulfil the equation though no signer made them: with keys and with R of small order. OpenSSL takes each
// of them, which shows that it is our rule that refuses it, and not a mistake in how it was made.
#include "base/curve25519.h"
#include "base/ed25519.h"

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

static const uint8_t zero[32], one[32] = {1};

// A number below 2^252.
static const uint8_t some_number[32] = {
    0x11, 0x95, 0x2d, 0x70, 0x3c, 0x58, 0xe4, 0x01, 0xaa, 0x17, 0xc0, 0x6f, 0x28, 0x9b, 0xd3, 0x4e,
    0x85, 0x62, 0x3a, 0xf9, 0x0b, 0xc7, 0x56, 0x1d, 0x94, 0xe8, 0x7f, 0x22, 0x63, 0xb0, 0x49, 0x0a,
};

// With a key of order n, R = [S]B fits every message whose k is a multiple of n.
static void expect_forged_with_key(const char *text)
{
    uint8_t key[32], signature[64], message[4];
    uint32_t tries = 0;

    hex_bytes(key, text);
    memcpy(signature + 32, some_number, 32);
    assert_true(curve25519_combine(signature, some_number, zero, one));
    do {
        assert_true(tries < TRIES_MAX);
        store_le32(message, tries++);
    } while (!openssl_verify(signature, span_of(message, 4), key));
    assert_false(ed25519_verify(signature, span_of(message, 4), key));
}

static void ed25519_refuses_keys_of_small_order(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMALL_ORDER; i++) {
        expect_forged_with_key(small_order[i]);
    }
}

static void ed25519_refuses_keys_that_are_not_encoded_as_they_should_be(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MISSPELT; i++) {
        expect_forged_with_key(misspelt[i]);
    }
}

// S = k · number mod L for the key [number]B - T: then [S]B - [k]A = [k]T.
static void answer_challenge(uint8_t signature[64], const uint8_t key[32], const uint8_t message[4])
{
    uint8_t hashed[68], digest[64];

    memcpy(hashed, signature, 32);
    memcpy(hashed + 32, key, 32);
    memcpy(hashed + 64, message, 4);
    openssl_hash("SHA512", span_of(hashed, sizeof hashed), digest);
    openssl_multiply(signature + 32, digest, some_number);
}

// The key's owner, who gave it a part T of order 8, meets any R of small order for one message in eight.
static void expect_forged_with_r(const char *text)
{
    uint8_t point[32], key[32], signature[64], message[4];
    uint32_t tries = 0;

    hex_bytes(point, small_order[ORDER_8]);
    assert_true(curve25519_combine(key, some_number, one, point));
    hex_bytes(signature, text);
    do {
        assert_true(tries < TRIES_MAX);
        store_le32(message, tries++);
        answer_challenge(signature, key, message);
    } while (!openssl_verify(signature, span_of(message, 4), key));
    assert_false(ed25519_verify(signature, span_of(message, 4), key));
}

static void ed25519_refuses_r_of_small_order(void **state)
{
    (void)state;
    for (unsigned i = 0; i < SMALL_ORDER; i++) {
        expect_forged_with_r(small_order[i]);
    }
}

// Here OpenSSL agrees: it compares bytes as well.
static void ed25519_refuses_r_that_is_not_encoded_as_it_should_be(void **state)
{
    (void)state;
    uint8_t key[32], signature[64], message[4];

    assert_true(curve25519_combine(key, some_number, zero, one));
    for (unsigned i = 0; i < MISSPELT; i++) {
        hex_bytes(signature, misspelt[i]);
        for (uint32_t tries = 0; tries < 16; tries++) {
            store_le32(message, tries);
            answer_challenge(signature, key, message);
            assert_false(openssl_verify(signature, span_of(message, 4), key));
            assert_false(ed25519_verify(signature, span_of(message, 4), key));
        }
    }
}

// So the tests above do not pass because nothing passes: a signature made in the same way, with R of the full order.
static void ed25519_takes_what_was_made_the_same_way_by_the_rules(void **state)
{
    (void)state;
    static const uint8_t message[4] = {1, 2, 3, 4};
    uint8_t key[32], signature[64];

    assert_true(curve25519_combine(key, some_number, zero, one));
    assert_true(curve25519_combine(signature, one, zero, one)); // R = B
    answer_challenge(signature, key, message);
    for (unsigned i = 32, carry = 1; i < 64;
         i++) { // S = 1 + k · number; it stays below L but for one case in 2^252
        carry += signature[i];
        signature[i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_true(openssl_verify(signature, span_of(message, 4), key));
    assert_true(ed25519_verify(signature, span_of(message, 4), key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_refuses_keys_of_small_order),
        cmocka_unit_test(ed25519_refuses_keys_that_are_not_encoded_as_they_should_be),
        cmocka_unit_test(ed25519_refuses_r_of_small_order),
        cmocka_unit_test(ed25519_refuses_r_that_is_not_encoded_as_it_should_be),
        cmocka_unit_test(ed25519_takes_what_was_made_the_same_way_by_the_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
