// SPDX-License-Identifier: Apache-2.0
// CRC-16 and CRC-32 against their check values, SHA-256 and SHA-512 against NIST's examples for FIPS 180-4.
#include <string.h>

#include "base/crc16.h"
#include "base/crc32.h"
#include "base/endian.h"
#include "base/sha256.h"
#include "base/sha512.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/base/fips180.h"
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

static void expect_sha256(const struct fips180_example *example, size_t step)
{
    uint8_t digest[SHA256_SIZE], expected[SHA256_SIZE];
    size_t size = strlen(example->text);
    struct sha256 sha;

    sha256_init(&sha);
    for (size_t i = 0; i < example->repeat; i++) {
        for (size_t at = 0; at < size; at += step) {
            sha256_update(&sha, example->text + at, size - at < step ? size - at : step);
        }
    }
    sha256_final(&sha, digest);
    assert_int_equal(hex_bytes(expected, example->sha256), sizeof expected);
    assert_memory_equal(digest, expected, sizeof digest);
}

static void expect_sha512(const struct fips180_example *example, size_t step)
{
    uint8_t digest[SHA512_SIZE], expected[SHA512_SIZE];
    size_t size = strlen(example->text);
    struct sha512 sha;

    sha512_init(&sha);
    for (size_t i = 0; i < example->repeat; i++) {
        for (size_t at = 0; at < size; at += step) {
            sha512_update(&sha, example->text + at, size - at < step ? size - at : step);
        }
    }
    sha512_final(&sha, digest);
    assert_int_equal(hex_bytes(expected, example->sha512), sizeof expected);
    assert_memory_equal(digest, expected, sizeof digest);
}

// Steps of every size, but for the long one.
static void sha2_agrees_with_the_published_examples_in_any_division(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FIPS180_EXAMPLES; i++) {
        const struct fips180_example *example = &fips180_examples[i];
        size_t size = strlen(example->text);
        for (size_t step = example->repeat > 1 ? size : 1; step <= size || step == 1; step++) {
            if (example->sha256 != NULL) {
                expect_sha256(example, step);
            }
            if (example->sha512 != NULL) {
                expect_sha512(example, step);
            }
        }
    }
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
        cmocka_unit_test(sha2_agrees_with_the_published_examples_in_any_division),
        cmocka_unit_test(endian_stores_what_it_loads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
