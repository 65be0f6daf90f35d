// SPDX-License-Identifier: Apache-2.0
// The pieces of an update: what comes broken, twice, late or never.
#include "base/endian.h"
#include "tests/fake/firmware.h"
#include "tests/unit/core/session_bench.h"

enum { NEVER = 1000 }; // times

// ---- pieces ----

static void harm(enum harm kind, uint32_t index, unsigned times)
{
    bench_setup(NULL);
    world.harm = kind;
    world.harmed = index;
    world.harm_times = times;
}

static void session_fetches_a_corrupt_chunk_again(void **state)
{
    (void)state;
    harm(HARM_CORRUPT, 3, 3);
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.requests[3], 4);
    assert_int_equal(world.stores[3], 1);
    assert_int_equal(world.opens, 1);
    assert_int_equal(bench_count(world.console, "CRC error "), 3);
}

static void
session_chunk_corrupt_every_time_reports_code_7_after_four_attempts_of_four_requests(void **state)
{
    (void)state;
    harm(HARM_CORRUPT, 3, NEVER);
    assert_int_equal(bench_run(), OTA_CHECKSUM);
    assert_int_equal(world.opens, 4);
    assert_int_equal(world.requests[3], 16);
    assert_int_equal(world.requests[2], 1);
    assert_int_equal(world.erases, 1);
    assert_int_equal(world.orders, 0);
    assert_int_equal(bench_count(world.console, "ota error "), 1);
    bench_expect_console("ota error 7:Firmware checksum error\n");
    assert_int_equal(bench_count(world.trace, "\"fw_error\": \"Firmware checksum error\""), 1);
    assert_int_equal(session.open.size_bytes, 7124); // what was stored is kept for the next trigger
}

static void session_lost_chunk_is_requested_again_every_minute_and_ends_with_code_4(void **state)
{
    (void)state;
    harm(HARM_LOSE, 0, 3);
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.requests[0], 4);
    harm(HARM_LOSE, 0, NEVER);
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.requests[0], 16);
    assert_int_equal(world.opens, 4);
}

static void session_takes_an_empty_chunk_as_lost_and_a_short_one_as_bad(void **state)
{
    (void)state;
    harm(HARM_EMPTY, 6, NEVER);
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.requests[6], 16);
    harm(HARM_SHORT, 6, NEVER);
    assert_int_equal(bench_run(), OTA_CHECKSUM);
    assert_int_equal(world.requests[6], 16);
    assert_int_equal(world.stores[6], 0);
}

static void session_package_not_found_reports_code_5_and_other_errors_are_retried(void **state)
{
    (void)state;
    harm(HARM_ERROR_TOPIC, 2, NEVER);
    world.error = "NOT_FOUND";
    assert_int_equal(bench_run(), OTA_NO_TITLE);
    assert_int_equal(world.requests[2], 1);
    harm(HARM_ERROR_TOPIC, 2, 1);
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.opens, 2);
    harm(HARM_ERROR_TOPIC, 2, NEVER);
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
}

static void session_resumes_after_a_lost_connection_without_erasing(void **state)
{
    (void)state;
    harm(HARM_CLOSE, 4, 1);
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.opens, 2);
    assert_int_equal(world.erases, 1);
    assert_int_equal(world.loads, 1);
    assert_int_equal(world.requests[0], 2); // piece 0 tells whether it is still the same image
    assert_int_equal(world.stores[0], 1);
    assert_int_equal(world.requests[3], 1);
    assert_int_equal(world.requests[4], 2);
    assert_int_equal(bench_count(world.trace, "DOWNLOADING"), 2);
    bench_expect_console("Resume download at chunk 4\n");
}

static void session_counts_its_retries_from_the_last_stored_piece(void **state)
{
    (void)state;
    harm(HARM_CLOSE, 4, 3);
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.opens, 4);
    harm(HARM_CLOSE, 4, 4);
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
}

