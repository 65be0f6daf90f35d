// SPDX-License-Identifier: Apache-2.0
// What goes wrong, one thing at a time, and how the driver gets over it: with an emulated module and real servers.
#include "tests/unit/modem_driver/bench.h"

#include <string.h>

#include "tests/host/cmocka_all.h"

enum { BC660K_BOOT_MS = 6000 };

static int begin(void **state)
{
    (void)state;
    bench_begin(5);
    (void)bench_wait(BC660K_BOOT_MS);
    return 0;
}

static int end(void **state)
{
    (void)state;
    bench_end();
    return 0;
}

static void fault(const char *name, uint32_t times)
{
    assert_true(modem_fault_order(wire_faults(), name, times));
}

static void expect_outcome(enum modem_event_kind kind, enum modem_event_kind expected)
{
    if (kind != expected) {
        fail_msg("outcome %d, not %d; the dialogue:\n%s", (int)kind, (int)expected, wire_log());
    }
}

static void expect_works(void)
{
    bench_go_online(MODEM_MQTT);
    expect_outcome(bench_subscribe("up"), MODEM_DONE);
    expect_outcome(bench_publish("up", span_of_text("1028")), MODEM_DONE);
    bench_expect("up", span_of_text("1028"));
    expect_outcome(bench_disconnect(), MODEM_DONE);
    expect_outcome(bench_sleep(), MODEM_DONE);
}

static unsigned count(const char *log, const char *wanted)
{
    unsigned found = 0;

    for (const char *at = strstr(log, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        found++;
    }
    return found;
}

// ---- the wake ----

static void module_at_another_rate_is_found_and_set_right(void **state)
{
    (void)state;
    if (bench_is_bg95()) {
        skip(); // its rate is known
    }
    wire_set_module_baud(9600);
    expect_works();
    (void)wire_log();
    expect_works();
    assert_null(strstr(wire_log(), "IPR"));
}

static void silent_module_is_started_anew_and_works(void **state)
{
    (void)state;
    expect_works();
    fault("silent", 1);
    expect_works();
}

static void module_that_falls_silent_in_a_session_ends_it_and_the_next_works(void **state)
{
    (void)state;
    bench_go_online(MODEM_MQTT);
    fault("silent", 1);
    expect_outcome(bench_publish("up", span_of_text("{\"a\":1}")), MODEM_FAILED);
    (void)bench_disconnect();
    (void)bench_sleep();
    expect_works();
}

static void module_that_stays_silent_fails_the_wake_and_is_left_alone(void **state)
{
    (void)state;
    expect_works();
    fault("silent", MODEM_FAULT_ALWAYS);
    for (unsigned i = 0; i < 3; i++) {
        expect_outcome(bench_wake(), MODEM_FAILED);
    }
    expect_outcome(bench_wake(), MODEM_FAILED);
    uint32_t before_ms = wire_now_ms();
    expect_outcome(bench_wake(), MODEM_FAILED);
    bool is_alone = wire_now_ms() - before_ms < 100;
    assert_int_equal(is_alone, bench_is_bg95());
    (void)bench_wait(9 * 60 * 1000); // a BG95-M2: ten minutes after three restarts
    before_ms = wire_now_ms();
    expect_outcome(bench_wake(), MODEM_FAILED);
    assert_int_equal(wire_now_ms() - before_ms < 100, bench_is_bg95());
    fault("silent", 0);
    (void)bench_wait(61 * 60 * 1000);
    expect_works();
}

static void card_that_is_missing_fails_the_wake_at_once(void **state)
{
    (void)state;
    fault("no-sim", MODEM_FAULT_ALWAYS);
    uint32_t before_ms = wire_now_ms();
    expect_outcome(bench_wake(), MODEM_FAILED);
    assert_in_range(wire_now_ms() - before_ms, 0, 15000);
    fault("no-sim", 0);
    (void)bench_sleep();
    expect_works();
}

static void network_that_is_missing_is_searched_for_as_long_as_asked(void **state)
{
    (void)state;
    fault("no-network", MODEM_FAULT_ALWAYS);
    bench_network.search_ms = 60000;
    uint32_t before_ms = wire_now_ms();
    expect_outcome(bench_wake(), MODEM_FAILED);
    assert_in_range(wire_now_ms() - before_ms, 60000, 90000);
    (void)bench_sleep();
    fault("no-network", 0);
    bench_network.search_ms = 120000;
    expect_works();
}

static void results_that_come_late_or_not_at_all_cost_time_only(void **state)
{
    (void)state;
    static const char *const faults[] = {"late-result", "no-result", "busy", "urc-in-reply", "gap"};

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        fault(faults[i], 3);
        expect_works();
        fault(faults[i], 0);
    }
}

