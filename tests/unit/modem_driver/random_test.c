// SPDX-License-Identifier: Apache-2.0
// Sessions under random faults of the module: every request ends within its documented bound, and whatever struck, the
// next session without faults works. NBOTA_MODEM_SESSIONS says how many; docs/modems.md, "Faults".
#include "tests/unit/modem_driver/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/host/cmocka_all.h"

enum { SESSIONS = 60, PER_MILLE = 60, CHECK_EVERY = 5, REST_MS = 70 * 60 * 1000 };

static const char *const options[] = {"11,\"up\"", NULL};

struct tally {
    unsigned begun, whole;
};

static bool connect(enum modem_channel channel)
{
    return channel != MODEM_MQTT ||
           (bench_connect("node") == MODEM_DONE && bench_subscribe("up") == MODEM_DONE);
}

static bool exchange(enum modem_channel channel, struct span payload)
{
    enum modem_event_kind kind = channel == MODEM_MQTT
                                     ? bench_publish("up", payload)
                                     : bench_send(payload, channel == MODEM_COAP ? options : NULL);

    // The answer may be lost by a fault; that it may take its time is the application's business.
    return kind == MODEM_DONE && bench_wait(5000).kind != MODEM_LOST;
}

// As the application does it: after a failed step the connection is closed and the module put to sleep.
static bool run_session(enum modem_channel channel)
{
    bool is_whole = bench_wake() == MODEM_DONE && bench_open(channel, "127.0.0.1") == MODEM_DONE &&
                    connect(channel) && exchange(channel, span_of_text("{\"a\":\"b\"}")) &&
                    exchange(channel, span_of_text("1028"));

    (void)bench_disconnect();
    (void)bench_sleep();
    return is_whole;
}

static unsigned sessions(void)
{
    const char *text = getenv("NBOTA_MODEM_SESSIONS");

    return text != NULL ? (unsigned)strtoul(text, NULL, 10) : SESSIONS;
}

// A module that was given up for a while is left alone; behind that time it has to come back.
static void check_health(enum modem_channel channel, unsigned session)
{
    modem_fault_random(wire_faults(), 0, 0);
    *wire_faults() = (struct modem_faults){0};
    for (uint32_t rested_ms = 0; rested_ms < REST_MS; rested_ms += 60000) {
        (void)bench_wait(60000);
    }
    // A server on a busy machine may be slower than the emulator waits; nobody is so three times.
    bool is_well = false;
    for (unsigned i = 0; i < 3 && !is_well; i++) {
        (void)wire_log();
        is_well = run_session(channel);
    }
    if (!is_well) {
        fail_msg("session %u: not well without faults; the dialogue:\n%s", session, wire_log());
    }
}

static void every_request_ends_and_every_module_recovers(void **state)
{
    (void)state;
    struct tally tally = {0};
    unsigned count = sessions();

    bench_begin(7);
    for (unsigned i = 0; i < count; i++) {
        enum modem_channel channel = (enum modem_channel)(i % MODEM_CHANNELS);
        modem_fault_random(wire_faults(), 1000 + i, PER_MILLE + i % 7 * 40);
        (void)wire_log();
        tally.whole += run_session(channel);
        tally.begun++;
        if (i % CHECK_EVERY == CHECK_EVERY - 1) {
            check_health(channel, i);
        }
    }
    printf("%u sessions under faults, %u whole; %lu commands\n", tally.begun, tally.whole,
           (unsigned long)wire_commands());
    assert_true(tally.whole > tally.begun / 20);
    bench_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_ends_and_every_module_recovers),
    };
    return cmocka_run_group_tests(tests, servers_start, servers_stop);
}
