// SPDX-License-Identifier: Apache-2.0
#include "base/endian.h"
#include "tests/fake/firmware.h"
#include "tests/host/cmocka_all.h"
#include "wire/image.h"
#include "wire/info.h"
#include "wire/products.h"

enum {
    SIZE = 1000,
    HARDWARE = 1,
    OTHER = 2,
    AT_HARDWARE = INFO_OFFSET + 6,
    AT_LOAD = INFO_OFFSET + 44
};

static uint8_t image[SIZE];

static int setup(void **state)
{
    (void)state;
    firmware_make(image, SIZE, "s31-nb", "v1.1.0");
    return 0;
}

static bool allows(uint8_t hardware_id)
{
    return info_allows(span_of(image, INFO_END), SIZE, hardware_id);
}

static void info_says_what_the_image_is(void **state)
{
    (void)state;
    struct image_info info;

    assert_int_equal(info_decode(span_of(image, SIZE), &info), STATUS_OK);
    assert_string_equal(info.title, "s31-nb");
    assert_string_equal(info.version, "v1.1.0");
    assert_int_equal(info.product_id, products[PRODUCT_S31_NB].id);
    assert_int_equal(info.hardware_id, HARDWARE);
    assert_int_equal(info.image_size, SIZE);
}

static void info_is_missing_or_broken_in_a_way_that_can_be_told(void **state)
{
    (void)state;
    struct image_info info;

    assert_int_equal(info_decode(span_of(image, INFO_END - 1), &info), STATUS_NOT_FOUND);
    assert_int_equal(info_decode(span_of(image, SIZE - 1), &info), STATUS_INVALID);
    image[AT_HARDWARE] ^= 1;
    assert_int_equal(info_decode(span_of(image, SIZE), &info), STATUS_CORRUPT);
    firmware_make_plain(image, SIZE);
    assert_int_equal(info_decode(span_of(image, SIZE), &info), STATUS_NOT_FOUND);
}

static void info_allows_its_own_hardware_only(void **state)
{
    (void)state;
    assert_true(allows(HARDWARE));
    assert_false(allows(OTHER));
}

static void info_allows_an_image_that_has_none(void **state)
{
    (void)state;
    assert_true(info_allows(span_of(image, INFO_END - 1), INFO_END - 1, OTHER));
    firmware_make_plain(image, SIZE);
    assert_true(allows(HARDWARE));
    assert_true(allows(OTHER));
}

static void info_that_is_damaged_or_of_another_place_or_size_forbids(void **state)
{
    (void)state;
    assert_false(info_allows(span_of(image, INFO_END), SIZE - 1, HARDWARE));
    image[AT_HARDWARE] ^= 1;
    assert_false(allows(HARDWARE));
    setup(state);
    store_le32(image + AT_LOAD, WIRE_SLOT_BASE + 0x1000);
    assert_int_equal(info_seal(image, SIZE), STATUS_OK);
    assert_false(allows(HARDWARE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(info_says_what_the_image_is, setup),
        cmocka_unit_test_setup(info_is_missing_or_broken_in_a_way_that_can_be_told, setup),
        cmocka_unit_test_setup(info_allows_its_own_hardware_only, setup),
        cmocka_unit_test_setup(info_allows_an_image_that_has_none, setup),
        cmocka_unit_test_setup(info_that_is_damaged_or_of_another_place_or_size_forbids, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
