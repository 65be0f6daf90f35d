// SPDX-License-Identifier: Apache-2.0
#include "node/core/uplink.h"
#include "tests/host/cmocka_all.h"

#include <string.h>

static struct uplink uplink;
static struct uplink_action action;
static char console[4096];
static struct fmt lines;
static uint32_t now_ms;

static void begin(struct uplink_config config)
{
    fmt_init(&lines, console, sizeof console);
    now_ms = UINT32_MAX - 1000; // the clock wraps on the way
    uplink_init(&uplink, &config);
    action = uplink_step(&uplink, now_ms, UPLINK_START, &lines);
}

static void begin_usual(void)
{
    begin((struct uplink_config){.complete = true, .subscribes = true, .window_ms = 0, .seed = 3});
}

static void begin_on(enum uplink_channel channel)
{
    begin((struct uplink_config){.channel = channel, .complete = true, .seed = 3});
}

static void give(enum uplink_event_kind event, enum uplink_action_kind next)
{
    action = uplink_step(&uplink, now_ms, event, &lines);
    assert_int_equal(action.kind, next);
}

static void tick(enum uplink_action_kind next)
{
    assert_true(action.has_deadline);
    now_ms = action.deadline_ms;
    give(UPLINK_TICK, next);
}

static void go_to_listen(void)
{
    assert_int_equal(action.kind, UPLINK_WAKE);
    give(UPLINK_OK, UPLINK_OPEN);
    give(UPLINK_OK, UPLINK_CONNECT);
    give(UPLINK_OK, UPLINK_SUBSCRIBE);
    give(UPLINK_OK, UPLINK_SEND_DATA);
    give(UPLINK_OK, UPLINK_LISTEN);
}

static void uplink_subscribes_before_it_publishes_and_reports_after_listening(void **state)
{
    (void)state;
    begin_usual();
    go_to_listen();
    assert_int_equal(action.deadline_ms - now_ms, 5000); // AT+RXDL=0 still listens
    tick(UPLINK_SEND_REPORT);
    give(UPLINK_NOTHING, UPLINK_CLOSE);
    give(UPLINK_FAILED, UPLINK_SLEEP);
    give(UPLINK_FAILED, UPLINK_DELIVERED);
    assert_string_equal(
        console,
        "*****Upload start:0*****\nNBIOT has responded.\n"
        "Opened the MQTT client network successfully\nSuccessfully connected to the server\n"
        "Subscribe to topic successfully\nUpload data successfully\nFailed to close the port\n"
        "Send complete\nEnter sleep mode\n*****End of upload*****\n");
}

static void go_through_without_connect(void)
{
    give(UPLINK_OK, UPLINK_OPEN);
    give(UPLINK_OK, UPLINK_SEND_DATA);
    give(UPLINK_OK, UPLINK_LISTEN);
    assert_int_equal(action.deadline_ms - now_ms, 5000);
    tick(UPLINK_SEND_REPORT);
    give(UPLINK_NOTHING, UPLINK_CLOSE);
    give(UPLINK_OK, UPLINK_SLEEP);
    give(UPLINK_OK, UPLINK_DELIVERED);
}

static void uplink_over_udp_and_tcp_neither_connects_nor_subscribes(void **state)
{
    (void)state;
    for (enum uplink_channel channel = UPLINK_UDP; channel <= UPLINK_TCP; channel++) {
        begin_on(channel);
        go_through_without_connect();
        assert_string_equal(console,
                            "*****Upload start:0*****\nNBIOT has responded.\n"
                            "Open a Socket Service successfully\nUpload data successfully\n"
                            "Close the port successfully\nSend complete\nEnter sleep mode\n"
                            "*****End of upload*****\n");
    }
}

static void uplink_over_coap_says_what_becomes_of_its_context(void **state)
{
    (void)state;
    begin_on(UPLINK_COAP);
    go_through_without_connect();
    assert_string_equal(console,
                        "*****Upload start:0*****\nNBIOT has responded.\n"
                        "Create a CoAP context successfully\nUpload data successfully\n"
                        "Successfully deleted CoAP context\nSend complete\nEnter sleep mode\n"
                        "*****End of upload*****\n");
}

