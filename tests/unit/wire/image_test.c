// SPDX-License-Identifier: Apache-2.0
// The test vectors of docs/protocol.md, section "packed image file".
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "base/crc32.h"
#include "base/sha256.h"
#include "wire/checksum.h"
#include "wire/chunk.h"
#include "wire/image.h"

static uint8_t packed[WIRE_PACKED_MAX];
static size_t packed_size;

static void pack_image(size_t size)
{
    static uint8_t image[WIRE_SLOT_SIZE];
    uint8_t page[WIRE_HEADER_PAGE_SIZE] = {0};

    for (size_t i = 0; i < size; i++) {
        image[i] = (uint8_t)(7 * i + 3);
    }
    struct image_header header = image_header_of(span_of(image, size));
    image_header_encode(&header, page);
    packed_size = 0;
    uint32_t total = image_packed_size((uint32_t)size);
    for (uint32_t i = 0; i < image_piece_count(total); i++) {
        packed_size += image_pack_chunk(span_of(page, sizeof page), span_of(image, size), i,
                                        packed + packed_size);
    }
    assert_int_equal(packed_size, total);
}

static void image_a_packs_to_the_published_bytes(void **state)
{
    (void)state;
    static const uint8_t header[] = {0x66, 0x41, 0x40, 0xa8, 0x01, 0x33, 0x33,
                                     0x22, 0x22, 0x10, 0x10, 0x10, 0x10, 0xb8,
                                     0x0b, 0x00, 0x00, 0xf1, 0x1d, 0x08, 0x57};
    static const uint8_t sha[SHA256_SIZE] = {0x95, 0x5d, 0xde, 0x18, 0xf2, 0xdf, 0x9e, 0x30,
                                             0xe9, 0xd1, 0xd6, 0x0f, 0x22, 0xc0, 0x82, 0x6b,
                                             0xc0, 0xdd, 0x15, 0xad, 0x35, 0x1d, 0x27, 0x5d,
                                             0xda, 0x55, 0x89, 0xca, 0x2f, 0x37, 0x02, 0x6c};
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];

    pack_image(3000);
    assert_int_equal(packed_size, 7124);
    assert_memory_equal(packed, header, sizeof header);
    assert_int_equal(crc32_update(0, packed, packed_size), 0x5210ABB3);
    sha256_init(&hash);
    sha256_update(&hash, packed, packed_size);
    sha256_final(&hash, digest);
    assert_memory_equal(digest, sha, sizeof sha);
}

static void every_piece_of_image_a_has_the_published_crc(void **state)
{
    (void)state;
    static const uint32_t crcs[] = {0x570DEE9B, 0xEFB5AF2E, 0xEFB5AF2E, 0xEFB5AF2E,
                                    0x5D3DE8ED, 0x5D3DE8ED, 0xB965E1F6};

    pack_image(3000);
    assert_int_equal(image_piece_count(7124), 7);
    for (uint32_t i = 0; i < 7; i++) {
        uint32_t received;
        uint32_t computed;
        size_t size = image_piece_size(7124, i) + WIRE_CRC_SIZE;
        assert_int_equal(size, i < 6 ? 1028 : 956);
        struct span chunk = span_of(packed + (size_t)i * WIRE_CHUNK_SIZE, size);
        assert_int_equal(chunk_check(chunk, size, &received, &computed), STATUS_OK);
        assert_int_equal(received, crcs[i]);
    }
}

static void image_b_has_no_short_last_chunk(void **state)
{
    (void)state;
    pack_image(2048);
    assert_int_equal(packed_size, 6168);
    struct image_header header;
    assert_int_equal(image_header_decode(span_of(packed, packed_size), &header), STATUS_OK);
    assert_int_equal(header.firmware_crc32, 0xB9D45861);
}

static void packed_sizes_are_the_published_ones(void **state)
{
    (void)state;
    assert_int_equal(image_packed_size(86116), 90568);
    assert_int_equal(image_packed_size(112504), 117056);
    assert_int_equal(image_packed_size(122880), 127472);
    assert_int_equal(image_packed_size(1), WIRE_PACKED_MIN);
    assert_int_equal(image_piece_count(90568), 89);
    assert_int_equal(image_piece_size(90568, 88) + 4, 104);
}

static void impossible_packed_sizes_are_told_apart(void **state)
{
    (void)state;
    assert_true(image_size_is_packed(7124));
    assert_true(image_size_is_packed(6168));
    assert_false(image_size_is_packed(6169));
    assert_false(image_size_is_packed(6172));
    assert_true(image_size_is_packed(6173));
    assert_false(image_size_is_packed(0));
    assert_false(image_size_is_packed(4116));
    assert_false(image_size_is_packed(127473));
}

static void a_flipped_bit_names_its_piece(void **state)
{
    (void)state;
    pack_image(3000);
    assert_int_equal(image_first_bad_piece(span_of(packed, packed_size)), IMAGE_ALL_GOOD);
    packed[5 * WIRE_CHUNK_SIZE + 17] ^= 0x10;
    assert_int_equal(image_first_bad_piece(span_of(packed, packed_size)), 5);
    assert_int_equal(image_first_bad_piece(span_of(packed, 1030)), 1);
}

static void a_header_without_magic_or_with_a_wrong_size_is_refused(void **state)
{
    (void)state;
    struct image_header header;

    pack_image(3000);
    assert_int_equal(image_header_decode(span_of(packed, 20), &header), STATUS_INVALID);
    packed[13] = packed[14] = 0;
    assert_int_equal(image_header_decode(span_of(packed, 21), &header), STATUS_INVALID);
    packed[15] = 2;
    assert_int_equal(image_header_decode(span_of(packed, 21), &header), STATUS_INVALID);
    packed[0] = 0;
    assert_int_equal(image_header_decode(span_of(packed, 21), &header), STATUS_INVALID);
}

static void checksum_text_is_the_little_endian_hex(void **state)
{
    (void)state;
    char text[9];

    checksum_crc32_text(0x5210ABB3, text);
    assert_string_equal(text, "b3ab1052");
    checksum_crc32_text(0xCBF43926, text);
    assert_string_equal(text, "2639f4cb");
}

static void checksum_is_accepted_in_either_byte_order_and_without_leading_zeros(void **state)
{
    (void)state;
    assert_true(checksum_crc32_matches("b3ab1052", 0x5210ABB3));
    assert_true(checksum_crc32_matches("5210ABB3", 0x5210ABB3));
    assert_true(checksum_crc32_matches("12", 0x00000012));
    assert_false(checksum_crc32_matches("", 0));
    assert_false(checksum_crc32_matches("b3ab1053", 0x5210ABB3));
    assert_false(checksum_crc32_matches("0b3ab1052", 0x5210ABB3));
    assert_false(checksum_crc32_matches("5210abbg", 0x5210ABB3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image_a_packs_to_the_published_bytes),
        cmocka_unit_test(every_piece_of_image_a_has_the_published_crc),
        cmocka_unit_test(image_b_has_no_short_last_chunk),
        cmocka_unit_test(packed_sizes_are_the_published_ones),
        cmocka_unit_test(impossible_packed_sizes_are_told_apart),
        cmocka_unit_test(a_flipped_bit_names_its_piece),
        cmocka_unit_test(a_header_without_magic_or_with_a_wrong_size_is_refused),
        cmocka_unit_test(checksum_text_is_the_little_endian_hex),
        cmocka_unit_test(checksum_is_accepted_in_either_byte_order_and_without_leading_zeros),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
