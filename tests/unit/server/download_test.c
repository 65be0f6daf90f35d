// SPDX-License-Identifier: Apache-2.0
// The decisions of a download: chunk sizes, pins, the bound on output.
#include "tests/host/cmocka_all.h"

#include "server/gateway/budget.h"
#include "server/gateway/grid.h"
#include "server/gateway/pinning.h"
#include "server/gateway/progress.h"

enum { VIEW = 7124, A = 1, B = 2, C = 3 };

static struct size_request size(const char *payload)
{
    return size_parse(span_of_text(payload));
}

static void sizes_are_read_tolerantly(void **state)
{
    (void)state;
    assert_int_equal(size("1028").size, 1028);
    assert_int_equal(size("\"1024\"\r\n").size, 1024);
    assert_int_equal(size("0001").size, 1);
    assert_int_equal(size("99999999999999").size, UINT32_MAX);
    assert_int_equal(size("00000000000000000001").size, 1);
    assert_int_equal(size_parse(span_of("12\0\0", 4)).size, 12);
    static const char *const absent[] = {"", "0", "-1", "\"\"", "  ", "000", "-99999999999"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        assert_int_equal(size(absent[i]).kind, SIZE_ABSENT);
    }
    static const char *const garbled[] = {"0x400", "1 2", "-", "1.5", "\xff", "--1", "+1"};
    for (size_t i = 0; i < sizeof garbled / sizeof garbled[0]; i++) {
        assert_int_equal(size(garbled[i]).kind, SIZE_GARBLED);
    }
}

static void a_size_is_settled_once_and_remembered(void **state)
{
    (void)state;
    struct db_pin pin = {.image_id = A};
    struct grid grid = grid_settle(&pin, 1, size("1028"), VIEW);

    assert_int_equal(grid.size, 1028);
    assert_true(grid.is_new);
    assert_false(grid.resized);
    grid = grid_settle(&pin, 1, size("1028"), VIEW);
    assert_false(grid.is_new);
    assert_int_equal(grid_settle(&pin, 1, size(""), VIEW).size, 1028);
    assert_int_equal(grid_settle(&pin, 1, size("what"), VIEW).size, 1028);
    grid = grid_settle(&pin, 1, size("512"), VIEW);
    assert_true(grid.is_new && grid.resized);
    assert_int_equal(grid_settle(&pin, 2, size("what"), VIEW).size, GRID_SIZE_DEFAULT);
}

static void without_a_size_the_whole_goes_out_up_to_a_limit(void **state)
{
    (void)state;
    struct db_pin pin = {.image_id = A};

    assert_int_equal(grid_settle(&pin, 1, size(""), VIEW).size, GRID_WHOLE);
    assert_int_equal(grid_settle(&pin, 2, size(""), GRID_WHOLE_MAX + 1).size, GRID_SIZE_MAX);
}

static void too_large_is_noticed_once_per_request_id(void **state)
{
    (void)state;
    struct db_pin pin = {.image_id = A};
    struct grid grid = grid_settle(&pin, 1, size("65537"), VIEW);

    assert_int_equal(grid.size, GRID_SIZE_MAX);
    assert_true(grid.notice_too_large);
    assert_false(grid_settle(&pin, 1, size("70000"), VIEW).notice_too_large);
    assert_true(grid_settle(&pin, 2, size("70000"), VIEW).notice_too_large);
    assert_false(grid_settle(&pin, 3, size("65536"), VIEW).notice_too_large);
}

static void the_ninth_request_id_replaces_the_first(void **state)
{
    (void)state;
    struct db_pin pin = {.image_id = A};

    for (uint32_t id = 1; id <= DB_GRIDS_MAX + 1; id++) {
        (void)grid_settle(&pin, id, size("100"), VIEW);
    }
    assert_int_equal(pin.grid_count, DB_GRIDS_MAX);
    assert_int_equal(pin.grids[0].request_id, 2);
    assert_int_equal(pin.grids[DB_GRIDS_MAX - 1].request_id, DB_GRIDS_MAX + 1);
}

static void slices_cover_the_view_without_gap_or_overlap(void **state)
{
    (void)state;
    static uint8_t bytes[VIEW];
    static const uint32_t sizes[] = {1, 7, 1024, 1028, 3562, 7123, 7124, 7125, GRID_WHOLE};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t offset = 0;
        struct span part;
        for (uint32_t n = 0; (part = grid_slice(span_of(bytes, VIEW), sizes[i], n)).size > 0; n++) {
            assert_ptr_equal(part.data, bytes + offset);
            offset += part.size;
        }
        assert_int_equal(offset, VIEW);
        assert_int_equal(grid_slice(span_of(bytes, VIEW), sizes[i], UINT32_MAX).size, 0);
    }
}

