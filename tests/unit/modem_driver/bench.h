// SPDX-License-Identifier: Apache-2.0
// The driver on its board with an emulated module: whole requests, each within its documented bound. One binary speaks
// one dialogue, BENCH_MODULE's.
#ifndef NBOTA_TESTS_UNIT_MODEM_DRIVER_BENCH_H
#define NBOTA_TESTS_UNIT_MODEM_DRIVER_BENCH_H

#include <stdbool.h>

#include "base/span.h"
#include "node/driver/modem/dialogue.h"
#include "node/port/modem.h"
#include "tests/unit/modem_driver/servers.h"
#include "tests/unit/modem_driver/wire.h"

// What the network is asked for at the next wake; bench_begin() puts it back.
extern struct modem_network bench_network;

void bench_begin(uint64_t seed);
void bench_end(void);
bool bench_is_bg95(void);

// Each runs one request to its outcome and fails the test when it takes longer than the table in docs/modems.md allows.
// A message that comes before it is kept by the driver.
enum modem_event_kind bench_wake(void);
enum modem_event_kind bench_open(enum modem_channel channel, const char *host);
enum modem_event_kind bench_connect(const char *client);
enum modem_event_kind bench_subscribe(const char *topic);
enum modem_event_kind bench_publish(const char *topic, struct span payload);
enum modem_event_kind bench_send(struct span payload, const char *const *options);
enum modem_event_kind bench_disconnect(void);
enum modem_event_kind bench_sleep(void);
// Waits for an event between requests, at most `bound_ms`.
struct modem_event bench_wait(uint32_t bound_ms);
// …for a message with this topic and payload, which has to come.
void bench_expect(const char *topic, struct span payload);
// …and awake, open and, on MQTT, connected.
void bench_go_online(enum modem_channel channel);

#endif
