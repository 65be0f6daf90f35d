// SPDX-License-Identifier: Apache-2.0
// The manifest against files that another program put together (tests/golden/make_manifest.py).
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "tests/fake/firmware.h"
#include "wire/image.h"
#include "wire/manifest.h"

enum { SIZE = 1000 };

static uint8_t page[WIRE_PIECE_SIZE];

// The first piece of the golden file.
static void load(const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", NBOTA_GOLDEN, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(page, 1, sizeof page, file), sizeof page);
    fclose(file);
}

static int load_signed(void **state)
{
    (void)state;
    load("signed.packed.bin");
    return 0;
}

static enum status decode(void)
{
    struct manifest manifest;

    return manifest_decode(span_of(page, MANIFEST_END), &manifest);
}

static void a_signed_manifest_reads_as_it_was_made(void **state)
{
    (void)state;
    struct manifest manifest;

    assert_int_equal(manifest_decode(span_of(page, MANIFEST_END), &manifest), STATUS_OK);
    assert_int_equal(manifest.flags, MANIFEST_RAISES_COUNTER);
    assert_int_equal(manifest.product_id, 0x40);
    assert_int_equal(manifest.hardware_id, 1);
    assert_string_equal(manifest.title, "s31-nb");
    assert_string_equal(manifest.version, "v1.1.0");
    assert_int_equal(manifest.load_address, WIRE_SLOT_BASE);
    assert_int_equal(manifest.image_size, SIZE);
    assert_int_equal(manifest.security_counter, 7);
    assert_int_equal(manifest.revoked, 2);
    assert_true(manifest_is_signed(&manifest));
}

static void a_manifest_is_written_as_it_was_read(void **state)
{
    (void)state;
    struct manifest manifest;
    uint8_t bytes[MANIFEST_SIZE];

    assert_int_equal(manifest_decode(span_of(page, MANIFEST_END), &manifest), STATUS_OK);
    memset(bytes, 0xA5, sizeof bytes);
    manifest_encode(&manifest, bytes);
    assert_memory_equal(bytes, page + MANIFEST_OFFSET, sizeof bytes);
}

static void the_manifest_of_an_image_is_the_golden_unsigned_one(void **state)
{
    (void)state;
    uint8_t image[SIZE];
    struct manifest manifest;
    uint8_t bytes[MANIFEST_SIZE];

    load("unsigned.packed.bin");
    firmware_make(image, SIZE, "s31-nb", "v1.1.0");
    assert_int_equal(manifest_of(span_of(image, SIZE), &manifest), STATUS_OK);
    assert_false(manifest_is_signed(&manifest));
    manifest_encode(&manifest, bytes);
    assert_memory_equal(bytes, page + MANIFEST_OFFSET, sizeof bytes);
}

static void an_image_without_a_good_info_block_has_no_manifest(void **state)
{
    (void)state;
    uint8_t image[SIZE];
    struct manifest manifest;

    firmware_make_plain(image, SIZE);
    assert_int_equal(manifest_of(span_of(image, SIZE), &manifest), STATUS_NOT_FOUND);
    firmware_make(image, SIZE, "s31-nb", "v1.1.0");
    assert_int_equal(manifest_of(span_of(image, SIZE - 1), &manifest), STATUS_INVALID);
    image[INFO_OFFSET + 8] ^= 1;
    assert_int_equal(manifest_of(span_of(image, SIZE), &manifest), STATUS_CORRUPT);
}

// info_decode() lets it pass; a manifest has one spelling.
static void what_an_info_block_has_behind_a_text_is_left_out(void **state)
{
    (void)state;
    uint8_t image[SIZE];
    struct manifest manifest;
    static const char clean[INFO_TITLE_SIZE] = "s31-nb";

    firmware_make(image, SIZE, "s31-nb", "v1.1.0");
    image[INFO_OFFSET + 8 + INFO_TITLE_SIZE - 1] = 'x';
    assert_int_equal(info_seal(image, SIZE), STATUS_OK);
    assert_int_equal(manifest_of(span_of(image, SIZE), &manifest), STATUS_OK);
    assert_memory_equal(manifest.title, clean, sizeof clean);
}

static void a_page_without_the_magic_has_no_manifest(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        page[MANIFEST_OFFSET + i] ^= 1;
        assert_int_equal(decode(), STATUS_NOT_FOUND);
        page[MANIFEST_OFFSET + i] ^= 1;
    }
}

static void a_page_that_ends_too_early_is_invalid(void **state)
{
    (void)state;
    struct manifest manifest;

    for (size_t size = 0; size < MANIFEST_END; size++) {
        assert_int_equal(manifest_decode(span_of(page, size), &manifest), STATUS_INVALID);
    }
}

// Every value but the known ones, in a field that a reader has to know.
static void refuses_all_values_but(size_t offset, uint8_t known, uint8_t also_known)
{
    for (unsigned value = 0; value < 256; value++) {
        bool is_known = value == known || value == also_known;
        page[offset] = (uint8_t)value;
        assert_int_equal(decode(), is_known ? STATUS_OK : STATUS_INVALID);
    }
    page[offset] = known;
}

static void unknown_formats_and_flags_are_refused(void **state)
{
    (void)state;
    refuses_all_values_but(0x24, MANIFEST_FORMAT, MANIFEST_FORMAT);
    refuses_all_values_but(0x25, 0, MANIFEST_RAISES_COUNTER);
}

static void texts_must_end_and_be_padded_with_zeros(void **state)
{
    (void)state;
    static const size_t last[] = {0x28 + INFO_TITLE_SIZE - 1, 0x3C + INFO_VERSION_SIZE - 1};

    for (size_t i = 0; i < 2; i++) {
        refuses_all_values_but(last[i], 0, 0);
    }
    memset(page + 0x28, 'x', INFO_TITLE_SIZE);
    assert_int_equal(decode(), STATUS_INVALID);
}

static void signed_are_the_92_bytes_before_the_key_id(void **state)
{
    (void)state;
    struct span part = manifest_signed_part(span_of(page, MANIFEST_END));

    assert_ptr_equal(part.data, page + 0x20);
    assert_int_equal(part.size, 0x7C - 0x20);
}

// RFC 8032, 7.1, TEST 1.
static void the_key_id_is_that_of_the_signer(void **state)
{
    (void)state;
    static const uint8_t public_key[MANIFEST_PUBLIC_KEY_SIZE] = {
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe,
        0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6,
        0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};
    uint8_t key_id[MANIFEST_KEY_ID_SIZE];

    manifest_key_id(public_key, key_id);
    assert_memory_equal(key_id, page + 0x7C, sizeof key_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_signed_manifest_reads_as_it_was_made, load_signed),
        cmocka_unit_test_setup(a_manifest_is_written_as_it_was_read, load_signed),
        cmocka_unit_test(the_manifest_of_an_image_is_the_golden_unsigned_one),
        cmocka_unit_test(an_image_without_a_good_info_block_has_no_manifest),
        cmocka_unit_test(what_an_info_block_has_behind_a_text_is_left_out),
        cmocka_unit_test_setup(a_page_without_the_magic_has_no_manifest, load_signed),
        cmocka_unit_test_setup(a_page_that_ends_too_early_is_invalid, load_signed),
        cmocka_unit_test_setup(unknown_formats_and_flags_are_refused, load_signed),
        cmocka_unit_test_setup(texts_must_end_and_be_padded_with_zeros, load_signed),
        cmocka_unit_test_setup(signed_are_the_92_bytes_before_the_key_id, load_signed),
        cmocka_unit_test_setup(the_key_id_is_that_of_the_signer, load_signed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
