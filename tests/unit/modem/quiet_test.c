// SPDX-License-Identifier: Apache-2.0
// The rule that keeps virtual and real time honest, clause by clause (vnode/net/quiet.h).
#include "tests/host/cmocka_all.h"

#include "vnode/net/patience.h"
#include "vnode/net/quiet.h"

#define S UINT64_C(1000000000)

static struct quiet quiet;
static uint64_t real_ms;

static enum quiet_verdict ask(uint64_t now_ns)
{
    return quiet_ask(&quiet, now_ns, real_ms);
}

static int connected(void **state)
{
    (void)state;
    real_ms = 1000;
    quiet_enter(&quiet, QUIET_CONNECTED, 5 * S, real_ms);
    return 0;
}

static void probe_comes_back(void)
{
    quiet_on_probe_sent(&quiet, real_ms);
    quiet_on_probe_answered(&quiet);
}

static void no_connection_is_quiet(void **state)
{
    (void)state;
    quiet_enter(&quiet, QUIET_CLOSED, 0, real_ms);
    assert_int_equal(ask(100 * S), QUIET_YES);
    assert_true(quiet_limit_ns(&quiet, 0) == UINT64_MAX);
}

static void connecting_waits_500_ms_of_real_time(void **state)
{
    (void)state;
    quiet_enter(&quiet, QUIET_CONNECTING, 0, real_ms);
    real_ms += 499;
    assert_int_equal(ask(0), QUIET_WAIT);
    real_ms += 1;
    assert_int_equal(ask(0), QUIET_YES);
}

static void other_sockets_wait_50_ms_behind_each_packet_and_probe_nobody(void **state)
{
    (void)state;
    quiet_enter(&quiet, QUIET_STREAM, 0, real_ms);
    real_ms += 50;
    assert_int_equal(ask(100 * S), QUIET_YES);
    quiet_on_sent(&quiet, QUIET_PLAIN, 100 * S, real_ms);
    assert_int_equal(ask(100 * S), QUIET_WAIT);
    real_ms += 30;
    quiet_on_received(&quiet, false, 100 * S, real_ms);
    real_ms += 49;
    assert_int_equal(ask(100 * S), QUIET_WAIT);
    real_ms += 1;
    assert_int_equal(ask(5000 * S), QUIET_YES);
    assert_true(quiet_limit_ns(&quiet, 100 * S) == UINT64_MAX);
}

static void server_that_owes_an_answer_is_waited_for_longer(void **state)
{
    (void)state;
    quiet_enter(&quiet, QUIET_STREAM, 0, real_ms);
    quiet_on_sent(&quiet, QUIET_PLAIN, 1 * S, real_ms);
    quiet_on_owed(&quiet, true);
    real_ms += 299;
    assert_int_equal(ask(1 * S), QUIET_WAIT);
    real_ms += 1;
    assert_int_equal(ask(1 * S), QUIET_YES);
    quiet_on_received(&quiet, false, 1 * S, real_ms);
    quiet_on_owed(&quiet, false);
    real_ms += 50;
    assert_int_equal(ask(1 * S), QUIET_YES);
}

static void every_packet_is_followed_by_a_probe(void **state)
{
    (void)state;
    quiet_on_sent(&quiet, QUIET_PLAIN, 5 * S, real_ms);
    assert_int_equal(ask(5 * S), QUIET_PROBE);
    quiet_on_probe_sent(&quiet, real_ms);
    assert_int_equal(ask(5 * S), QUIET_WAIT);
    quiet_on_probe_answered(&quiet);
    assert_int_equal(ask(5 * S), QUIET_YES);
}

static void a_packet_during_a_probe_needs_another(void **state)
{
    (void)state;
    quiet_on_sent(&quiet, QUIET_PLAIN, 5 * S, real_ms);
    quiet_on_probe_sent(&quiet, real_ms);
    quiet_on_received(&quiet, false, 5 * S, real_ms);
    quiet_on_probe_answered(&quiet);
    assert_int_equal(ask(5 * S), QUIET_PROBE);
}

static void a_broker_that_hangs_is_not_waited_for_longer_than_its_bound(void **state)
{
    (void)state;
    quiet_on_sent(&quiet, QUIET_PLAIN, 5 * S, real_ms);
    quiet_on_probe_sent(&quiet, real_ms);
    real_ms += QUIET_PROBE_LIMIT_MS - 1;
    assert_int_equal(ask(5 * S), QUIET_WAIT);
    real_ms += 1;
    assert_int_equal(ask(5 * S), QUIET_YES);
}

static void a_publish_waits_for_who_answers_behind_the_broker(void **state)
{
    (void)state;
    quiet_on_sent(&quiet, QUIET_PUBLISH, 5 * S, real_ms);
    probe_comes_back();
    assert_int_equal(ask(5 * S), QUIET_WAIT);
    real_ms += 20;
    quiet_on_received(&quiet, true, 5 * S, real_ms);
    assert_int_equal(ask(5 * S), QUIET_PROBE);
    probe_comes_back();
    assert_int_equal(ask(5 * S), QUIET_YES);
}

static void two_publishes_wait_for_two_answers(void **state)
{
    (void)state;
    quiet_on_sent(&quiet, QUIET_PUBLISH, 5 * S, real_ms);
    quiet_on_sent(&quiet, QUIET_PUBLISH, 5 * S, real_ms);
    quiet_on_received(&quiet, true, 5 * S, real_ms);
    probe_comes_back();
    assert_int_equal(ask(5 * S), QUIET_WAIT);
    assert_true(quiet_is_answering(&quiet));
}

