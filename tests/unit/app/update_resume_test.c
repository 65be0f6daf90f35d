// SPDX-License-Identifier: Apache-2.0
// Updates that a cut interrupted: how they go on, and when they are given up.
#include <string.h>

#include "node/store/record.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/app/node_bench.h"

static void update_resumes_after_a_cut_at_every_operation_of_the_flash_chip(void **state)
{
    (void)state;
    unsigned cuts = 0;

    for (uint32_t operation = 0; operation < 40; operation++) {
        struct world world = bench_with_upgrade();
        bench_setup(state);
        world.cut_operation = operation;
        bench_boot(world);
        if (world_result.was_reset) {
            break;
        }
        assert_true(world_result.was_cut);
        bench_boot(world_usual()); // no trigger: it goes on by itself
        assert_true(world_result.was_reset);
        cuts++;
    }
    assert_in_range(cuts, 30, 39);
}

// The old download is complete and its map valid: none of its pieces may get into the new one.
static void update_whose_erase_was_cut_erases_again(void **state)
{
    (void)state;
    for (uint32_t operation = 0; operation < 2; operation++) {
        struct world world = bench_with_upgrade();
        bench_setup(state);
        bench_boot(world);
        bench_set_install_state(INSTALL_NONE);
        world.answer =
            "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.2.0\",\"fw_size\":7124}}";
        world.image_seed = 9;
        world.cut_operation = operation;
        bench_boot(world);
        assert_true(world_result.was_cut);
        world.cut_operation = UINT32_MAX;
        memset(world.lines, 0, sizeof world.lines);
        bench_boot(world);
        assert_true(world_result.was_reset);
        bench_expect_said("Please wait for the erase to complete");
        bench_expect_published("chunk/", 7);
    }
}

static void expect_given_up_after(unsigned starts, bool was_reset)
{
    struct download_record download;
    struct world world = bench_with_upgrade();

    world.cut_operation = 12;
    bench_boot(world);
    world = world_usual();
    world.was_reset = was_reset;
    for (unsigned start = 1; start <= starts; start++) {
        world.limit_ms = 0; // the power is gone before anything is stored
        bench_boot(world);
        record_read_download(&download);
        assert_int_equal(was_reset ? download.boots : download.power_ons, start);
    }
    world.limit_ms = world_usual().limit_ms;
    bench_boot(world);
    assert_int_equal(world_result.opens, 0);
    bench_expect_published(REPORT("OTA server connection timeout"), 1);
    record_read_download(&download);
    assert_int_equal(download.size_bytes, 0);
}

static void update_interrupted_is_given_up_after_three_resets_without_a_new_piece(void **state)
{
    (void)state;
    expect_given_up_after(3, true);
}

static void update_interrupted_outlives_fifty_power_ons_without_a_new_piece(void **state)
{
    (void)state;
    expect_given_up_after(50, false);
}

static void update_that_stores_a_piece_counts_its_boots_from_zero_again(void **state)
{
    (void)state;
    struct download_record download;
    struct world world = bench_with_upgrade();

    world.cut_operation = 12;
    bench_boot(world);
    world = world_usual();
    world.limit_ms = 0; // the power is gone at once
    bench_boot(world);
    world.was_reset = true;
    bench_boot(world);
    record_read_download(&download);
    assert_int_equal(download.boots + download.power_ons, 2);
    world = world_usual();
    world.cut_operation = 10;
    bench_boot(world);
    assert_true(world_result.was_cut);
    record_read_download(&download);
    assert_int_equal(download.boots + download.power_ons, 0);
}

static void update_resumed_by_a_trigger_survives_the_next_cut(void **state)
{
    (void)state;
    struct world world = bench_with_upgrade();

    world.corrupt_chunk = 3;
    bench_boot(world); // reported: waits for a trigger
    world = bench_with_upgrade();
    world.cut_operation = 3;
    bench_boot(world);
    assert_true(world_result.was_cut);
    bench_boot(world_usual());
    assert_true(world_result.was_reset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(update_resumes_after_a_cut_at_every_operation_of_the_flash_chip,
                               bench_setup),
        cmocka_unit_test_setup(update_whose_erase_was_cut_erases_again, bench_setup),
        cmocka_unit_test_setup(update_interrupted_outlives_fifty_power_ons_without_a_new_piece,
                               bench_setup),
        cmocka_unit_test_setup(
            update_interrupted_is_given_up_after_three_resets_without_a_new_piece, bench_setup),
        cmocka_unit_test_setup(update_that_stores_a_piece_counts_its_boots_from_zero_again,
                               bench_setup),
        cmocka_unit_test_setup(update_resumed_by_a_trigger_survives_the_next_cut, bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