static void uplink_says_for_every_channel_what_failed(void **state)
{
    (void)state;
    static const char *const opens[] = {
        [UPLINK_MQTT] = "Failed to open the MQTT client network\n",
        [UPLINK_COAP] = "Failed to Create a CoAP context\n",
        [UPLINK_UDP] = "Failed to open a Socket Service\n",
        [UPLINK_TCP] = "Failed to open a Socket Service\n",
    };

    for (enum uplink_channel channel = UPLINK_MQTT; channel <= UPLINK_TCP; channel++) {
        begin_on(channel);
        give(UPLINK_OK, UPLINK_OPEN);
        give(UPLINK_FAILED, UPLINK_CLOSE);
        assert_non_null(strstr(console, opens[channel]));
        begin_on(channel);
        give(UPLINK_OK, UPLINK_OPEN);
        give(UPLINK_OK, channel == UPLINK_MQTT ? UPLINK_CONNECT : UPLINK_SEND_DATA);
        if (channel == UPLINK_MQTT) {
            give(UPLINK_OK, UPLINK_SEND_DATA);
        }
        give(UPLINK_FAILED, UPLINK_CLOSE);
        assert_non_null(strstr(console, "Failed to upload data\n"));
    }
}

static void
regression_uplink_keeps_the_close_away_from_what_the_module_may_not_have_sent(void **state)
{
    (void)state;
    for (enum uplink_channel channel = UPLINK_COAP; channel <= UPLINK_TCP; channel++) {
        begin_on(channel);
        give(UPLINK_OK, UPLINK_OPEN);
        give(UPLINK_OK, UPLINK_SEND_DATA);
        give(UPLINK_OK, UPLINK_LISTEN);
        tick(UPLINK_SEND_REPORT);
        give(UPLINK_LAST, UPLINK_LISTEN);
        assert_int_equal(action.deadline_ms - now_ms, 5000);
        tick(UPLINK_SEND_REPORT);
        give(UPLINK_NOTHING, UPLINK_CLOSE);
    }
    begin_usual();
    go_to_listen();
    tick(UPLINK_SEND_REPORT);
    give(UPLINK_LAST, UPLINK_CLOSE);
}

static void uplink_sends_every_answer_two_seconds_after_the_last(void **state)
{
    (void)state;
    begin_on(UPLINK_UDP);
    give(UPLINK_OK, UPLINK_OPEN);
    give(UPLINK_OK, UPLINK_SEND_DATA);
    give(UPLINK_OK, UPLINK_LISTEN);
    tick(UPLINK_SEND_REPORT);
    give(UPLINK_OK, UPLINK_GAP);
    assert_int_equal(action.deadline_ms - now_ms, 2000);
    tick(UPLINK_SEND_REPORT);
    give(UPLINK_FAILED, UPLINK_SEND_REPORT);
    give(UPLINK_OK, UPLINK_GAP);
    tick(UPLINK_SEND_REPORT);
    for (unsigned i = 0; i < 3; i++) { // counted anew for each
        give(UPLINK_FAILED, UPLINK_SEND_REPORT);
    }
    give(UPLINK_LAST, UPLINK_LISTEN);
    tick(UPLINK_SEND_REPORT);
    give(UPLINK_NOTHING, UPLINK_CLOSE);
}

static void uplink_listens_as_long_as_rxdl_says(void **state)
{
    (void)state;
    begin((struct uplink_config){.complete = true, .subscribes = true, .window_ms = 65535});
    go_to_listen();
    assert_int_equal(action.deadline_ms - now_ms, 65535);
}

static void uplink_without_downlink_topic_does_not_subscribe(void **state)
{
    (void)state;
    begin((struct uplink_config){.complete = true});
    give(UPLINK_OK, UPLINK_OPEN);
    give(UPLINK_OK, UPLINK_CONNECT);
    give(UPLINK_OK, UPLINK_SEND_DATA);
}

static void uplink_goes_on_when_the_subscription_is_refused(void **state)
{
    (void)state;
    begin_usual();
    give(UPLINK_OK, UPLINK_OPEN);
    give(UPLINK_OK, UPLINK_CONNECT);
    give(UPLINK_OK, UPLINK_SUBSCRIBE);
    give(UPLINK_FAILED, UPLINK_SEND_DATA);
}

static void uplink_is_repeated_three_times_with_pauses_and_then_given_up(void **state)
{
    (void)state;
    begin_usual();
    for (unsigned attempt = 0; attempt < 4; attempt++) {
        assert_int_equal(action.kind, UPLINK_WAKE);
        give(UPLINK_OK, UPLINK_OPEN);
        give(UPLINK_FAILED, UPLINK_CLOSE);
        give(UPLINK_OK, UPLINK_SLEEP);
        give(UPLINK_OK, attempt < 3 ? UPLINK_PAUSE : UPLINK_GAVE_UP);
        if (attempt < 3) {
            tick(UPLINK_WAKE);
        }
    }
    assert_non_null(strstr(console, "*****Upload start:3*****\n"));
    assert_null(strstr(console, "*****Upload start:4*****\n"));
}

