// SPDX-License-Identifier: Apache-2.0
// AT+VERIFY, and what is refused before it is ordered.
#include <string.h>

#include "node/store/record.h"
#include "tests/fake/firmware.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/node_bench.h"
#include "wire/image.h"
#include "wire/manifest.h"
#include "wire/verdict.h"

enum { IMAGE_SIZE = 3000 };

static uint8_t image[IMAGE_SIZE];

static void put_image(void)
{
    struct manifest manifest;
    struct image_header header;
    uint8_t *page = fake_nor_area();

    firmware_make(image, sizeof image, "s31-nb", "v1.1.0");
    header = image_header_of(span_of(image, sizeof image));
    memset(page, 0, WIRE_HEADER_PAGE_SIZE);
    image_header_encode(&header, page);
    assert_int_equal(manifest_of(span_of(image, sizeof image), &manifest), STATUS_OK);
    manifest_encode(&manifest, page + MANIFEST_OFFSET);
    memcpy(page + WIRE_HEADER_PAGE_SIZE, image, sizeof image);
}

static int setup(void **state)
{
    int status = bench_setup(state);

    put_image();
    return status;
}

static struct world with_verify(void)
{
    struct world world = WITH(UNLOCK, {"End of upload", "AT+VERIFY\r\n"});

    world.running_image = image;
    world.running_image_size = sizeof image;
    return world;
}

static void verify_names_a_good_image_and_says_that_it_runs(void **state)
{
    (void)state;
    bench_boot(with_verify());
    bench_expect_said("In the flash chip: good\r\ns31-nb v1.1.0, not signed\r\nIt is what runs\r\n"
                      "\r\nOK\r\n");
    bench_expect_asleep();
}

static void verify_tells_another_running_image(void **state)
{
    (void)state;
    struct world world = with_verify();

    world.running_image_size = IMAGE_SIZE - 1;
    bench_boot(world);
    bench_expect_said("It is not what runs\r\n");
}

static void verify_names_a_damaged_image(void **state)
{
    (void)state;
    fake_nor_area()[WIRE_HEADER_PAGE_SIZE + 2000] ^= 1;
    bench_boot(with_verify());
    bench_expect_said("In the flash chip: content does not match its checksum\r\n");
}

static void verify_shows_the_key(void **state)
{
    (void)state;
    static const uint8_t id[MANIFEST_KEY_ID_SIZE] = {0x01, 0xAB, 0, 0, 0, 0, 0, 0xFE};

    memcpy(fake_nor_area() + MANIFEST_OFFSET + MANIFEST_SIGNED_SIZE, id, sizeof id);
    bench_boot(with_verify());
    bench_expect_said("s31-nb v1.1.0, key 01ab0000000000fe\r\n");
}

static void verify_of_a_chip_without_image_says_so(void **state)
{
    (void)state;
    memset(fake_nor_area(), 0xFF, WIRE_HEADER_PAGE_SIZE);
    bench_boot(with_verify());
    bench_expect_said("In the flash chip: no packed image\r\nNo manifest there\r\n\r\nOK\r\n");
}

static void verify_is_busy_during_a_session(void **state)
{
    (void)state;
    bench_boot(WITH(UNLOCK, {"Upload start", "AT+VERIFY\r\n"}));
    bench_expect_said("AT_BUSY_ERROR\r\n");
}

static void verify_below_the_bootloader_of_others_is_an_error(void **state)
{
    (void)state;
    struct world world = with_verify();

    world.no_installer = true;
    bench_boot(world);
    bench_expect_said("Hardware Not Support\r\n\r\nERROR\r\n");
}

// ---- the last look of an update ----

static void image_that_the_bootloader_refuses_is_reported_without_a_reset(void **state)
{
    (void)state;
    struct install_record install;
    struct world world = bench_with_upgrade();

    world.verdict = VERDICT_SIGNATURE;
    bench_boot(world);
    record_read_install(&install);
    bench_expect_said("Image refused: signature does not match\r\n");
    bench_expect_said("ota error 7:Firmware checksum error\r\n");
    bench_expect_published(REPORT("Firmware checksum error"), 1);
    assert_false(world_result.was_reset);
    assert_int_equal(install.state, INSTALL_NONE);
    bench_expect_asleep();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(verify_names_a_good_image_and_says_that_it_runs, setup),
        cmocka_unit_test_setup(verify_tells_another_running_image, setup),
        cmocka_unit_test_setup(verify_names_a_damaged_image, setup),
        cmocka_unit_test_setup(verify_shows_the_key, setup),
        cmocka_unit_test_setup(verify_of_a_chip_without_image_says_so, setup),
        cmocka_unit_test_setup(verify_is_busy_during_a_session, setup),
        cmocka_unit_test_setup(verify_below_the_bootloader_of_others_is_an_error, setup),
        cmocka_unit_test_setup(image_that_the_bootloader_refuses_is_reported_without_a_reset,
                               setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
