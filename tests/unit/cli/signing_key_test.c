// SPDX-License-Identifier: Apache-2.0
// Keys of RFC 8032, 7.1 through OpenSSL, and signatures that must not pass.
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "cli/signing_key.h"

#define KEY(number) NBOTA_GOLDEN "/../keys/rfc8032-test-" #number ".pem"

static struct signing_key key;

static int open_second(void **state)
{
    (void)state;
    return signing_key_open(&key, KEY(2), SIGNING_KEY_PRIVATE);
}

static int close_key(void **state)
{
    (void)state;
    signing_key_close(&key);
    return 0;
}

// TEST 2: the message is one byte.
static const uint8_t published[MANIFEST_SIGNATURE_SIZE] = {
    0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40,
    0xa2, 0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda,
    0x08, 0x5a, 0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c,
    0x38, 0x7b, 0x2e, 0xae, 0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00};
static const uint8_t message = 0x72;

static void a_published_message_gets_its_published_signature(void **state)
{
    (void)state;
    uint8_t signature[MANIFEST_SIGNATURE_SIZE];

    assert_int_equal(signing_key_sign(&key, span_of(&message, 1), signature), STATUS_OK);
    assert_memory_equal(signature, published, sizeof signature);
    assert_true(signing_key_verify(&key, span_of(&message, 1), published));
}

static void every_flipped_bit_of_a_signature_is_noticed(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof published; bit++) {
        uint8_t signature[MANIFEST_SIGNATURE_SIZE];
        memcpy(signature, published, sizeof signature);
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(signing_key_verify(&key, span_of(&message, 1), signature));
    }
}

static void another_key_or_message_does_not_match(void **state)
{
    (void)state;
    static const uint8_t other = 0x73;
    struct signing_key stranger;

    assert_false(signing_key_verify(&key, span_of(&other, 1), published));
    assert_int_equal(signing_key_open(&stranger, KEY(3), SIGNING_KEY_PUBLIC), STATUS_OK);
    assert_false(signing_key_verify(&stranger, span_of(&message, 1), published));
    signing_key_close(&stranger);
}

static void new_keys_differ_and_match_what_they_sign(void **state)
{
    (void)state;
    struct signing_key one;
    struct signing_key two;
    uint8_t signature[MANIFEST_SIGNATURE_SIZE];

    assert_int_equal(signing_key_make(&one), STATUS_OK);
    assert_int_equal(signing_key_make(&two), STATUS_OK);
    assert_memory_not_equal(one.public_key, two.public_key, sizeof one.public_key);
    assert_string_not_equal(one.id_text, two.id_text);
    assert_int_equal(signing_key_sign(&one, span_of("text", 4), signature), STATUS_OK);
    assert_true(signing_key_verify(&one, span_of("text", 4), signature));
    assert_false(signing_key_verify(&two, span_of("text", 4), signature));
    signing_key_close(&one);
    signing_key_close(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_published_message_gets_its_published_signature,
                                        open_second, close_key),
        cmocka_unit_test_setup_teardown(every_flipped_bit_of_a_signature_is_noticed, open_second,
                                        close_key),
        cmocka_unit_test_setup_teardown(another_key_or_message_does_not_match, open_second,
                                        close_key),
        cmocka_unit_test(new_keys_differ_and_match_what_they_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