static void uplink_report_is_tried_four_times_and_does_not_send_the_data_again(void **state)
{
    (void)state;
    begin_usual();
    go_to_listen();
    tick(UPLINK_SEND_REPORT);
    for (unsigned i = 0; i < 3; i++) {
        give(UPLINK_FAILED, UPLINK_SEND_REPORT);
    }
    give(UPLINK_FAILED, UPLINK_CLOSE);
    give(UPLINK_OK, UPLINK_SLEEP);
    give(UPLINK_OK, UPLINK_DELIVERED);
}

static void uplink_lost_while_listening_has_delivered_its_data(void **state)
{
    (void)state;
    begin_usual();
    go_to_listen();
    give(UPLINK_LOST, UPLINK_CLOSE);
    give(UPLINK_OK, UPLINK_SLEEP);
    give(UPLINK_OK, UPLINK_DELIVERED);
}

static void uplink_attempt_is_bounded_by_two_minutes_from_its_open(void **state)
{
    (void)state;
    begin_usual();
    now_ms += 150000; // finding the network does not count
    give(UPLINK_OK, UPLINK_OPEN);
    uint32_t opened_ms = now_ms;
    now_ms += 100000;
    give(UPLINK_OK, UPLINK_CONNECT);
    assert_int_equal(action.deadline_ms - opened_ms, 120000);
    tick(UPLINK_CLOSE);
    assert_false(action.has_deadline);
    give(UPLINK_OK, UPLINK_SLEEP);
    give(UPLINK_OK, UPLINK_PAUSE);
    assert_non_null(strstr(console, "Failed to send\n"));
}

static void uplink_window_ends_with_the_attempt(void **state)
{
    (void)state;
    begin((struct uplink_config){.complete = true, .subscribes = true, .window_ms = 65535});
    give(UPLINK_OK, UPLINK_OPEN);
    uint32_t opened_ms = now_ms;
    now_ms += 100000;
    give(UPLINK_OK, UPLINK_CONNECT);
    give(UPLINK_OK, UPLINK_SUBSCRIBE);
    give(UPLINK_OK, UPLINK_SEND_DATA);
    give(UPLINK_OK, UPLINK_LISTEN);
    assert_int_equal(action.deadline_ms - opened_ms, 120000);
    tick(UPLINK_CLOSE);
}

static void uplink_without_server_puts_the_modem_to_sleep_once(void **state)
{
    (void)state;
    begin((struct uplink_config){.complete = false});
    assert_int_equal(action.kind, UPLINK_SLEEP);
    give(UPLINK_OK, UPLINK_GAVE_UP);
    assert_string_equal(console, "MQTT parameter configuration error\n");
    static const char *const others[] = {
        [UPLINK_COAP] = "COAP parameter configuration error\n",
        [UPLINK_UDP] = "UDP parameter configuration error\n",
        [UPLINK_TCP] = "TCP parameter configuration error\n",
    };
    for (enum uplink_channel channel = UPLINK_COAP; channel <= UPLINK_TCP; channel++) {
        begin((struct uplink_config){.channel = channel});
        assert_string_equal(console, others[channel]);
    }
    begin((struct uplink_config){.complete = false, .modem_sleeps = true});
    assert_int_equal(action.kind, UPLINK_GAVE_UP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uplink_subscribes_before_it_publishes_and_reports_after_listening),
        cmocka_unit_test(uplink_over_udp_and_tcp_neither_connects_nor_subscribes),
        cmocka_unit_test(uplink_over_coap_says_what_becomes_of_its_context),
        cmocka_unit_test(uplink_says_for_every_channel_what_failed),
        cmocka_unit_test(
            regression_uplink_keeps_the_close_away_from_what_the_module_may_not_have_sent),
        cmocka_unit_test(uplink_sends_every_answer_two_seconds_after_the_last),
        cmocka_unit_test(uplink_listens_as_long_as_rxdl_says),
        cmocka_unit_test(uplink_without_downlink_topic_does_not_subscribe),
        cmocka_unit_test(uplink_goes_on_when_the_subscription_is_refused),
        cmocka_unit_test(uplink_is_repeated_three_times_with_pauses_and_then_given_up),
        cmocka_unit_test(uplink_report_is_tried_four_times_and_does_not_send_the_data_again),
        cmocka_unit_test(uplink_lost_while_listening_has_delivered_its_data),
        cmocka_unit_test(uplink_attempt_is_bounded_by_two_minutes_from_its_open),
        cmocka_unit_test(uplink_window_ends_with_the_attempt),
        cmocka_unit_test(uplink_without_server_puts_the_modem_to_sleep_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
