// SPDX-License-Identifier: Apache-2.0
// The gateway with a real worker and database behind it and a broker that only writes down: the orders of events
// that a real broker shows rarely.
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <time.h>

#include "server/gateway/gateway.h"
#include "server/gateway/pinning.h"
#include "server/store/upload.h"
#include "tests/fake/broker.h"
#include "tests/unit/server/folder.h"

static struct db *db;
static struct gateway *gateway;
static struct gateway_time now;
static int64_t device_a;
static int64_t device_b;
static int64_t image_1;
static int64_t image_2;

static int64_t upload(uint8_t seed, const char *version, const char *folder)
{
    char text[300];
    struct fmt error;
    struct db_image image;
    struct upload request = {
        .packed = test_packed(3000, seed), .title = "t", .version = version, .now_ms = 1};

    fmt_init(&error, text, sizeof text);
    assert_int_equal(upload_image(db, folder, &request, &image, NULL, &error), STATUS_OK);
    return image.id;
}

static void open_gateway(const char *folder)
{
    char text[512];
    struct fmt error;
    struct gateway_options options = {.data = folder};

    fmt_init(&error, text, sizeof text);
    gateway = gateway_open(&options, now, &error);
    assert_non_null(gateway);
}

static const char *folder;

static int begin(void **state)
{
    (void)state;
    folder = test_folder();
    now = (struct gateway_time){1000000, 2000000};
    fake_broker_reset();
    assert_int_equal(db_open(&db, folder, DB_OWNER), STATUS_OK);
    assert_int_equal(db_device_add(db, "a", "TOKEN-A", NULL, &device_a), STATUS_OK);
    assert_int_equal(db_device_add(db, "b", "TOKEN-B", NULL, &device_b), STATUS_OK);
    image_1 = upload(1, "v1", folder);
    image_2 = upload(2, "v2", folder);
    assert_int_equal(db_assign(db, device_a, image_1, NULL), STATUS_OK);
    open_gateway(folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    gateway_close(gateway, now);
    db_close(db);
    test_folder_remove();
    return 0;
}

enum { PATIENCE = 12000 }; // pauses of 5 ms: disks may be slow

static void pause_ms(long ms)
{
    struct timespec time = {.tv_nsec = ms * 1000000};

    (void)nanosleep(&time, NULL);
}

static void tick(void)
{
    now.steady_ms += 5;
    now.day_ms += 5;
    gateway_tick(gateway, now);
}

// Ticks until the broker has sent `count` messages; at most a minute.
static void await_sent(unsigned count)
{
    for (int i = 0; i < PATIENCE && fake_sent_count < count; i++) {
        pause_ms(5);
        tick();
    }
    assert_int_equal(fake_sent_count, count);
}

static enum gateway_verdict come(uint64_t client, const char *client_id, const char *token)
{
    struct gateway_client who = {
        .client = client, .client_id = client_id, .username = token, .protocol = 4, .clean = true};

    return gateway_connect(gateway, &who, now);
}

// Until the gateway knows what is stored. It reads all at once, so it does when it knows a device added now.
static void await_catalog(void)
{
    int64_t canary;

    assert_int_equal(db_device_add(db, "canary", "CANARY", NULL, &canary), STATUS_OK);
    for (int i = 0; i < PATIENCE && come(99, "canary", "CANARY") != GATEWAY_GRANTED; i++) {
        pause_ms(5);
        tick();
    }
    assert_int_equal(come(99, "canary", "CANARY"), GATEWAY_GRANTED);
}

static enum gateway_verdict say(uint64_t client, const char *topic, const char *payload)
{
    return gateway_message(gateway, client, topic, span_of_text(payload), 0, now);
}

static void an_attribute_answer_waits_for_its_pin(void **state)
{
    (void)state;
    struct db_pin pin;

    assert_int_equal(come(1, "x", "TOKEN-A"), GATEWAY_GRANTED);
    assert_int_equal(say(1, "v1/devices/me/attributes/request/1", "{}"), GATEWAY_GRANTED);
    assert_int_equal(fake_sent_count, 0); // nothing leaves from within the callback
    await_sent(1);
    assert_int_equal(db_pin_get(db, device_a, &pin), STATUS_OK);
    assert_int_equal(pin.image_id, image_1);
    assert_int_equal(say(1, "v1/devices/me/attributes/request/2", "{}"), GATEWAY_GRANTED);
    assert_int_equal(fake_sent_count, 2); // the pin is there: at once
}

static void answers_keep_the_order_of_requests_behind_a_waiting_pin(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v2/fw/request/1/chunk/0", "1028");
    (void)say(1, "v2/fw/request/1/chunk/1", "1028");
    (void)say(1, "v1/devices/me/rpc/request/1", "{}");
    await_sent(3);
    assert_string_equal(fake_sent[0].topic, "v2/fw/response/1/chunk/0");
    assert_string_equal(fake_sent[1].topic, "v2/fw/response/1/chunk/1");
    assert_string_equal(fake_sent[2].topic, "v1/devices/me/rpc/response/1");
}

static void a_device_removed_while_its_pin_is_stored_gets_no_answer_and_is_closed(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    assert_int_equal(db_begin(db), STATUS_OK); // keeps the worker from committing
    (void)say(1, "v2/fw/request/1/chunk/0", "1028");
    pause_ms(20);
    assert_int_equal(db_device_remove(db, device_a), STATUS_OK);
    assert_int_equal(db_commit(db), STATUS_OK);
    for (int i = 0; i < PATIENCE && fake_closed_count == 0; i++) {
        pause_ms(5);
        tick();
    }
    assert_string_equal(fake_closed, "x");
    assert_int_equal(fake_sent_count, 0);
}

static void a_held_database_delays_only_who_needs_it(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v2/fw/request/1/chunk/0", "1028");
    await_sent(1);
    assert_int_equal(db_begin(db), STATUS_OK);
    (void)come(2, "y", "TOKEN-B");
    (void)say(2, "v1/devices/me/attributes/request/1", "{}"); // nothing assigned: no pin to store
    (void)say(1, "v2/fw/request/1/chunk/1", "1028");
    assert_int_equal(fake_sent_count, 3);
    db_rollback(db);
}

static void the_first_session_is_closed_in_the_tick_after_a_second(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    (void)come(2, "y", "TOKEN-A");
    assert_int_equal(fake_closed_count, 0);
    assert_int_equal(say(1, "v2/fw/request/1/chunk/0", "1028"), GATEWAY_GRANTED);
    tick();
    assert_string_equal(fake_closed, "x");
    gateway_disconnect(gateway, 1, now);
    (void)say(2, "v2/fw/request/1/chunk/0", "1028");
    await_sent(1); // the superseded session's request was not answered
    assert_string_equal(fake_sent[0].client_id, "y");
}

static void a_session_taken_over_under_its_own_client_id_is_left_to_the_broker(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    (void)come(2, "x", "TOKEN-A"); // seen before the end of the first
    gateway_disconnect(gateway, 1, now);
    tick();
    assert_int_equal(fake_closed_count, 0); // closing by client id would hit the new one
    (void)say(2, "v2/fw/request/1/chunk/0", "1028");
    await_sent(1);
    assert_int_equal(come(3, "x", "TOKEN-B"), GATEWAY_REFUSED);
    gateway_disconnect(gateway, 2, now);
    tick();
    assert_int_equal(come(3, "x", "TOKEN-B"), GATEWAY_GRANTED);
}

static void a_client_id_is_free_only_when_queued_answers_have_left_the_broker(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v1/devices/me/rpc/request/1", "{}"); // the broker sends it at its next turn
    gateway_disconnect(gateway, 1, now);
    assert_int_equal(come(2, "x", "TOKEN-B"), GATEWAY_REFUSED);
    tick();
    assert_int_equal(come(2, "x", "TOKEN-B"), GATEWAY_GRANTED);
}

static void a_kept_session_keeps_its_client_id_for_an_hour(void **state)
{
    (void)state;
    struct gateway_client keeps = {
        .client = 1, .client_id = "x", .username = "TOKEN-A", .protocol = 4, .clean = false};

    assert_int_equal(gateway_connect(gateway, &keeps, now), GATEWAY_GRANTED);
    gateway_disconnect(gateway, 1, now);
    now.steady_ms += OWNERS_KEPT_MS - 1000;
    tick();
    assert_int_equal(come(2, "x", "TOKEN-B"), GATEWAY_REFUSED);
    now.steady_ms += 61000;
    tick();
    assert_int_equal(come(2, "x", "TOKEN-B"), GATEWAY_GRANTED);
}

static void a_kept_session_that_is_taken_up_again_counts_anew(void **state)
{
    (void)state;
    struct gateway_client keeps = {
        .client = 1, .client_id = "x", .username = "TOKEN-A", .protocol = 5, .clean = true};

    (void)gateway_connect(gateway, &keeps, now);
    gateway_disconnect(gateway, 1, now);
    (void)gateway_connect(gateway, &keeps, now);
    now.steady_ms += 2 * OWNERS_KEPT_MS;
    tick();
    assert_int_equal(come(2, "x", "TOKEN-B"), GATEWAY_REFUSED);
}

static void a_reload_asks_again_and_changes_nothing(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    (void)gateway_may_subscribe(gateway, 1, "v2/fw/response/+/chunk/+", 1);
    gateway_reload(gateway);
    assert_int_equal(come(1, "x", "TOKEN-A"), GATEWAY_GRANTED);
    tick();
    assert_int_equal(fake_closed_count, 0);
    (void)gateway_message(gateway, 1, "v2/fw/request/1/chunk/0", span_of_text("5"), 1, now);
    await_sent(1);
    assert_int_equal(fake_sent[0].qos, 1);
}

static void a_reload_leaves_kept_sessions_alone_and_refuses_who_is_gone(void **state)
{
    (void)state;
    struct gateway_client keeps = {
        .client = 1, .client_id = "old", .username = "TOKEN-A", .protocol = 4, .clean = false};

    (void)gateway_connect(gateway, &keeps, now);
    gateway_disconnect(gateway, 1, now);
    (void)come(2, "x", "TOKEN-A");
    (void)come(3, "y", "TOKEN-B");
    gateway_reload(gateway);
    assert_int_equal(gateway_connect(gateway, &keeps, now), GATEWAY_GRANTED);
    assert_int_equal(come(2, "x", "TOKEN-A"), GATEWAY_GRANTED);
    assert_int_equal(come(3, "y", "WRONG"), GATEWAY_REFUSED);
    tick();
    assert_int_equal(fake_closed_count, 0); // the connection of A goes on
    (void)say(2, "v2/fw/request/1/chunk/0", "1028");
    await_sent(1);
    assert_string_equal(fake_sent[0].client_id, "x");
    assert_int_equal(come(4, "z", "WRONG"), GATEWAY_REFUSED);
}

static void a_pointer_used_again_belongs_to_its_new_client(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    assert_int_equal(come(1, "y", "TOKEN-B"), GATEWAY_GRANTED); // without an end of the first
    (void)say(1, "v1/devices/me/attributes/request/1", "{}");
    assert_int_equal(fake_sent_count, 1);
    assert_string_equal(fake_sent[0].payload, "{}"); // B's: nothing assigned
    assert_int_equal(come(1, "z", "WRONG"), GATEWAY_REFUSED);
    assert_int_equal(gateway_may_read(gateway, 1, "v2/fw/error"), GATEWAY_REFUSED);
}

static void answers_waiting_for_a_connection_that_ended_go_nowhere(void **state)
{
    (void)state;
    struct db_pin pin;

    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v2/fw/request/1/chunk/0", "1028");
    gateway_disconnect(gateway, 1, now);
    (void)come(2, "x", "TOKEN-A");
    for (int i = 0; i < PATIENCE && db_pin_get(db, device_a, &pin) != STATUS_OK; i++) {
        pause_ms(5);
    }
    for (int i = 0; i < 60; i++) {
        pause_ms(5);
        tick();
    }
    assert_int_equal(fake_sent_count, 0);
    (void)say(2, "v2/fw/request/1/chunk/0", "1028");
    assert_int_equal(fake_sent_count, 1); // its pin was stored all the same
}

static void a_ninth_waiting_request_drops_the_oldest(void **state)
{
    (void)state;
    struct db_device device;

    (void)come(1, "x", "TOKEN-A");
    for (int i = 0; i < 9; i++) {
        char topic[40];
        (void)snprintf(topic, sizeof topic, "v2/fw/request/1/chunk/%d", i % 7);
        (void)say(1, topic, "1028"); // the pin is not stored before the next tick
    }
    await_sent(8);
    assert_string_equal(fake_sent[0].topic, "v2/fw/response/1/chunk/1");
    now.steady_ms += 2000;
    tick();
    for (int i = 0; i < PATIENCE; i++) {
        assert_int_equal(db_device_by_id(db, device_a, &device), STATUS_OK);
        if (device.counters.dropped > 0) {
            break;
        }
        pause_ms(5);
    }
    assert_int_equal(device.counters.dropped, 1);
}

static void a_restart_finds_the_pin_with_its_sizes(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v2/fw/request/1/chunk/0", "1000");
    await_sent(1);
    gateway_close(gateway, now);
    assert_int_equal(db_assign(db, device_a, image_2, NULL), STATUS_OK);
    open_gateway(folder);
    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v2/fw/request/1/chunk/5", "");
    await_sent(2);
    assert_int_equal(fake_sent[1].size, 1000);
    assert_memory_equal(fake_sent[1].payload, test_packed(3000, 1).data + 5000, 1000);
}

static void answers_with_qos_1_are_bounded_and_go_on_with_qos_0(void **state)
{
    (void)state;
    int64_t acknowledged = 0;

    (void)come(1, "x", "TOKEN-A");
    for (int i = 0; i < 60;
         i++) { // of 7124 bytes, so that the bound on all answers allows them in a minute
        now.steady_ms += 1000;
        fake_broker_reset();
        for (int n = 0; n < 10; n++) {
            (void)gateway_message(gateway, 1, "v2/fw/request/1/chunk/0", span_of_text("65536"), 1,
                                  now);
        }
        await_sent(i == 0 ? 8 : 10); // eight wait for the pin
        for (unsigned n = 0; n < fake_sent_count; n++) {
            acknowledged += fake_sent[n].qos == 1 ? 7124 + BUDGET_MESSAGE_BYTES : 0;
        }
    }
    assert_int_equal(fake_sent[9].qos, 0);
    assert_in_range(acknowledged, BUDGET_QOS_1.burst_bytes,
                    BUDGET_QOS_1.burst_bytes + 61 * BUDGET_QOS_1.bytes_per_s + 8192);
}

static struct db_pin stored_when_done(uint32_t done)
{
    struct db_pin pin = {.done = 0};

    now.steady_ms += 2000;
    for (int i = 0; i < PATIENCE && pin.done != done; i++) {
        pause_ms(5);
        tick();
        assert_int_equal(db_pin_get(db, device_a, &pin), STATUS_OK);
    }
    assert_int_equal(pin.done, done);
    return pin;
}

static void progress_is_stored_and_goes_on_after_a_restart(void **state)
{
    (void)state;
    (void)come(1, "x", "TOKEN-A");
    for (int i = 0; i < 3; i++) {
        char topic[40];
        (void)snprintf(topic, sizeof topic, "v2/fw/request/1/chunk/%d", i);
        (void)say(1, topic, "1028");
        await_sent((unsigned)i + 1);
    }
    struct db_pin pin = stored_when_done(3);
    assert_int_equal(pin.total, 7);
    gateway_close(gateway, now);
    assert_int_equal(db_pin_progress(db, device_a, image_1, now.day_ms, 2, 7), STATUS_OK);
    open_gateway(folder); // as after a crash: one chunk more was answered than is stored
    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v2/fw/request/1/chunk/3", "1028");
    assert_int_equal(stored_when_done(4).used_ms >= pin.used_ms, 1);
}

static void an_old_pin_is_forgotten_when_its_device_begins_anew(void **state)
{
    (void)state;
    struct db_pin pin;

    (void)come(1, "x", "TOKEN-A");
    (void)say(1, "v2/fw/request/1/chunk/0", "1028");
    await_sent(1);
    assert_int_equal(db_assign(db, device_a, image_2, NULL), STATUS_OK);
    await_catalog();
    now.day_ms += PINNING_KEPT_MS + 60000;
    (void)say(1, "v2/fw/request/1/chunk/1", "1028"); // amid a download nothing is forgotten
    await_sent(2);
    assert_memory_equal(fake_sent[1].payload, test_packed(3000, 1).data + 1028, 1000);
    now.day_ms += PINNING_KEPT_MS + 60000;
    (void)say(1, "v1/devices/me/attributes/request/1", "{}");
    await_sent(3);
    assert_int_equal(db_pin_get(db, device_a, &pin), STATUS_OK);
    assert_int_equal(pin.image_id, image_2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_attribute_answer_waits_for_its_pin),
        CASE(answers_keep_the_order_of_requests_behind_a_waiting_pin),
        CASE(a_device_removed_while_its_pin_is_stored_gets_no_answer_and_is_closed),
        CASE(a_held_database_delays_only_who_needs_it),
        CASE(the_first_session_is_closed_in_the_tick_after_a_second),
        CASE(a_session_taken_over_under_its_own_client_id_is_left_to_the_broker),
        CASE(a_client_id_is_free_only_when_queued_answers_have_left_the_broker),
        CASE(a_kept_session_keeps_its_client_id_for_an_hour),
        CASE(a_kept_session_that_is_taken_up_again_counts_anew),
        CASE(answers_with_qos_1_are_bounded_and_go_on_with_qos_0),
        CASE(progress_is_stored_and_goes_on_after_a_restart),
        CASE(an_old_pin_is_forgotten_when_its_device_begins_anew),
        CASE(a_reload_asks_again_and_changes_nothing),
        CASE(a_reload_leaves_kept_sessions_alone_and_refuses_who_is_gone),
        CASE(a_pointer_used_again_belongs_to_its_new_client),
        CASE(answers_waiting_for_a_connection_that_ended_go_nowhere),
        CASE(a_ninth_waiting_request_drops_the_oldest),
        CASE(a_restart_finds_the_pin_with_its_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