static void the_first_offer_is_pinned_and_a_second_waits(void **state)
{
    (void)state;
    struct db_pin pin = {.device_id = 9};

    assert_true(pinning_offer(&pin, A, 100));
    assert_int_equal(pin.image_id, A);
    assert_int_equal(pin.since_ms, 100);
    assert_false(pinning_offer(&pin, A, 200)); // the same again changes nothing
    assert_int_equal(pin.since_ms, 100);
    assert_true(pinning_offer(&pin, B, 300));
    assert_int_equal(pin.image_id, A);
    assert_int_equal(pin.next_id, B);
    assert_false(pinning_offer(&pin, B, 300));
    assert_true(pinning_offer(&pin, C, 300));
    assert_int_equal(pin.next_id, C);
    assert_true(pinning_offer(&pin, A, 300)); // taken back
    assert_int_equal(pin.next_id, DB_NONE);
    assert_int_equal(pin.device_id, 9);
}

static void no_offer_ends_the_pin(void **state)
{
    (void)state;
    struct db_pin pin = {.image_id = A, .next_id = B, .grid_count = 1};

    assert_true(pinning_offer(&pin, DB_NONE, 1));
    assert_int_equal(pin.image_id, DB_NONE);
    assert_int_equal(pin.next_id, DB_NONE);
    assert_int_equal(pin.grid_count, 0);
    assert_false(pinning_offer(&pin, DB_NONE, 1));
}

static void a_chunk_without_pin_pins_what_is_assigned(void **state)
{
    (void)state;
    struct db_pin pin = {.device_id = 9};

    assert_false(pinning_chunk(&pin, DB_NONE, 1, 0, 5));
    assert_true(pinning_chunk(&pin, A, 1, 7, 5));
    assert_int_equal(pin.image_id, A);
    assert_false(pinning_chunk(&pin, A, 1, 7, 5));
}

static void another_assignment_alone_never_moves_a_pin(void **state)
{
    (void)state;
    struct db_pin pin = {.image_id = A};

    assert_false(pinning_chunk(&pin, B, 1, 0, 5));
    assert_false(pinning_chunk(&pin, B, 99, 5, 5));
    assert_int_equal(pin.image_id, A);
}

static void the_next_image_begins_at_chunk_0_or_under_a_new_request_id(void **state)
{
    (void)state;
    struct db_pin running = {
        .image_id = A, .next_id = B, .grid_count = 1, .grids = {{.request_id = 1, .size = 1028}}};
    struct db_pin pin = running;

    assert_false(pinning_chunk(&pin, B, 1, 5, 9));
    assert_true(pinning_chunk(&pin, B, 1, 0, 9));
    assert_int_equal(pin.image_id, B);
    assert_int_equal(pin.next_id, DB_NONE);
    assert_int_equal(pin.grid_count, 0);
    assert_false(pinning_chunk(&pin, B, 1, 0, 9));
    pin = running;
    assert_true(pinning_chunk(&pin, B, 2, 5, 9));
    assert_int_equal(pin.image_id, B);
}

static void progress_counts_without_gaps_and_fills_them(void **state)
{
    (void)state;
    struct progress progress = {.done = 0};

    assert_true(progress_note(&progress, 0, 7));
    assert_false(progress_note(&progress, 0, 7));
    assert_true(progress_note(&progress, 2, 7)); // 1 was lost
    assert_true(progress_note(&progress, 3, 7));
    assert_false(progress_note(&progress, 3, 7));
    assert_int_equal(progress.done, 1);
    assert_true(progress_note(&progress, 1, 7));
    assert_int_equal(progress.done, 4);
    assert_true(progress_note(&progress, 4, 7));
    assert_int_equal(progress.done, 5);
}

static void progress_begins_anew_with_another_size_and_behind_the_end(void **state)
{
    (void)state;
    struct progress progress = {.done = 0};

    assert_true(progress_note(&progress, 0, 2));
    assert_true(progress_note(&progress, 0, 3)); // smaller chunks
    assert_true(progress_note(&progress, 1, 3));
    assert_true(progress_note(&progress, 2, 3));
    assert_int_equal(progress.done, 3);
    assert_false(progress_note(&progress, 2, 3));
    assert_true(progress_note(&progress, 0, 3)); // the next download
    assert_int_equal(progress.done, 1);
    assert_true(progress_note(&progress, 0, 1)); // the whole in one
    assert_false(progress_note(&progress, 0, 1));
}

