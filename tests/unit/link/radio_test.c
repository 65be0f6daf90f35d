// SPDX-License-Identifier: Apache-2.0
// The incremental form of the link against the estimator, and the rules it adds.
#include "tests/host/cmocka_all.h"

#include <math.h>

#include "link/air.h"
#include "link/estimate.h"
#include "link/radio.h"

static const double ns = 1e9;

static uint64_t to_ns(double seconds)
{
    return (uint64_t)(seconds * ns + 0.5);
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// A node, its line to the modem and a server that answers at once, around the link under test.
struct world {
    struct link_radio radio;
    struct link_transfer transfer;
    uint64_t line_out_ns, line_in_ns, node_ns;
    uint32_t pieces, issued, out, done, batch;
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void issue(struct world *world, uint64_t now_ns)
{
    const struct link_transfer *transfer = &world->transfer;
    double request_s = 600.0 / transfer->baud + world->radio.class->command_s;

    while (world->issued < world->pieces && world->out < transfer->window) {
        uint32_t left = world->pieces - world->issued;
        if (transfer->window - world->out < smaller(transfer->burst, left) && world->out > 0 &&
            world->batch == 0) {
            return;
        }
        if (world->batch == 0) {
            world->batch = smaller(smaller(transfer->burst, transfer->window - world->out), left);
        }
        world->line_out_ns = later(world->line_out_ns, now_ns) + to_ns(request_s);
        assert_int_equal(
            link_radio_send(&world->radio, world->line_out_ns, LINK_REQUEST_BYTES, world->issued),
            STATUS_OK);
        world->issued++;
        world->out++;
        world->batch--;
    }
}

static uint32_t payload_of(const struct world *world, uint32_t piece)
{
    return smaller(world->transfer.size_bytes - piece * world->transfer.piece_bytes,
                   world->transfer.piece_bytes) +
           4;
}

static void on_event(struct world *world, struct link_event event)
{
    uint32_t payload = payload_of(world, event.tag);

    if (event.kind == LINK_SENT) {
        assert_int_equal(
            link_radio_arrive(&world->radio, event.at_ns + link_radio_core_ns(&world->radio),
                              link_ip_bytes(LINK_ANSWER_OVERHEAD + payload), event.tag),
            STATUS_OK);
        return;
    }
    uint32_t characters = 45 + (world->transfer.hex ? 2 : 1) * payload;
    world->line_in_ns =
        later(world->line_in_ns, event.at_ns) + to_ns(10.0 * characters / world->transfer.baud);
    world->node_ns = later(world->node_ns, world->line_in_ns) + to_ns(0.012);
    world->done++;
    world->out--;
    issue(world, world->transfer.window > 1 ? world->line_in_ns : world->node_ns);
}

static void download(struct world *world, const char *name, struct link_transfer transfer)
{
    const struct link_class *class = link_class_find(name);
    uint64_t gather_ns = transfer.burst > 1 ? link_radio_pairing_ns(class, transfer.baud) : 0;

    *world = (struct world){.transfer = transfer};
    world->pieces = (transfer.size_bytes - 1) / transfer.piece_bytes + 1;
    link_radio_init(&world->radio, class, gather_ns);
    link_radio_connect(&world->radio, 0);
    issue(world, 0);
    while (world->done < world->pieces) {
        uint64_t now_ns = link_radio_next_ns(&world->radio);
        assert_true(now_ns != LINK_NEVER);
        for (struct link_event event = link_radio_step(&world->radio, now_ns);
             event.kind != LINK_NOTHING; event = link_radio_step(&world->radio, now_ns)) {
            on_event(world, event);
        }
    }
}

static const char *const names[] = {"nb1-ce0", "nb2-ce0", "nb-ce1", "nb-ce2", "lte-m"};

static void assert_agrees(const char *name, struct link_transfer transfer, double tolerance)
{
    static struct world world;
    struct link_estimate expected;

    assert_int_equal(link_estimate(link_class_find(name), &transfer, &expected), STATUS_OK);
    download(&world, name, transfer);
    double time_s = (double)world.node_ns / ns;
    double tx_s = (double)world.radio.sums.tx_ns / ns;
    double rx_s = (double)world.radio.sums.rx_ns / ns;
    if (fabs(time_s - expected.time_s) > expected.time_s * tolerance ||
        fabs(tx_s - expected.tx_s) > expected.tx_s * tolerance ||
        fabs(rx_s - expected.rx_s) > expected.rx_s * tolerance) {
        fail_msg("%s: T %.3f tx %.3f rx %.3f, expected %.3f %.3f %.3f", name, time_s, tx_s, rx_s,
                 expected.time_s, expected.tx_s, expected.rx_s);
    }
    if (transfer.window == 1) {
        assert_int_equal(world.radio.sums.bursts, expected.bursts);
    }
}

static void a_baseline_download_agrees_with_the_estimator(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_agrees(names[i], (struct link_transfer){112504, 1024, 1, 1, 115200, false, false},
                      0.00001);
    }
}

static void a_download_with_lone_acknowledgements_agrees(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_agrees(names[i], (struct link_transfer){112504, 1024, 1, 1, 115200, true, false},
                      0.00001);
        assert_agrees(names[i], (struct link_transfer){112504, 1024, 1, 1, 9600, false, false},
                      0.00001);
    }
}