static void settings_of_the_network_are_said_when_they_are_set(void **state)
{
    (void)state;
    bench_network.apn = "iot.example";
    bench_network.dns = "\"8.8.8.8\",\"8.8.4.4\"";
    bench_network.operator_code = "23415";
    bench_network.ntp = "time.example";
    expect_outcome(bench_wake(), MODEM_DONE);
    const char *log = wire_log();
    assert_non_null(strstr(log, bench_is_bg95() ? "> AT+QICSGP=1,3,\"iot.example\",\"\",\"\",0"
                                                : "> AT+QCGDEFCONT=\"IPV4V6\",\"iot.example\""));
    assert_non_null(strstr(log, bench_is_bg95() ? "> AT+QIDNSCFG=1,\"8.8.8.8\",\"8.8.4.4\""
                                                : "> AT+QIDNSCFG=0,\"8.8.8.8\",\"8.8.4.4\""));
    // An APN counts from the next start on: the module is reset, once.
    assert_int_equal(count(log, "> AT+QCGDEFCONT?"), bench_is_bg95() ? 0 : 2);
    assert_non_null(strstr(log, "> AT+COPS=1,2,\"23415\""));
    assert_non_null(strstr(log, ",\"time.example\""));
    expect_outcome(bench_sleep(), MODEM_DONE);
    (void)wire_log();
    bench_network.operator_code = NULL;
    expect_outcome(bench_wake(), MODEM_DONE);
    log = wire_log();
    assert_null(strstr(log, "> AT+QCGDEFCONT="));                       // it has it
    assert_true(bench_is_bg95() || strstr(log, "> AT+COPS=0") != NULL); // a BG95-M2 was off since
}

// ---- a session ----

static void lost_context_is_told_and_made_anew_by_the_next_session(void **state)
{
    (void)state;
    bench_go_online(MODEM_MQTT);
    fault("pdp-loss", 1);
    assert_int_equal(bench_wait(60000).kind, MODEM_LOST);
    (void)bench_disconnect();
    expect_works(); // without a sleep between
}

static void context_lost_before_an_open_is_mended_by_it(void **state)
{
    (void)state;
    expect_outcome(bench_wake(), MODEM_DONE);
    if (!bench_is_bg95()) {
        skip(); // it attaches by itself, later
    }
    fault("pdp-loss", 1);
    (void)bench_wait(1000);
    expect_outcome(bench_open(MODEM_MQTT, "127.0.0.1"), MODEM_DONE);
    assert_int_equal(count(wire_log(), "> AT+QIACT=1"), 2);
}

static void module_that_restarts_is_told_and_the_next_session_works(void **state)
{
    (void)state;
    bench_go_online(MODEM_TCP);
    (void)bench_wait(15000); // a BG95-M2's boot lines are news by now
    fault("supply-dip", 1);
    enum modem_event_kind kind = bench_wait(15000).kind;
    if (kind == MODEM_MESSAGE) { // the peer's hello
        kind = bench_wait(15000).kind;
    }
    expect_outcome(kind, MODEM_LOST);
    (void)bench_disconnect();
    (void)bench_sleep();
    expect_works();
}

static void client_left_open_is_closed_by_the_next_open(void **state)
{
    (void)state;
    bench_go_online(MODEM_MQTT);
    expect_outcome(bench_open(MODEM_MQTT, "127.0.0.1"), MODEM_DONE);
    expect_outcome(bench_connect("again"), MODEM_DONE);
}

