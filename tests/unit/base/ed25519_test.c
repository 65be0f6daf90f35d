// SPDX-License-Identifier: Apache-2.0
// The published signatures are good, and each of them with anything changed is not.
#include "base/ed25519.h"

#include "tests/host/cmocka_all.h"
#include "tests/unit/base/hex.h"
#include "tests/unit/base/rfc8032.h"
#include "tests/unit/base/second_opinion.h"

enum { VECTORS = sizeof rfc8032_vectors / sizeof rfc8032_vectors[0], MESSAGE_MAX = 1024 };

struct signed_message {
    uint8_t key[32];
    uint8_t signature[64];
    uint8_t message[MESSAGE_MAX];
    size_t size;
};

static struct signed_message vector(unsigned number)
{
    const struct rfc8032_vector *row = &rfc8032_vectors[number];
    struct signed_message out;

    hex_bytes(out.key, row->public_key);
    hex_bytes(out.signature, row->signature);
    out.size = hex_bytes(out.message, row->message);
    return out;
}

static bool is_good(const struct signed_message *self)
{
    return ed25519_verify(self->signature, span_of(self->message, self->size), self->key);
}

static void ed25519_takes_the_signatures_of_rfc_8032(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VECTORS; i++) {
        struct signed_message v = vector(i);
        if (!is_good(&v)) {
            fail_msg("%s is refused", rfc8032_vectors[i].name);
        }
    }
}

static void ed25519_takes_an_empty_message_without_address(void **state)
{
    (void)state;
    struct signed_message v = vector(0);

    assert_int_equal(v.size, 0);
    assert_true(ed25519_verify(v.signature, span_of(NULL, 0), v.key));
}

// Each bit of what a signature binds, in turn.
static void refuse_flipped(struct signed_message *v, uint8_t *bytes, size_t size, unsigned bits)
{
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < bits; bit++) {
            uint8_t flipped = (uint8_t)(1U << (i + bit) % 8);
            bytes[i] ^= flipped;
            assert_false(is_good(v));
            bytes[i] ^= flipped;
        }
    }
    assert_true(is_good(v));
}

static void ed25519_refuses_any_flipped_bit_of_signature_and_key(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        struct signed_message v = vector(i);
        refuse_flipped(&v, v.signature, sizeof v.signature, 8);
        refuse_flipped(&v, v.key, sizeof v.key, 8);
    }
}

static void ed25519_refuses_a_flipped_bit_in_any_byte_of_the_message(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VECTORS; i++) {
        struct signed_message v = vector(i);
        refuse_flipped(&v, v.message, v.size, 1);
    }
}

static void ed25519_refuses_a_message_that_is_longer_or_shorter(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VECTORS; i++) {
        struct signed_message v = vector(i);
        if (v.size > 0) {
            v.size--;
            assert_false(is_good(&v));
            v.size++;
        }
        v.message[v.size++] = 0;
        assert_false(is_good(&v));
    }
}

static void ed25519_refuses_s_plus_the_group_order(void **state)
{
    (void)state;
    for (unsigned i = 0; i < VECTORS; i++) {
        struct signed_message v = vector(i);
        do { // as often as it fits into 32 bytes
            openssl_add_order(v.signature + 32, v.signature + 32);
            assert_false(is_good(&v));
        } while (v.signature[63] < 0xe0);
    }
}

static void ed25519_refuses_high_bits_in_s(void **state)
{
    (void)state;
    for (unsigned high = 1; high < 8; high++) {
        struct signed_message v = vector(1);
        v.signature[63] |= (uint8_t)(high << 5);
        assert_false(is_good(&v));
    }
}

static void ed25519_refuses_signatures_of_constant_bytes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 256; i++) {
        struct signed_message v = vector(2);
        memset(v.signature, (int)i, sizeof v.signature);
        assert_false(is_good(&v));
        memset(v.key, (int)i, sizeof v.key);
        assert_false(is_good(&v));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_takes_the_signatures_of_rfc_8032),
        cmocka_unit_test(ed25519_takes_an_empty_message_without_address),
        cmocka_unit_test(ed25519_refuses_any_flipped_bit_of_signature_and_key),
        cmocka_unit_test(ed25519_refuses_a_flipped_bit_in_any_byte_of_the_message),
        cmocka_unit_test(ed25519_refuses_a_message_that_is_longer_or_shorter),
        cmocka_unit_test(ed25519_refuses_s_plus_the_group_order),
        cmocka_unit_test(ed25519_refuses_high_bits_in_s),
        cmocka_unit_test(ed25519_refuses_signatures_of_constant_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