static void a_paired_download_agrees_within_two_percent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_agrees(names[i], (struct link_transfer){112504, 1024, 4, 2, 115200, false, false},
                      0.02);
    }
}

static void start_idle(struct link_radio *radio)
{
    link_radio_init(radio, link_class_find("nb1-ce0"), 0);
}

static struct link_event last_event(struct link_radio *radio)
{
    struct link_event event = {LINK_NOTHING, 0, 0};

    while (event.kind == LINK_NOTHING && link_radio_next_ns(radio) != LINK_NEVER) {
        event = link_radio_step(radio, link_radio_next_ns(radio));
    }
    return event;
}

static void a_message_from_idle_pays_for_the_connection(void **state)
{
    (void)state;
    struct link_radio radio;

    start_idle(&radio);
    assert_false(link_radio_is_connected(&radio, 1));
    assert_int_equal(link_radio_send(&radio, to_ns(1), 73, 7), STATUS_OK);
    struct link_event event = last_event(&radio);
    assert_int_equal(event.kind, LINK_SENT);
    assert_int_equal(event.tag, 7);
    assert_int_equal(event.at_ns, to_ns(1 + 2 * 0.16 + 0.2085));
    assert_true(link_radio_is_connected(&radio, event.at_ns + to_ns(19.9)));
    assert_false(link_radio_is_connected(&radio, event.at_ns + to_ns(20.1)));
}

static void a_connected_message_does_not(void **state)
{
    (void)state;
    struct link_radio radio;

    start_idle(&radio);
    link_radio_connect(&radio, 0);
    assert_int_equal(link_radio_send(&radio, to_ns(1), 73, 7), STATUS_OK);
    assert_int_equal(last_event(&radio).at_ns, to_ns(1.2085));
}

static void messages_that_wait_together_share_a_burst(void **state)
{
    (void)state;
    struct link_radio radio;

    start_idle(&radio);
    link_radio_connect(&radio, 0);
    for (uint32_t tag = 0; tag < 3; tag++) {
        assert_int_equal(link_radio_send(&radio, to_ns(1), 73, tag), STATUS_OK);
    }
    for (uint32_t tag = 0; tag < 3; tag++) {
        struct link_event event = last_event(&radio);
        assert_int_equal(event.tag, tag);
        assert_int_equal(event.at_ns, to_ns(1 + 0.172 + 3 * 73 * 0.0005));
    }
    assert_int_equal(radio.sums.bursts, 1);
}

static void nothing_starts_without_coverage_and_all_of_it_later(void **state)
{
    (void)state;
    struct link_radio radio;

    start_idle(&radio);
    link_radio_connect(&radio, 0);
    link_radio_cover(&radio, false, 0);
    assert_int_equal(link_radio_send(&radio, to_ns(1), 73, 1), STATUS_OK);
    assert_true(link_radio_next_ns(&radio) == LINK_NEVER);
    assert_int_equal(link_radio_step(&radio, to_ns(5)).kind, LINK_NOTHING);
    link_radio_cover(&radio, true, to_ns(6));
    assert_int_equal(last_event(&radio).at_ns, to_ns(6.2085));
}

static void a_datagram_is_not_acknowledged(void **state)
{
    (void)state;
    struct link_radio radio;

    for (uint32_t datagram = 0; datagram < 2; datagram++) {
        start_idle(&radio);
        link_radio_connect(&radio, 0);
        enum status status = datagram == 1 ? link_radio_arrive_datagram(&radio, to_ns(1), 30, 0)
                                           : link_radio_arrive(&radio, to_ns(1), 73, 0);
        assert_int_equal(status, STATUS_OK);
        assert_int_equal(link_radio_step(&radio, to_ns(10)).kind, LINK_RECEIVED);
        assert_int_equal(link_radio_step(&radio, to_ns(10)).kind, LINK_NOTHING);
        assert_int_equal(radio.sums.lone_acks, 1 - datagram);
    }
}

static void full_queues_refuse(void **state)
{
    (void)state;
    struct link_radio radio;

    start_idle(&radio);
    for (uint32_t i = 0; i < LINK_UP_MAX; i++) {
        assert_int_equal(link_radio_send(&radio, 0, 73, i), STATUS_OK);
    }
    for (uint32_t i = 0; i < LINK_DOWN_MAX; i++) {
        assert_int_equal(link_radio_arrive(&radio, 0, 73, i), STATUS_OK);
    }
    assert_int_equal(link_radio_send(&radio, 0, 73, 0), STATUS_BUSY);
    assert_int_equal(link_radio_arrive(&radio, 0, 73, 0), STATUS_BUSY);
    link_radio_clear(&radio, 5);
    assert_true(link_radio_next_ns(&radio) == LINK_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_baseline_download_agrees_with_the_estimator),
        cmocka_unit_test(a_download_with_lone_acknowledgements_agrees),
        cmocka_unit_test(a_paired_download_agrees_within_two_percent),
        cmocka_unit_test(a_message_from_idle_pays_for_the_connection),
        cmocka_unit_test(a_connected_message_does_not),
        cmocka_unit_test(messages_that_wait_together_share_a_burst),
        cmocka_unit_test(nothing_starts_without_coverage_and_all_of_it_later),
        cmocka_unit_test(a_datagram_is_not_acknowledged),
        cmocka_unit_test(full_queues_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
