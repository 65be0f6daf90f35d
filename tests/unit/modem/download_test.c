// SPDX-License-Identifier: Apache-2.0
// Chunks from a responder behind a real broker, in the times of the link model.
#include "tests/unit/modem/broker_bench.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/modem/peer.h"

enum { CHUNKS = 12 };

static void request_chunk(unsigned n)
{
    char command[96];

    snprintf(command, sizeof command, "AT+QMTPUB=0,0,0,0,\"v2/fw/request/1/chunk/%u\",4,\"1028\"",
             n);
    rig_ok(&bench_rig, command);
}

static void expect_chunk(unsigned n)
{
    unsigned char chunk[1028];
    char header[96];

    snprintf(header, sizeof header, "\r\n+QMTRECV: 0,0,\"v2/fw/response/1/chunk/%u\",1028,\"", n);
    rig_expect(&bench_rig, header, 60000);
    peer_chunk(n, chunk);
    rig_expect_bytes(&bench_rig, chunk, sizeof chunk, 200);
    rig_expect(&bench_rig, "\"\r\n", 10);
}

// Stop and wait, as a node does it; returns the hash of all that was said and when.
static uint64_t download(uint64_t seed, unsigned delay_ms, uint64_t *chunk_ns)
{
    struct peer peer;

    peer_responder(&peer, bench_broker.port, delay_ms);
    rig_begin(&bench_rig, "nb1-ce0", seed);
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("v2/fw/response/+/chunk/+", 0);
    rig_run(&bench_rig, bench_rig.now_ns + 2 * RIG_S);
    uint64_t from_ns = bench_rig.now_ns;
    for (unsigned n = 0; n < CHUNKS; n++) {
        assert_int_equal(modem_last_chunk(bench_rig.modem), (long)n - 1);
        request_chunk(n);
        expect_chunk(n);
    }
    *chunk_ns = (bench_rig.now_ns - from_ns) / CHUNKS;
    assert_int_equal(modem_counters(bench_rig.modem)->chunk_requests, CHUNKS);
    assert_int_equal(modem_counters(bench_rig.modem)->chunk_replies, CHUNKS);
    assert_int_equal(modem_counters(bench_rig.modem)->commands_while_busy, 0);
    uint64_t hash = bench_rig.hash;
    rig_end(&bench_rig);
    peer_end(&peer);
    return hash;
}

static void a_chunk_takes_what_the_link_model_says(void **state)
{
    (void)state;
    uint64_t chunk_ns;

    (void)download(1, 0, &chunk_ns);
    // docs/performance.md, "Transfer time": 0.925 s with 0.012 s of the host, which this host does not take.
    assert_in_range(chunk_ns / RIG_MS, 913 - 9, 913 + 9);
}

static void one_seed_gives_one_stream_of_bytes_and_times(void **state)
{
    (void)state;
    uint64_t chunk_ns;
    uint64_t hash = download(5, 0, &chunk_ns);

    assert_true(download(5, 0, &chunk_ns) == hash);
    // A slower process behind the broker is no difference.
    assert_true(download(5, 20, &chunk_ns) == hash);
    assert_false(download(6, 0, &chunk_ns) == hash);
}

static void qmtpub_comes_behind_its_answer_now_and_then(void **state)
{
    (void)state;
    struct peer peer;
    unsigned behind = 0;

    peer_responder(&peer, bench_broker.port, 0);
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("v2/fw/response/+/chunk/+", 0);
    for (unsigned n = 0; n < 40; n++) {
        request_chunk(n);
        expect_chunk(n);
        static const char published[] = "\r\n+QMTPUB: 0,0,0\r\n";
        size_t chunk_end = bench_rig.read;
        rig_run(&bench_rig, bench_rig.now_ns + 10 * RIG_MS);
        behind += bench_rig.seen_size >= chunk_end + sizeof published - 1 &&
                  memcmp(bench_rig.seen + chunk_end, published, sizeof published - 1) == 0;
    }
    assert_in_range(behind, 1, 20);
    peer_end(&peer);
}

static void a_spoiled_chunk_is_spoiled_once_or_always(void **state)
{
    (void)state;
    unsigned char chunk[1028];
    struct peer peer;

    peer_responder(&peer, bench_broker.port, 0);
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("v2/fw/response/+/chunk/+", 0);
    peer_chunk(3, chunk);
    for (int round = 0; round < 4; round++) {
        // Rounds: spoiled once, whole again, spoiled always, twice.
        if (round % 2 == 0) {
            modem_faults(bench_rig.modem)->corrupt = 1U << 3;
            modem_faults(bench_rig.modem)->corrupt_always = round == 2;
        }
        request_chunk(3);
        rig_expect(&bench_rig, "chunk/3\",1028,\"", 60000);
        size_t begin_at = bench_rig.read;
        rig_run(&bench_rig, bench_rig.now_ns + 200 * RIG_MS);
        assert_true(bench_rig.seen_size >= begin_at + sizeof chunk);
        bool is_equal = memcmp(bench_rig.seen + begin_at, chunk, sizeof chunk) == 0;
        assert_int_equal(is_equal, round == 1);
    }
    peer_end(&peer);
}

static void hold_keeps_messages_back_and_lets_virtual_time_stand(void **state)
{
    (void)state;
    struct peer peer;

    peer_responder(&peer, bench_broker.port, 0);
    rig_connect(&bench_rig, bench_broker.port, "one");
    bench_subscribe("v2/fw/response/+/chunk/+", 0);
    modem_faults(bench_rig.modem)->hold = true;
    request_chunk(0);
    for (int i = 0; i < 200; i++) { // until nothing but the network is left to wait for
        modem_poll(bench_rig.modem, bench_rig.now_ns);
        if (!modem_net_quiet(bench_rig.modem, bench_rig.now_ns)) {
            break;
        }
        bench_rig.now_ns = modem_next_ns(bench_rig.modem);
        uint8_t byte;
        while (modem_output(bench_rig.modem, bench_rig.now_ns, &byte)) {
        }
    }
    assert_false(modem_net_quiet(bench_rig.modem, bench_rig.now_ns));
    assert_int_equal(modem_last_chunk(bench_rig.modem), -1);
    modem_faults(bench_rig.modem)->hold = false;
    expect_chunk(0);
    peer_end(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chunk_takes_what_the_link_model_says),
        cmocka_unit_test(one_seed_gives_one_stream_of_bytes_and_times),
        BENCH_TEST(qmtpub_comes_behind_its_answer_now_and_then),
        BENCH_TEST(a_spoiled_chunk_is_spoiled_once_or_always),
        BENCH_TEST(hold_keeps_messages_back_and_lets_virtual_time_stand),
    };
    return cmocka_run_group_tests(tests, bench_start_broker, bench_stop_broker);
}