// ---- messages ----

static struct span long_text(char first, size_t size)
{
    static char text[1024];

    memset(text, 'x', sizeof text);
    text[0] = first;
    text[size - 1] = first == '{' ? '}' : 'x';
    return span_of(text, size);
}

static void message_in_pieces_is_joined(void **state)
{
    (void)state;
    bench_go_online(MODEM_MQTT);
    expect_outcome(bench_subscribe("up"), MODEM_DONE);
    fault("fragment", MODEM_FAULT_ALWAYS);
    expect_outcome(bench_publish("up", long_text('{', 400)), MODEM_DONE);
    bench_expect("up", long_text('{', 400));
    modem_expect(1000);
    expect_outcome(bench_publish("up", long_text('x', 1000)), MODEM_DONE);
    bench_expect("up", long_text('x', 1000));
    assert_non_null(strstr(wire_log(), ",334,"));
}

static void module_that_says_no_lengths_is_understood(void **state)
{
    (void)state;
    wire_answer(bench_is_bg95() ? "AT+QMTCFG=\"recv/mode\"" : "AT+QMTCFG=\"showrecvlen\"", "ERROR");
    wire_answer(bench_is_bg95() ? "AT+QMTCFG=\"recv/mode\"" : "AT+QMTCFG=\"showrecvlen\"", "ERROR");
    bench_go_online(MODEM_MQTT);
    expect_outcome(bench_subscribe("up"), MODEM_DONE);
    expect_outcome(bench_publish("up", span_of_text("1028")), MODEM_DONE);
    bench_expect("up", span_of_text("1028"));
    assert_non_null(strstr(wire_log(), "+QMTRECV: 0,0,\"up\",\"1028\""));
}

static void messages_that_come_during_requests_are_kept_in_order(void **state)
{
    (void)state;
    bench_go_online(MODEM_TCP);
    (void)bench_wait(1); // no look at the peer's hello
    expect_outcome(bench_send(span_of_text("one"), NULL), MODEM_DONE);
    bench_expect("", span_of_text("hello"));
    bench_expect("", span_of_text("one"));
}

static void line_of_a_person_is_passed_on(void **state)
{
    (void)state;
    expect_outcome(bench_wake(), MODEM_DONE);
    modem_pass(span_of_text("AT+CPIN?"));
    struct modem_event event = bench_wait(2000);
    assert_int_equal(event.kind, MODEM_TEXT);
    assert_memory_equal(event.payload.data, "+CPIN: READY", event.payload.size);
    event = bench_wait(2000);
    assert_int_equal(event.kind, MODEM_TEXT);
    assert_memory_equal(event.payload.data, "OK", event.payload.size);
    assert_int_equal(bench_wait(2000).kind, MODEM_DONE);
    assert_false(modem_is_busy());
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(module_at_another_rate_is_found_and_set_right),
        TEST(silent_module_is_started_anew_and_works),
        TEST(module_that_falls_silent_in_a_session_ends_it_and_the_next_works),
        TEST(module_that_stays_silent_fails_the_wake_and_is_left_alone),
        TEST(card_that_is_missing_fails_the_wake_at_once),
        TEST(network_that_is_missing_is_searched_for_as_long_as_asked),
        TEST(results_that_come_late_or_not_at_all_cost_time_only),
        TEST(settings_of_the_network_are_said_when_they_are_set),
        TEST(lost_context_is_told_and_made_anew_by_the_next_session),
        TEST(context_lost_before_an_open_is_mended_by_it),
        TEST(module_that_restarts_is_told_and_the_next_session_works),
        TEST(client_left_open_is_closed_by_the_next_open),
        TEST(message_in_pieces_is_joined),
        TEST(module_that_says_no_lengths_is_understood),
        TEST(messages_that_come_during_requests_are_kept_in_order),
        TEST(line_of_a_person_is_passed_on),
    };
    return cmocka_run_group_tests(tests, servers_start, servers_stop);
}
