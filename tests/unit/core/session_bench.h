// SPDX-License-Identifier: Apache-2.0
// A world of server, modem and NOR for one session: it answers each action, does the harm that is ordered, and counts.
#ifndef NBOTA_TESTS_UNIT_CORE_SESSION_BENCH_H
#define NBOTA_TESTS_UNIT_CORE_SESSION_BENCH_H

#include "node/core/session.h"
#include "tests/host/cmocka_all.h"
#include "wire/device_api.h"
#include "wire/image.h"

enum { IMAGE_SIZE = 3000, PIECES = 7, TRACE_MAX = 32768 };

#define ANSWER                                                                                     \
    "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124,"             \
    "\"fw_checksum_algorithm\":\"CRC32\",\"fw_checksum\":\"b3ab1052\"}}"
#define CURRENT "{\"current_fw_title\": \"s31-nb\", \"current_fw_version\": \"v1.0.0\""

enum harm {
    HARM_NONE,
    HARM_CORRUPT,
    HARM_LOSE,
    HARM_EMPTY,
    HARM_SHORT,
    HARM_ERROR_TOPIC,
    HARM_CLOSE
};

struct session_world {
    // ---- what the world is like ----
    const char *answer; // NULL: none
    const char *error;  // text on the error topic
    enum session_event_kind storage, wake, open, connect, subscribe, publish, erase, compare, store,
        verify, order;
    unsigned held; // bit n: piece n lies in NOR when the session begins
    enum harm harm;
    uint32_t harmed;      // chunk
    unsigned harm_times;  // how often
    unsigned answers_due; // attribute requests until one is answered
    // ---- what it has seen ----
    unsigned wakes, opens, asks, erases, loads, compares, orders, disconnects, sleeps;
    unsigned requests[PIECES];
    unsigned stores[PIECES];
    char trace[TRACE_MAX]; // published: topic, payload
    char console[TRACE_MAX];
    struct fmt published;
    struct fmt log;
    uint32_t now_ms;
    // ---- on its way ----
    char topic[64];
    uint8_t payload[WIRE_CHUNK_SIZE];
    size_t payload_size;
    bool pending;
    bool closing;
};
extern struct session_world world;

extern struct session session;
extern uint8_t image[IMAGE_SIZE]; // that the server has
extern uint8_t page[WIRE_HEADER_PAGE_SIZE];

// A world in which everything works, with a clock that wraps on the way.
int bench_setup(void **state);
struct session_config bench_config(void);
// What the server offers.
struct session_target bench_target(void);

// From the start to the end; the code that the session reports.
enum ota_code bench_run(void);
enum ota_code bench_run_with_open_download(void);
enum ota_code bench_run_on(void); // a session that a test has begun
struct session_event bench_carry_out(const struct session_action *action);

unsigned bench_count(const char *text, const char *wanted);
void bench_expect_console(const char *line); // once
void bench_expect_nor_untouched(void);

#endif