static void session_whose_erase_fails_reports_code_2_and_trusts_nothing_in_nor(void **state)
{
    (void)state;
    struct session_config whole = bench_config();
    struct session_target open = bench_target();

    open.version[1] = '9';
    world.erase = SESSION_FAILED;
    session_init(&session, &whole, &open);
    assert_int_equal(bench_run_on(), OTA_HARDWARE);
    assert_int_equal(session.open.size_bytes, 0);
}

static void session_that_cannot_store_reports_code_2(void **state)
{
    (void)state;
    world.store = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_HARDWARE);
    assert_int_equal(world.stores[0], 1);
    assert_int_equal(session.open.size_bytes, 7124);
}

static void session_piece_0_that_is_no_image_of_that_size_reports_code_7_at_once(void **state)
{
    (void)state;
    page[0] ^= 1;
    assert_int_equal(bench_run(), OTA_CHECKSUM);
    assert_int_equal(world.requests[0], 1);
    assert_int_equal(world.stores[0], 0);
    assert_int_equal(session.open.size_bytes, 0);
    bench_setup(state);
    store_le32(page + 13, IMAGE_SIZE + 1);
    assert_int_equal(bench_run(), OTA_CHECKSUM);
    assert_int_equal(world.requests[0], 1);
}

static void session_complete_but_wrong_reports_code_7_and_marks_the_content_unusable(void **state)
{
    (void)state;
    world.verify = SESSION_REFUSED;
    assert_int_equal(bench_run(), OTA_CHECKSUM);
    assert_int_equal(world.orders, 0);
    assert_int_equal(session.open.size_bytes, 0);
    assert_int_equal(world.opens, 1);
}

static void session_that_cannot_read_its_download_reports_code_2_and_keeps_it(void **state)
{
    (void)state;
    world.verify = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_HARDWARE);
    assert_int_equal(session.open.size_bytes, 7124);
}

static void session_that_cannot_order_reports_code_2(void **state)
{
    (void)state;
    world.order = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_HARDWARE);
}

static void session_publish_that_does_not_leave_is_retried_without_telling_anybody(void **state)
{
    (void)state;
    world.publish = SESSION_FAILED;
    assert_int_equal(bench_run(), OTA_TIMEOUT);
    assert_int_equal(world.opens, 4);
    assert_int_equal(bench_count(world.trace, "FAILED"), 0);
    assert_int_equal(bench_count(world.console, "Failed to Set firmware information\n"), 4);
}

// ---- single events ----

static struct session_action give(enum session_event_kind kind, const char *topic,
                                  const char *payload)
{
    struct session_event event = {kind, span_of_text(topic), span_of_text(payload)};

    return session_step(&session, world.now_ms, &event, &world.log);
}

static void serve_for_hardware(uint8_t hardware_id)
{
    firmware_mark(image, IMAGE_SIZE, hardware_id);
    struct image_header header = image_header_of(span_of(image, IMAGE_SIZE));
    image_header_encode(&header, page);
}

static void session_image_of_other_hardware_reports_code_7_before_the_rest_is_fetched(void **state)
{
    (void)state;
    serve_for_hardware(2);
    assert_int_equal(bench_run(), OTA_CHECKSUM);
    bench_expect_console("Image is not for this hardware\n");
    assert_int_equal(world.requests[4], 1);
    assert_int_equal(world.stores[4] + world.requests[5] + world.orders, 0);
    assert_int_equal(session.open.size_bytes, 0); // the next update starts over
}

static void session_image_of_its_own_hardware_is_ordered(void **state)
{
    (void)state;
    serve_for_hardware(1);
    assert_int_equal(bench_run(), OTA_SUCCESS);
    assert_int_equal(world.orders, 1);
}

