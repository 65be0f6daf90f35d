// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cli/packing.h"
#include "tests/fake/firmware.h"

static uint8_t image[WIRE_SLOT_SIZE];
static uint8_t packed[WIRE_PACKED_MAX];

static struct checksums pack(size_t size, const char *version)
{
    struct checksums sums;

    firmware_make(image, size, "s31-nb", version);
    uint32_t packed_size = packing_make(span_of(image, size), packed);
    assert_int_equal(packed_size, image_packed_size((uint32_t)size));
    checksums_make(span_of(packed, packed_size), &sums);
    return sums;
}

// Known of the format, and the reason why SHA256 is offered beside the field's CRC32.
static void the_crc32_of_a_packed_file_tells_its_size_and_sha256_the_image(void **state)
{
    (void)state;
    struct checksums old = pack(5000, "v1.0.0");
    struct checksums new = pack(5000, "v1.1.0");
    struct checksums longer = pack(5001, "v1.1.0");

    assert_string_equal(old.crc32_text, new.crc32_text);
    assert_string_not_equal(old.crc32_text, longer.crc32_text);
    assert_string_not_equal(old.sha256_text, new.sha256_text);
}

static size_t read_golden(const char *name, uint8_t *bytes, size_t capacity)
{
    char path[512];

    snprintf(path, sizeof path, "%s/manifest/%s", NBOTA_GOLDEN, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, capacity, file);
    fclose(file);
    return size;
}

static void packing_an_image_with_an_info_block_makes_the_golden_file(void **state)
{
    (void)state;
    static uint8_t golden[8192];
    size_t size = read_golden("unsigned.packed.bin", golden, sizeof golden);

    pack(1000, "v1.1.0");
    assert_int_equal(size, image_packed_size(1000));
    assert_memory_equal(packed, golden, size);
}

static void setting_the_golden_manifest_makes_the_golden_signed_file(void **state)
{
    (void)state;
    static uint8_t golden[8192];
    struct manifest manifest;
    size_t size = read_golden("signed.packed.bin", golden, sizeof golden);

    assert_int_equal(manifest_decode(span_of(golden, size), &manifest), STATUS_OK);
    pack(1000, "v1.1.0");
    packing_set_manifest(packed, &manifest);
    assert_memory_equal(packed, golden, size);
}

static void an_image_without_an_info_block_is_packed_as_the_field_does(void **state)
{
    (void)state;
    firmware_make_plain(image, 3000);
    packing_make(span_of(image, 3000), packed);
    for (size_t i = WIRE_HEADER_SIZE; i < WIRE_PIECE_SIZE; i++) {
        assert_int_equal(packed[i], 0);
    }
}

static void the_smallest_and_the_largest_image_are_packed(void **state)
{
    (void)state;
    assert_int_equal(packing_make(span_of("x", 1), packed), WIRE_PACKED_MIN);
    pack(WIRE_SLOT_SIZE, "v1");
}

static void a_crc32_with_a_leading_zero_is_risky(void **state)
{
    (void)state;
    assert_true(checksums_crc32_is_risky(0x0FFFFFFF));
    assert_false(checksums_crc32_is_risky(0x10000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_crc32_of_a_packed_file_tells_its_size_and_sha256_the_image),
        cmocka_unit_test(packing_an_image_with_an_info_block_makes_the_golden_file),
        cmocka_unit_test(setting_the_golden_manifest_makes_the_golden_signed_file),
        cmocka_unit_test(an_image_without_an_info_block_is_packed_as_the_field_does),
        cmocka_unit_test(the_smallest_and_the_largest_image_are_packed),
        cmocka_unit_test(a_crc32_with_a_leading_zero_is_risky),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
