// SPDX-License-Identifier: Apache-2.0
// What the driver says to a healthy module and hears from it, a session on each channel, as a file for people to read:
// tests/golden/modem/driver. With NBOTA_GOLDEN=write in the environment the file is written anew.
#include "tests/unit/modem_driver/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/cmocka_all.h"

enum { TEXT_SIZE = 1 << 16 };

static char text[TEXT_SIZE];
static char golden[TEXT_SIZE];

static void expect_done(enum modem_event_kind kind)
{
    assert_int_equal(kind, MODEM_DONE);
}

// ---- sessions ----

static const char *const options[] = {"11,\"up\"", NULL};

static void speak_mqtt(void)
{
    const struct span payloads[] = {span_of_text("{\"a\":1}"), span_of_text("1028")};

    expect_done(bench_subscribe("up"));
    for (unsigned i = 0; i < 2; i++) {
        expect_done(bench_publish("up", payloads[i]));
        bench_expect("up", payloads[i]);
    }
}

static void speak(enum modem_channel channel)
{
    static const char *const answers[MODEM_CHANNELS][2] = {
        [MODEM_COAP] = {"NON 2 11=up {\"a\":1}", "NON 2 11=up \xF9\x01"},
        [MODEM_UDP] = {"got 7: {\"a\":1}", "got 2: \xF9\x01"},
        [MODEM_TCP] = {"{\"a\":1}", "\xF9\x01"},
    };
    const struct span payloads[] = {span_of_text("{\"a\":1}"), span_of_text("\xF9\x01")};

    if (channel == MODEM_TCP) {
        bench_expect("", span_of_text("hello"));
    }
    for (unsigned i = 0; i < 2; i++) {
        expect_done(bench_send(payloads[i], channel == MODEM_COAP ? options : NULL));
        bench_expect(channel == MODEM_COAP ? "2.04" : "", span_of_text(answers[channel][i]));
    }
}

static void run_session(enum modem_channel channel)
{
    bench_go_online(channel);
    if (channel == MODEM_MQTT) {
        speak_mqtt();
    } else {
        speak(channel);
    }
    expect_done(bench_disconnect());
    (void)bench_wait(2000);
    expect_done(bench_sleep());
}

// ---- the file ----

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

// Numbers that are another in each run: of a port, of a message, of a moment.
static bool is_loose(const char *line, const char *at)
{
    static const char *const named[] = {
        "+CCLK: ", "+QCOAPRECV: ", "+QCOAPURC: ", "+QCOAPHEADER=0,"};

    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        const char *found = strstr(line, named[i]);
        if (found != NULL && found < at && strchr(line, '\n') > at) {
            return true;
        }
    }
    return strspn(at, "0123456789") == 5; // a port
}

static void append(char **to, const char *line)
{
    const char *at = line + 2;

    *(*to)++ = line[0];
    *(*to)++ = ' ';
    while (*at != '\n' && *at != '\0') {
        bool begins = is_digit(*at) && !is_digit(at[-1]);
        if (begins && is_loose(line, at)) {
            *(*to)++ = '#';
            at += strspn(at, "0123456789");
        } else {
            *(*to)++ = *at++;
        }
    }
    *(*to)++ = '\n';
}

// How often the module is asked whether it is awake or attached yet depends on the network.
static bool is_repeated(const char *line, const char *before)
{
    return before != NULL && strncmp(line, "> AT", 4) == 0 &&
           strncmp(line, before, (size_t)(strchr(line, '\n') - line) + 1) == 0;
}

static void add_log(char **to, const char *log)
{
    const char *before = NULL;
    bool skips = false;

    for (const char *line = log; *line != '\0'; line = strchr(line, '\n') + 1) {
        if (line[0] == '>') {
            skips = is_repeated(line, before);
            before = line;
        }
        if (!skips && line[0] != '\n') {
            append(to, line);
        }
    }
}

static void sessions_are_as_written(void **state)
{
    (void)state;
    static const char *const names[] = {"MQTT", "CoAP", "UDP", "TCP"};
    char *to = text;

    bench_begin(5);
    (void)bench_wait(10000);
    (void)wire_log();
    for (unsigned channel = 0; channel < MODEM_CHANNELS; channel++) {
        to += sprintf(to, "# %s\n", names[channel]);
        run_session((enum modem_channel)channel);
        add_log(&to, wire_log());
    }
    bench_end();
    *to = '\0';
    const char *path = bench_is_bg95() ? GOLDEN "/bg95.txt" : GOLDEN "/bc660k.txt";
    bool writes = getenv("NBOTA_GOLDEN") != NULL;
    FILE *file = fopen(path, writes ? "w" : "r");
    assert_non_null(file);
    if (writes) {
        fputs(text, file);
    } else {
        golden[fread(golden, 1, sizeof golden - 1, file)] = '\0';
        assert_string_equal(text, golden);
    }
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_are_as_written),
    };
    return cmocka_run_group_tests(tests, servers_start, servers_stop);
}
