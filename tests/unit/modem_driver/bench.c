// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/modem_driver/bench.h"

#include <stdio.h>
#include <string.h>

#include "tests/host/cmocka_all.h"

enum { BC660K, BG95, SEARCH_MS = 120000, MESSAGE_MS = 20000, LATE_MS = 5000, PATIENCE = 40 };

static const struct module {
    const char *name;
    const char *link_class;
    // docs/modems.md, "How long a request may take", in seconds.
    unsigned wake_s, open_s, connect_s, subscribe_s, send_s, close_s, sleep_s;
} modules[] = {
    [BC660K] = {"bc660k-gl", "nb1-ce0", 240, 280, 60, 30, 90, 30, 90},
    [BG95] = {"bg95-m2", "lte-m", 780, 300, 60, 30, 90, 30, 140},
};
static const struct module *const module = &modules[BENCH_MODULE];

const struct dialogue *const modem_dialogue = &BENCH_DIALOGUE;

struct modem_network bench_network;

bool bench_is_bg95(void)
{
    return BENCH_MODULE == BG95;
}

void bench_begin(uint64_t seed)
{
    modem_cancel();
    bench_network = (struct modem_network){.search_ms = SEARCH_MS};
    wire_begin(module->name, module->link_class, seed);
}

void bench_end(void)
{
    wire_end();
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

struct modem_event bench_wait(uint32_t bound_ms)
{
    uint32_t begun_ms = wire_now_ms();
    struct modem_event event;

    while ((event = modem_poll(wire_now_ms())).kind == MODEM_NOTHING) {
        uint32_t passed_ms = wire_now_ms() - begun_ms;
        if (passed_ms >= bound_ms) {
            break;
        }
        uint32_t next_ms = least(modem_next_ms(wire_now_ms()), bound_ms - passed_ms);
        wire_pass(next_ms > 0 ? next_ms : 1);
    }
    return event;
}

static enum modem_event_kind finish(unsigned bound_s)
{
    struct modem_event event = bench_wait(bound_s * 1000);

    if (modem_is_busy()) {
        fail_msg("no outcome within %u s; the dialogue:\n%s", bound_s, wire_log());
    }
    return event.kind;
}

enum modem_event_kind bench_wake(void)
{
    modem_wake(&bench_network);
    return finish(module->wake_s + bench_network.search_ms / 1000);
}

enum modem_event_kind bench_open(enum modem_channel channel, const char *host)
{
    const unsigned ports[] = {server_ports.mqtt, server_ports.coap, server_ports.udp,
                              server_ports.tcp};
    char port[8];

    snprintf(port, sizeof port, "%u", ports[channel]);
    modem_open(channel, host, port);
    return finish(module->open_s);
}

enum modem_event_kind bench_connect(const char *client)
{
    modem_connect(client, "user", "password");
    return finish(module->connect_s);
}

enum modem_event_kind bench_subscribe(const char *topic)
{
    modem_subscribe(topic, 0);
    return finish(module->subscribe_s);
}

enum modem_event_kind bench_publish(const char *topic, struct span payload)
{
    modem_publish(topic, payload, 0);
    return finish(module->send_s);
}

enum modem_event_kind bench_send(struct span payload, const char *const *options)
{
    modem_send(payload, options);
    return finish(module->send_s);
}

enum modem_event_kind bench_disconnect(void)
{
    modem_disconnect();
    return finish(module->close_s);
}

enum modem_event_kind bench_sleep(void)
{
    modem_sleep();
    return finish(module->sleep_s);
}

// On a machine with much to do a server may answer later than the emulator waits for it: then virtual time has passed
// without the answer, which comes nonetheless.
static struct modem_event wait_for_message(void)
{
    struct modem_event event = bench_wait(MESSAGE_MS);

    for (unsigned i = 0; i < PATIENCE && event.kind == MODEM_NOTHING; i++) {
        wire_rest();
        event = bench_wait(LATE_MS);
    }
    return event;
}

void bench_expect(const char *topic, struct span payload)
{
    struct modem_event event = wait_for_message();

    if (event.kind != MODEM_MESSAGE) {
        fail_msg("event %d, no message; the dialogue:\n%s", (int)event.kind, wire_log());
    }
    assert_true(span_equals(event.topic, span_of_text(topic)));
    if (!span_equals(event.payload, payload)) {
        fail_msg("other %u bytes: %.*s\n%s", (unsigned)event.payload.size, (int)event.payload.size,
                 (const char *)event.payload.data, wire_log());
    }
}

static void expect_done(enum modem_event_kind kind, const char *what)
{
    if (kind != MODEM_DONE) {
        fail_msg("%s: outcome %d; the dialogue:\n%s", what, (int)kind, wire_log());
    }
}

void bench_go_online(enum modem_channel channel)
{
    expect_done(bench_wake(), "wake");
    expect_done(bench_open(channel, "127.0.0.1"), "open");
    if (channel == MODEM_MQTT) {
        expect_done(bench_connect("node"), "connect");
    }
}
