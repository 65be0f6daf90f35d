// SPDX-License-Identifier: Apache-2.0
// What becomes of a download that was begun before: it goes on when it is of the same image, else it starts over.
#include "tests/unit/core/session_bench.h"

enum { FIRST_FIVE = 0x1F, ALL = 0x7F, ALL_BUT_PIECE_0 = 0x7E };
#define DIFFERS "Piece 0 differs from the stored one: the download starts over\n"

static enum ota_code run_with_pieces(unsigned held)
{
    world.held = held;
    return bench_run_with_open_download();
}

static unsigned sum(const unsigned counts[PIECES])
{
    unsigned total = 0;

    for (unsigned i = 0; i < PIECES; i++) {
        total += counts[i];
    }
    return total;
}

// ---- another name ----

static void session_starts_over_when_the_assignment_changed(void **state)
{
    (void)state;
    struct session_config whole = bench_config();
    struct session_target others[4] = {bench_target(), bench_target(), bench_target(),
                                       bench_target()};

    others[0].version[1] = '2';
    others[1].size_bytes = 8152;
    others[2].checksum[0] = 'c';
    others[3].title[0] = 'S';
    for (unsigned i = 0; i < 4; i++) {
        bench_setup(state);
        session_init(&session, &whole, &others[i]);
        assert_int_equal(bench_run_on(), OTA_SUCCESS);
        assert_int_equal(world.erases, 1);
        assert_int_equal(world.loads, 0);
    }
}

static void session_keeps_an_open_download_when_the_server_refuses(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "{}", "{\"shared\":{\"fw_title\":\"x\"}}",
        "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.0.0\"}}"};

    for (unsigned i = 0; i < 3; i++) {
        bench_setup(state);
        world.answer = answers[i];
        assert_int_not_equal(bench_run_with_open_download(), OTA_SUCCESS);
        bench_expect_nor_untouched();
        assert_int_equal(session.open.size_bytes, 7124);
    }
}

// ---- the same name ----

static void session_resume_asks_for_piece_0_and_for_what_is_missing(void **state)
{
    (void)state;
    assert_int_equal(run_with_pieces(FIRST_FIVE), OTA_SUCCESS);
    assert_int_equal(world.erases, 0);
    assert_int_equal(world.compares, 1);
    assert_int_equal(world.requests[0], 1);
    assert_int_equal(sum(world.requests), 3);
    assert_int_equal(world.stores[5] + world.stores[6], 2);
    assert_int_equal(sum(world.stores), 2);
    assert_int_equal(bench_count(world.trace, "DOWNLOADING"), 1);
    bench_expect_console("Request download successfully\nResume download at chunk 5\n"
                         "Downloading 71%\nDownloading 85%\nDownloading 100%\n");
}

static void session_resume_of_a_complete_download_asks_for_piece_0_alone(void **state)
{
    (void)state;
    assert_int_equal(run_with_pieces(ALL), OTA_SUCCESS);
    assert_int_equal(sum(world.requests), 1);
    assert_int_equal(world.erases + sum(world.stores), 0);
    bench_expect_console("Resume download at chunk 7\nDownloading 100%\n");
}

static void expect_whole_download_behind_one_erase(void)
{
    assert_int_equal(world.erases, 1);
    assert_int_equal(world.compares, 1);
    assert_int_equal(world.requests[0], 2);
    assert_int_equal(sum(world.requests), PIECES + 1);
    for (unsigned i = 0; i < PIECES; i++) {
        assert_int_equal(world.stores[i], 1);
    }
    assert_int_equal(world.orders, 1);
    assert_int_equal(world.opens, 1);
    bench_expect_console(DIFFERS "Please wait for the erase to complete\n"
                                 "Request download successfully\nDownloading 0%\n");
    assert_int_equal(bench_count(world.console, "Resume download"), 0);
}

static void session_another_image_under_the_same_name_starts_over(void **state)
{
    (void)state;
    static const unsigned held[] = {1, FIRST_FIVE, ALL};

    for (unsigned i = 0; i < 3; i++) {
        bench_setup(state);
        world.compare = SESSION_REFUSED;
        assert_int_equal(run_with_pieces(held[i]), OTA_SUCCESS);
        expect_whole_download_behind_one_erase();
    }
}