static void stored_progress_believes_a_device_that_has_more(void **state)
{
    (void)state;
    struct progress progress;

    progress_begin(&progress, 20, 89);
    assert_true(progress_note(&progress, 23, 89));
    assert_int_equal(progress.done, 24);
    assert_true(progress_note(&progress, 26, 89)); // but only the first time
    assert_int_equal(progress.done, 24);
    assert_true(progress_note(&progress, 88, 200));
    assert_int_equal(progress.done, 89);
    progress_begin(&progress, 0, 0);
    assert_true(progress_note(&progress, UINT32_MAX - 1, UINT32_MAX));
    assert_int_equal(progress.done, UINT32_MAX);
}

static void an_unused_pin_is_forgotten_at_a_new_begin_alone(void **state)
{
    (void)state;
    struct db_pin old = {.image_id = A, .used_ms = 1000, .done = 3};
    struct db_pin pin = old;
    int64_t then = 1000 + PINNING_KEPT_MS;

    assert_false(pinning_offer(&pin, A, then));
    assert_false(pinning_chunk(&pin, B, 1, 0, then));
    assert_false(pinning_chunk(&pin, B, 1, 5, then + 1));
    assert_true(pinning_chunk(&pin, B, 1, 0, then + 1));
    assert_int_equal(pin.image_id, B);
    assert_false(pinning_chunk(&pin, B, 1, 0, then + 1));
    pin = old;
    assert_true(pinning_offer(&pin, B, then + 1));
    assert_int_equal(pin.image_id, B);
    assert_false(pinning_offer(&pin, B, then + 1));
    pin = old;
    assert_true(pinning_offer(&pin, DB_NONE, then + 1));
    assert_false(pinning_offer(&pin, DB_NONE, then + 1));
    pin = old;
    assert_false(pinning_offer(&pin, A, 0)); // a clock that went back forgets nothing
}

static void a_budget_allows_a_burst_and_then_its_rate(void **state)
{
    (void)state;
    struct budget budget;
    int64_t sent = 0;

    budget_init(&budget, BUDGET_ALL, 1000);
    for (int64_t now = 1000; now <= 11000; now++) {
        while (budget_allows(&budget, BUDGET_ALL, now)) {
            budget_spend(&budget, 65536);
            sent += 65536;
        }
    }
    assert_true(sent >= BUDGET_ALL.burst_bytes + 10 * BUDGET_ALL.bytes_per_s - 65536);
    assert_true(sent <= BUDGET_ALL.burst_bytes + 10 * BUDGET_ALL.bytes_per_s + 65536);
}

static void a_budget_saves_no_more_than_a_burst(void **state)
{
    (void)state;
    struct budget budget;

    budget_init(&budget, BUDGET_ALL, 0);
    assert_true(budget_allows(&budget, BUDGET_ALL, 1000000));
    budget_spend(&budget, (uint32_t)BUDGET_ALL.burst_bytes);
    assert_false(budget_allows(&budget, BUDGET_ALL, 1000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read_tolerantly),
        cmocka_unit_test(a_size_is_settled_once_and_remembered),
        cmocka_unit_test(without_a_size_the_whole_goes_out_up_to_a_limit),
        cmocka_unit_test(too_large_is_noticed_once_per_request_id),
        cmocka_unit_test(the_ninth_request_id_replaces_the_first),
        cmocka_unit_test(slices_cover_the_view_without_gap_or_overlap),
        cmocka_unit_test(the_first_offer_is_pinned_and_a_second_waits),
        cmocka_unit_test(no_offer_ends_the_pin),
        cmocka_unit_test(a_chunk_without_pin_pins_what_is_assigned),
        cmocka_unit_test(another_assignment_alone_never_moves_a_pin),
        cmocka_unit_test(the_next_image_begins_at_chunk_0_or_under_a_new_request_id),
        cmocka_unit_test(progress_counts_without_gaps_and_fills_them),
        cmocka_unit_test(progress_begins_anew_with_another_size_and_behind_the_end),
        cmocka_unit_test(stored_progress_believes_a_device_that_has_more),
        cmocka_unit_test(an_unused_pin_is_forgotten_at_a_new_begin_alone),
        cmocka_unit_test(a_budget_allows_a_burst_and_then_its_rate),
        cmocka_unit_test(a_budget_saves_no_more_than_a_burst),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