static void session_drops_what_it_did_not_ask_for(void **state)
{
    (void)state;
    harm(HARM_LOSE, 0, NEVER);
    session_init(&session, &(struct session_config){true, "s31-nb", "v1.0.0", 7, OTA_NONE, 1},
                 &(struct session_target){0});
    struct session_event event = {.kind = SESSION_START};

    for (;;) {
        struct session_action action = session_step(&session, world.now_ms, &event, &world.log);
        if (action.kind == SESSION_WAIT && session.state == STATE_CHUNK) {
            break;
        }
        event = bench_carry_out(&action);
    }
    static const char *const topics[] = {"v2/fw/response/1/chunk/1",
                                         "v2/fw/response/2/chunk/0",
                                         "v1/devices/me/attributes/response/1",
                                         "v2/fw/response/1/chunk/",
                                         "",
                                         "v2/fw/response/1/chunk/4294967296"};
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        assert_int_equal(give(SESSION_MESSAGE, topics[i], "x").kind, SESSION_WAIT);
    }
    assert_int_equal(give(SESSION_TICK, "", "").kind, SESSION_WAIT); // too early
}

static void regression_message_during_the_pause_does_not_burn_a_retry(void **state)
{
    (void)state;
    struct session_config whole = bench_config();

    session_init(&session, &whole, &(struct session_target){0});
    (void)give(SESSION_START, "", "");
    (void)give(SESSION_OK, "", "");
    assert_int_equal(give(SESSION_FAILED, "", "").kind, SESSION_DISCONNECT);
    struct session_action pause = give(SESSION_OK, "", "");
    assert_int_equal(pause.kind, SESSION_WAIT);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(give(SESSION_MESSAGE, "v2/fw/error", "x").deadline_ms, pause.deadline_ms);
        assert_int_equal(give(SESSION_LOST, "", "").deadline_ms, pause.deadline_ms);
    }
    world.now_ms = pause.deadline_ms;
    assert_int_equal(give(SESSION_TICK, "", "").kind, SESSION_WAKE);
    assert_int_equal(session.retries, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(session_fetches_a_corrupt_chunk_again, bench_setup),
        cmocka_unit_test_setup(
            session_chunk_corrupt_every_time_reports_code_7_after_four_attempts_of_four_requests,
            bench_setup),
        cmocka_unit_test_setup(
            session_lost_chunk_is_requested_again_every_minute_and_ends_with_code_4, bench_setup),
        cmocka_unit_test_setup(session_takes_an_empty_chunk_as_lost_and_a_short_one_as_bad,
                               bench_setup),
        cmocka_unit_test_setup(
            session_package_not_found_reports_code_5_and_other_errors_are_retried, bench_setup),
        cmocka_unit_test_setup(session_resumes_after_a_lost_connection_without_erasing,
                               bench_setup),
        cmocka_unit_test_setup(session_counts_its_retries_from_the_last_stored_piece, bench_setup),
        cmocka_unit_test_setup(session_whose_erase_fails_reports_code_2_and_trusts_nothing_in_nor,
                               bench_setup),
        cmocka_unit_test_setup(session_that_cannot_store_reports_code_2, bench_setup),
        cmocka_unit_test_setup(session_piece_0_that_is_no_image_of_that_size_reports_code_7_at_once,
                               bench_setup),
        cmocka_unit_test_setup(
            session_complete_but_wrong_reports_code_7_and_marks_the_content_unusable, bench_setup),
        cmocka_unit_test_setup(session_that_cannot_read_its_download_reports_code_2_and_keeps_it,
                               bench_setup),
        cmocka_unit_test_setup(session_that_cannot_order_reports_code_2, bench_setup),
        cmocka_unit_test_setup(
            session_publish_that_does_not_leave_is_retried_without_telling_anybody, bench_setup),
        cmocka_unit_test_setup(
            session_image_of_other_hardware_reports_code_7_before_the_rest_is_fetched, bench_setup),
        cmocka_unit_test_setup(session_image_of_its_own_hardware_is_ordered, bench_setup),
        cmocka_unit_test_setup(session_drops_what_it_did_not_ask_for, bench_setup),
        cmocka_unit_test_setup(regression_message_during_the_pause_does_not_burn_a_retry,
                               bench_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