static void session_another_image_behind_a_lost_connection_starts_over(void **state)
{
    (void)state;
    world.harm = HARM_CLOSE;
    world.harmed = 4;
    world.harm_times = 1;
    world.compare = SESSION_REFUSED;
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.opens, 2);
    assert_int_equal(world.erases, 2);
    assert_int_equal(world.stores[0] + world.stores[3], 4);
    assert_int_equal(world.stores[4], 1);
    bench_expect_console(DIFFERS);
}

// Piece 0 is asked for all the same: erased cells are another piece 0.
static void session_pieces_without_their_piece_0_start_over(void **state)
{
    (void)state;
    world.compare = SESSION_REFUSED;
    assert_int_equal(run_with_pieces(ALL_BUT_PIECE_0), OTA_SUCCESS);
    expect_whole_download_behind_one_erase();
}

static void session_resume_without_any_piece_neither_erases_nor_compares(void **state)
{
    (void)state;
    assert_int_equal(run_with_pieces(0), OTA_SUCCESS);
    assert_int_equal(world.erases + world.compares, 0);
    assert_int_equal(sum(world.requests), PIECES);
    assert_int_equal(bench_count(world.console, "Resume download"), 0);
}

// ---- what may go wrong ----

static void session_piece_0_that_comes_broken_is_asked_for_again(void **state)
{
    (void)state;
    world.harm = HARM_CORRUPT;
    world.harm_times = 3;
    assert_int_equal(run_with_pieces(FIRST_FIVE), OTA_SUCCESS);
    assert_int_equal(world.requests[0], 4);
    assert_int_equal(world.compares, 1);
    assert_int_equal(world.erases, 0);
}

static void session_that_never_gets_piece_0_keeps_what_it_has(void **state)
{
    (void)state;
    world.harm = HARM_LOSE;
    world.harm_times = 1000;
    assert_int_equal(run_with_pieces(FIRST_FIVE), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4); // a comparison is no progress
    assert_int_equal(world.requests[0], 16);
    assert_int_equal(world.erases + world.compares + sum(world.stores), 0);
    assert_int_equal(session.open.size_bytes, 7124);
}

static void session_that_cannot_read_its_piece_0_reports_code_2_and_keeps_it(void **state)
{
    (void)state;
    world.compare = SESSION_FAILED;
    assert_int_equal(run_with_pieces(FIRST_FIVE), OTA_HARDWARE);
    assert_int_equal(world.erases + sum(world.stores), 0);
    assert_int_equal(session.open.size_bytes, 7124);
}

static void session_whose_erase_for_another_image_fails_trusts_nothing_in_nor(void **state)
{
    (void)state;
    world.compare = SESSION_REFUSED;
    world.erase = SESSION_FAILED;
    assert_int_equal(run_with_pieces(FIRST_FIVE), OTA_HARDWARE);
    assert_int_equal(session.open.size_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(session_starts_over_when_the_assignment_changed, bench_setup),
        cmocka_unit_test_setup(session_keeps_an_open_download_when_the_server_refuses, bench_setup),
        cmocka_unit_test_setup(session_resume_asks_for_piece_0_and_for_what_is_missing,
                               bench_setup),
        cmocka_unit_test_setup(session_resume_of_a_complete_download_asks_for_piece_0_alone,
                               bench_setup),
        cmocka_unit_test_setup(session_another_image_under_the_same_name_starts_over, bench_setup),
        cmocka_unit_test_setup(session_another_image_behind_a_lost_connection_starts_over,
                               bench_setup),
        cmocka_unit_test_setup(session_pieces_without_their_piece_0_start_over, bench_setup),
        cmocka_unit_test_setup(session_resume_without_any_piece_neither_erases_nor_compares,
                               bench_setup),
        cmocka_unit_test_setup(session_piece_0_that_comes_broken_is_asked_for_again, bench_setup),
        cmocka_unit_test_setup(session_that_never_gets_piece_0_keeps_what_it_has, bench_setup),
        cmocka_unit_test_setup(session_that_cannot_read_its_piece_0_reports_code_2_and_keeps_it,
                               bench_setup),
        cmocka_unit_test_setup(session_whose_erase_for_another_image_fails_trusts_nothing_in_nor,
                               bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
