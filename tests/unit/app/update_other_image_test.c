// SPDX-License-Identifier: Apache-2.0
// Resumed updates of the same name: they go on with the same image and start over with another one.
#include <string.h>

#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/node_bench.h"
#include "wire/image.h"

enum {
    OTHER_SEED = 9,
    PIECES = 7,
    // Cut while piece 5 is written: pieces 0 to 3 stay, the sector of 4 and 5 is erased by the resume.
    ERASES = 2,
    OPERATIONS_PER_PIECE = 5, // four pages, the note in the map
    OPERATIONS_MAX = 60, // of an update that starts over: the sector and the map are cleaned first
    IN_PIECE_5 = ERASES + 5 * OPERATIONS_PER_PIECE,
};
#define STARTS_OVER "Piece 0 differs from the stored one: the download starts over\r\n"

static void begin_a_download(void)
{
    struct world world = bench_with_upgrade();

    bench_setup(NULL);
    world.cut_operation = IN_PIECE_5;
    bench_boot(world);
    assert_true(world_result.was_cut);
}

static struct world with_other_image(void)
{
    struct world world = world_usual();

    world.image_seed = OTHER_SEED;
    return world;
}

// What lies in NOR is of the image with that seed, from the vectors on to the end.
static void expect_in_nor(unsigned seed)
{
    const uint8_t *stored = fake_nor_area() + WIRE_HEADER_PAGE_SIZE;

    for (unsigned i = 8; i < 3000; i++) {
        assert_int_equal(stored[i], (uint8_t)(7 * i + 3 + seed));
    }
}

static void update_resumed_asks_for_piece_0_and_for_the_rest_and_erases_nothing(void **state)
{
    (void)state;
    begin_a_download();
    bench_boot(world_usual());
    assert_true(world_result.was_reset);
    bench_expect_said("Resume download at chunk 4\r\n");
    assert_null(strstr(world_result.console, "erase"));
    bench_expect_published("chunk/0 1028", 1);
    bench_expect_published("chunk/", 4); // 0, 4, 5, 6
    expect_in_nor(0);
}

static void update_of_another_image_under_the_same_name_starts_over(void **state)
{
    (void)state;
    begin_a_download();
    bench_boot(with_other_image());
    assert_true(world_result.was_reset);
    bench_expect_said(STARTS_OVER);
    bench_expect_said("Please wait for the erase to complete");
    bench_expect_published("chunk/", 1 + PIECES);
    expect_in_nor(OTHER_SEED);
}

static void update_that_starts_over_survives_a_cut_at_every_operation(void **state)
{
    (void)state;
    unsigned cuts = 0;

    for (uint32_t operation = 0; operation < OPERATIONS_MAX; operation++) {
        struct world world = with_other_image();
        begin_a_download();
        world.cut_operation = operation;
        bench_boot(world);
        if (world_result.was_reset) {
            break;
        }
        assert_true(world_result.was_cut);
        bench_boot(with_other_image());
        assert_true(world_result.was_reset);
        expect_in_nor(OTHER_SEED);
        cuts++;
    }
    assert_in_range(cuts, ERASES + PIECES * OPERATIONS_PER_PIECE, OPERATIONS_MAX - 1);
}

// Back to the first image while the erase for the other one is under way.
static void update_whose_image_changes_back_during_the_erase_is_of_one_image(void **state)
{
    (void)state;
    for (uint32_t operation = 0; operation < OPERATIONS_MAX; operation++) {
        struct world world = with_other_image();
        begin_a_download();
        world.cut_operation = operation;
        bench_boot(world);
        if (world_result.was_reset) {
            return;
        }
        bench_boot(world_usual());
        assert_true(world_result.was_reset);
        expect_in_nor(0);
    }
    fail_msg("the update never ends");
}

// Then nobody can tell which image the others are of.
static void update_whose_piece_0_is_lost_starts_over(void **state)
{
    (void)state;
    static const unsigned seeds[] = {0, OTHER_SEED};

    for (unsigned i = 0; i < 2; i++) {
        struct world world = bench_with_upgrade();
        bench_setup(state);
        world.corrupt_chunk = 6; // pieces 0 to 5 are stored
        bench_boot(world);
        fake_nor_area()[100] ^= 1;
        world = bench_with_upgrade();
        world.image_seed = seeds[i];
        bench_boot(world);
        assert_true(world_result.was_reset);
        bench_expect_said(STARTS_OVER);
        bench_expect_published("chunk/", 1 + PIECES);
        expect_in_nor(seeds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(update_resumed_asks_for_piece_0_and_for_the_rest_and_erases_nothing,
                               bench_setup),
        cmocka_unit_test_setup(update_of_another_image_under_the_same_name_starts_over,
                               bench_setup),
        cmocka_unit_test_setup(update_that_starts_over_survives_a_cut_at_every_operation,
                               bench_setup),
        cmocka_unit_test_setup(update_whose_image_changes_back_during_the_erase_is_of_one_image,
                               bench_setup),
        cmocka_unit_test_setup(update_whose_piece_0_is_lost_starts_over, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