static void a_request_waits_longer_and_is_answered_first(void **state)
{
    (void)state;
    quiet_on_sent(&quiet, QUIET_PUBLISH, 5 * S, real_ms);
    quiet_on_sent(&quiet, QUIET_REQUEST, 5 * S, real_ms);
    probe_comes_back();
    real_ms += 999;
    assert_int_equal(ask(5 * S), QUIET_WAIT);
    quiet_on_received(&quiet, true, 5 * S, real_ms);
    probe_comes_back();
    assert_int_equal(ask(5 * S), QUIET_WAIT);
    real_ms += 50;
    assert_int_equal(ask(5 * S), QUIET_PROBE);
    quiet_on_sent(&quiet, QUIET_REQUEST, 5 * S, real_ms);
    probe_comes_back();
    real_ms += 1000;
    assert_int_equal(ask(5 * S), QUIET_PROBE);
}

static void a_publish_that_nobody_answers_costs_50_ms_and_a_probe_once(void **state)
{
    (void)state;
    quiet_on_sent(&quiet, QUIET_PUBLISH, 5 * S, real_ms);
    probe_comes_back();
    real_ms += 50;
    assert_int_equal(ask(5 * S), QUIET_PROBE);
    probe_comes_back();
    assert_int_equal(ask(5 * S), QUIET_YES);
    assert_int_equal(ask(5 * S), QUIET_YES);
    assert_false(quiet_is_answering(&quiet));
}

static void beyond_one_second_200_ms_of_real_time_are_needed(void **state)
{
    (void)state;
    assert_true(quiet_limit_ns(&quiet, 5 * S) == 6 * S);
    assert_int_equal(ask(6 * S - 1), QUIET_YES);
    assert_int_equal(ask(6 * S), QUIET_WAIT);
    real_ms += 199;
    assert_int_equal(ask(6 * S), QUIET_WAIT);
    real_ms += 1;
    assert_int_equal(ask(6 * S), QUIET_YES);
    assert_true(quiet_limit_ns(&quiet, 6 * S) == UINT64_MAX);
}

static void a_new_packet_begins_a_new_window_but_the_keep_alive_does_not(void **state)
{
    (void)state;
    real_ms += 200;
    assert_int_equal(ask(6 * S), QUIET_YES);
    quiet_on_keep_alive(&quiet);
    probe_comes_back();
    assert_int_equal(ask(100 * S), QUIET_YES);
    quiet_on_received(&quiet, true, 100 * S, real_ms);
    probe_comes_back();
    assert_int_equal(ask(101 * S), QUIET_WAIT);
}

static void who_was_made_to_speak_is_waited_for(void **state)
{
    (void)state;
    real_ms += 200;
    assert_int_equal(ask(6 * S), QUIET_YES);
    quiet_on_stir(&quiet, real_ms);
    assert_int_equal(ask(6 * S), QUIET_PROBE);
    probe_comes_back();
    assert_int_equal(ask(6 * S), QUIET_WAIT);
    real_ms += 200;
    assert_int_equal(ask(6 * S), QUIET_YES);
    quiet_enter(&quiet, QUIET_STREAM, 6 * S, real_ms);
    real_ms += 50;
    quiet_on_stir(&quiet, real_ms);
    assert_int_equal(ask(6 * S), QUIET_WAIT);
}

// ---- which time counts ----

#define MS_NS UINT64_C(1000000)

static void time_that_is_watched_counts(void **state)
{
    (void)state;
    struct patience patience = {.seen_ns = 7 * MS_NS};

    for (uint64_t now_ns = 9 * MS_NS; now_ns < 107 * MS_NS; now_ns += 2 * MS_NS) {
        (void)patience_look_ms(&patience, now_ns);
    }
    assert_int_equal(patience_look_ms(&patience, 107 * MS_NS), 100);
}

static void of_a_standstill_of_the_machine_one_step_counts(void **state)
{
    (void)state;
    struct patience patience = {.seen_ns = 0};

    assert_int_equal(patience_look_ms(&patience, 5000 * MS_NS), 4);
    assert_int_equal(patience_look_ms(&patience, 5003 * MS_NS), 7);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, connected)
    const struct CMUnitTest tests[] = {
        TEST(no_connection_is_quiet),
        TEST(connecting_waits_500_ms_of_real_time),
        TEST(other_sockets_wait_50_ms_behind_each_packet_and_probe_nobody),
        TEST(server_that_owes_an_answer_is_waited_for_longer),
        TEST(every_packet_is_followed_by_a_probe),
        TEST(a_packet_during_a_probe_needs_another),
        TEST(a_broker_that_hangs_is_not_waited_for_longer_than_its_bound),
        TEST(a_publish_waits_for_who_answers_behind_the_broker),
        TEST(two_publishes_wait_for_two_answers),
        TEST(a_request_waits_longer_and_is_answered_first),
        TEST(a_publish_that_nobody_answers_costs_50_ms_and_a_probe_once),
        TEST(beyond_one_second_200_ms_of_real_time_are_needed),
        TEST(a_new_packet_begins_a_new_window_but_the_keep_alive_does_not),
        TEST(who_was_made_to_speak_is_waited_for),
        cmocka_unit_test(time_that_is_watched_counts),
        cmocka_unit_test(of_a_standstill_of_the_machine_one_step_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
