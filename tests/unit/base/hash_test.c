// SPDX-License-Identifier: Apache-2.0
// CRC-16 and CRC-32 against their check values, SHA-256 and SHA-512 against NIST's examples for FIPS 180-4.
#include <string.h>

#include "base/crc16.h"
#include "base/crc32.h"
#include "base/endian.h"
#include "base/sha256.h"
#include "base/sha512.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/base/hex.h"

static void crc32_has_its_check_value_in_any_division(void **state)
{
    (void)state;
    static const char text[] = "123456789";
    static const uint8_t zeros[1024] = {0};

    for (size_t cut = 0; cut <= 9; cut++) {
        uint32_t crc = crc32_update(0, text, cut);
        assert_int_equal(crc32_update(crc, text + cut, 9 - cut), 0xCBF43926);
    }
    assert_int_equal(crc32_update(0, zeros, sizeof zeros), 0xEFB5AF2E);
    assert_int_equal(crc32_update(0, NULL, 0), 0);
}

// The second is the example of the serial line guide, the third that of a converter's manual.
static void crc16_has_its_check_value_and_that_of_published_frames(void **state)
{
    (void)state;
    assert_int_equal(crc16_modbus(span_of_text("123456789")), 0x4B37);
    assert_int_equal(crc16_modbus(span_of("\x02\x07", 2)), 0x1241);
    assert_int_equal(crc16_modbus(span_of("\x01\x03\x0B\xB8\x00\x02", 6)), 0x0A46);
    assert_int_equal(crc16_modbus(span_of(NULL, 0)), 0xFFFF);
}

static void expect_sha256(const char *text, size_t repeat, size_t step, const uint8_t first[4])
{
    struct sha256 sha;
    uint8_t digest[SHA256_SIZE];
    size_t size = strlen(text);

    sha256_init(&sha);
    for (size_t i = 0; i < repeat; i++) {
        for (size_t at = 0; at < size; at += step) {
            sha256_update(&sha, text + at, size - at < step ? size - at : step);
        }
    }
    sha256_final(&sha, digest);
    assert_memory_equal(digest, first, 4);
}

static void sha256_agrees_with_the_published_examples_in_any_division(void **state)
{
    (void)state;
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

    expect_sha256("", 1, 1, (const uint8_t[]){0xe3, 0xb0, 0xc4, 0x42});
    expect_sha256("abc", 1, 3, (const uint8_t[]){0xba, 0x78, 0x16, 0xbf});
    for (size_t step = 1; step <= 56; step++) {
        expect_sha256(two_blocks, 1, step, (const uint8_t[]){0x24, 0x8d, 0x6a, 0x61});
    }
    expect_sha256("aaaaaaaaaa", 100000, 10, (const uint8_t[]){0xcd, 0xc7, 0x6e, 0x5c});
}

static void expect_sha512(const char *text, size_t repeat, size_t step, const char *hex)
{
    struct sha512 sha;
    uint8_t digest[SHA512_SIZE], expected[SHA512_SIZE];
    size_t size = strlen(text);

    sha512_init(&sha);
    for (size_t i = 0; i < repeat; i++) {
        for (size_t at = 0; at < size; at += step) {
            sha512_update(&sha, text + at, size - at < step ? size - at : step);
        }
    }
    sha512_final(&sha, digest);
    assert_int_equal(hex_bytes(expected, hex), sizeof expected);
    assert_memory_equal(digest, expected, sizeof digest);
}

static void sha512_agrees_with_the_published_examples_in_any_division(void **state)
{
    (void)state;
    static const char two_blocks[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                                     "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

    expect_sha512("", 1, 1,
                  "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                  "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
    expect_sha512("abc", 1, 3,
                  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    for (size_t step = 1; step <= 112; step++) {
        expect_sha512(two_blocks, 1, step,
                      "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
                      "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909");
    }
    expect_sha512("aaaaaaaaaa", 100000, 10,
                  "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                  "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

static void endian_stores_what_it_loads(void **state)
{
    (void)state;
    uint8_t bytes[4];

    store_le32(bytes, 0x11223344);
    assert_memory_equal(bytes, "\x44\x33\x22\x11", 4);
    assert_int_equal(load_le32(bytes), 0x11223344);
    assert_int_equal(load_be32(bytes), 0x44332211);
    assert_int_equal(load_le16(bytes), 0x3344);
    store_be32(bytes, 0xFF000001);
    assert_memory_equal(bytes, "\xFF\x00\x00\x01", 4);
    store_le16(bytes, 0xABCD);
    assert_memory_equal(bytes, "\xCD\xAB", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc16_has_its_check_value_and_that_of_published_frames),
        cmocka_unit_test(crc32_has_its_check_value_in_any_division),
        cmocka_unit_test(sha256_agrees_with_the_published_examples_in_any_division),
        cmocka_unit_test(sha512_agrees_with_the_published_examples_in_any_division),
        cmocka_unit_test(endian_stores_what_it_loads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
