// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE // MAP_ANONYMOUS
#include "tests/unit/app/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/endian.h"
#include "base/fmt.h"
#include "node/app/app.h"
#include "node/driver/modem/dialogue.h"
#include "node/port/battery.h"
#include "node/port/clock.h"
#include "node/port/identity.h"
#include "node/port/modem_pins.h"
#include "node/port/power.h"
#include "node/port/running_image.h"
#include "node/port/watchdog.h"
#include "node/store/journal.h"
#include "tests/fake/bootloader.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/input.h"
#include "tests/fake/nor.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "wire/device_api.h"
#include "wire/image.h"
#include "wire/topic.h"

enum { IMAGE_SIZE = 3000, HOST_MAX = 64 };

const struct app_identity app_identity = {&products[PRODUCT_S31_NB], "v1.0.0"};
const struct dialogue *const modem_dialogue = &bc660k_dialogue;

struct world_result world_result;
const char world_loss[] = "";

static const struct world *world;
static uint32_t now_ms;
static unsigned edges_done;
static struct fmt published;
static struct fmt console;
static size_t console_seen; // where the present line's `after` may begin
static size_t next_line;
static bool answered_uplink;
static char host[HOST_MAX];
static uint8_t image[IMAGE_SIZE];
static uint8_t page[WIRE_HEADER_PAGE_SIZE];

// What a boot hands back.
static struct {
    struct world_result result;
    uint8_t eeprom[JOURNAL_SIZE];
    uint8_t nor[FAKE_NOR_AREA];
} * shared;

static void make_image(unsigned seed, uint8_t hardware_id)
{
    for (unsigned i = 0; i < IMAGE_SIZE; i++) {
        image[i] = (uint8_t)(7 * i + 3 + seed);
    }
    store_le32(image, 0x20005000);
    store_le32(image + 4, WIRE_SLOT_BASE + 0x101);
    if (hardware_id != 0) {
        firmware_mark(image, IMAGE_SIZE, hardware_id);
    }
    struct image_header header = image_header_of(span_of(image, IMAGE_SIZE));
    image_header_encode(&header, page);
}

void world_begin(void)
{
    fake_eeprom_reset();
    fake_nor_area_reset();
}

struct world world_usual(void)
{
    return (struct world){
        .answer =
            "{\"shared\":{\"fw_title\":\"s31-nb\",\"fw_version\":\"v1.1.0\",\"fw_size\":7124}}",
        .corrupt_chunk = UINT32_MAX,
        .cut_operation = UINT32_MAX,
        .limit_ms = 60 * 60 * 1000,
    };
}

unsigned world_count(const char *text, const char *wanted)
{
    unsigned found = 0;

    for (const char *at = strstr(text, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        found++;
    }
    return found;
}

// ---- the module and the servers ----

static void say(const char *text)
{
    fake_uart_say_text(UART_MODEM, text);
}

static void say_message(const char *topic, struct span payload)
{
    char header[120];
    struct fmt out;

    fmt_init(&out, header, sizeof header);
    fmt_add(&out, "\r\n+QMTRECV: 0,0,\"%s\",%u,\"", topic, (unsigned)payload.size);
    say(header);
    fake_uart_say(UART_MODEM, payload);
    say("\"\r\n");
}

static void say_downlink(void)
{
    if ((!answered_uplink || world->downlink_repeats) && world->downlink != NULL) {
        answered_uplink = true;
        say_message("down", span_of(world->downlink, world->downlink_size));
        for (size_t i = 0; i < WORLD_DOWNLINKS_MAX && world->more_downlinks[i] != NULL; i++) {
            say_message("down", span_of_text(world->more_downlinks[i]));
        }
    }
}

static void serve_chunk(uint32_t index)
{
    uint8_t chunk[WIRE_CHUNK_SIZE];
    char topic[64];
    struct fmt out;
    uint32_t size =
        image_pack_chunk(span_of(page, sizeof page), span_of(image, IMAGE_SIZE), index, chunk);

    chunk[3] ^= index == world->corrupt_chunk ? 1 : 0;
    fmt_init(&out, topic, sizeof topic);
    fmt_add(&out, "v2/fw/response/1/chunk/%lu", (unsigned long)index);
    say_message(topic, span_of(chunk, size));
}

static void serve(const char *topic, const char *payload)
{
    struct api_publish publish = api_parse(span_of_text(topic));

    fmt_add(&published, "%s %s %s\n", host, topic, payload);
    if (publish.kind == API_ATTRIBUTE_REQUEST && world->answer != NULL) {
        say_message(TOPIC_ATTRIBUTES_RESPONSE, span_of_text(world->answer));
    } else if (publish.kind == API_FIRMWARE_REQUEST) {
        serve_chunk(publish.index);
    } else if (strcmp(topic, "up") == 0 && !world->downlink_is_late) {
        say_downlink();
    }
}

// AT+QMTPUB=0,<id>,<qos>,0,"<topic>",<n>,<payload>, the payload bare or quoted.
static void take_publish(const char *command)
{
    char topic[130];
    char payload[1100];
    char reply[40];
    unsigned id;
    int at = 0;

    assert_int_equal(sscanf(command, "AT+QMTPUB=0,%u,%*u,0,\"%129[^\"]\",%*u,%n%1099[^\r]", &id,
                            topic, &at, payload),
                     3);
    size_t size = strlen(payload);
    bool quoted = payload[0] == '"';
    payload[quoted ? size - 1 : size] = '\0';
    say("\r\nOK\r\n");
    serve(topic, payload + quoted);
    snprintf(reply, sizeof reply, "\r\n+QMTPUB: 0,%u,0\r\n", id);
    say(reply);
    if (world->is_lost_behind_report && strstr(payload, "\"Message\"") != NULL) {
        say("\r\n+QMTSTAT: 0,1\r\n");
    }
}

static void take_open(const char *command)
{
    assert_int_equal(sscanf(command, "AT+QMTOPEN=0,\"%63[^\"]", host), 1);
    bool is_ota = strcmp(host, "ota") == 0;
    world_result.opens += is_ota;
    say((is_ota ? world->ota_is_dead : world->data_is_dead) ? "\r\nOK\r\n\r\n+QMTOPEN: 0,-1\r\n"
                                                            : "\r\nOK\r\n\r\n+QMTOPEN: 0,0\r\n");
}

static bool is(const char *command, const char *beginning)
{
    return strncmp(command, beginning, strlen(beginning)) == 0;
}

static void say_time(void)
{
    if (world->time == NULL) {
        say("\r\n+CME ERROR: 3\r\n");
        return;
    }
    say("\r\n+CCLK: ");
    say(world->time);
    say("\r\n\r\nOK\r\n");
}

static void take_command(const char *command)
{
    if (world->modem_is_dumb) {
        return;
    }
    world_result.modem_asleep = is(command, "AT+CFUN=0");
    if (is(command, "AT+QMTPUB")) {
        take_publish(command);
    } else if (is(command, "AT+QMTOPEN")) {
        take_open(command);
    } else if (is(command, "AT+QMTCONN")) {
        say("\r\nOK\r\n\r\n+QMTCONN: 0,0,0\r\n");
    } else if (is(command, "AT+QMTSUB")) {
        say("\r\nOK\r\n\r\n+QMTSUB: 0,1,0,0\r\n");
    } else if (is(command, "AT+QMTDISC")) {
        say_downlink();
        say("\r\nOK\r\n\r\n+QMTDISC: 0,0\r\n");
    } else if (is(command, "AT+QMTCLOSE")) {
        say("\r\nOK\r\n\r\n+QMTCLOSE: 0,0\r\n");
    } else if (is(command, "AT+CGSN")) {
        say("\r\n+CGSN: 866207053462705\r\n\r\nOK\r\n");
    } else if (is(command, "AT+CPIN?")) {
        say("\r\n+CPIN: READY\r\n\r\nOK\r\n");
    } else if (is(command, "AT+CGATT?")) {
        say(world->attach != NULL ? world->attach : "\r\n+CGATT: 1\r\n\r\nOK\r\n");
    } else if (is(command, "AT+CCLK?")) {
        say_time();
    } else {
        say("\r\nOK\r\n");
    }
}

// ---- the person at the console ----

static void watch_console(void)
{
    fmt_add(&console, "%s", fake_uart_heard(UART_CONSOLE));
    assert_false(console.overflowed);
}

static bool type(void)
{
    const struct world_line *line = &world->lines[next_line];

    if (next_line == WORLD_LINES_MAX || line->line == NULL) {
        return false;
    }
    if (line->after != NULL) {
        const char *found = strstr(console.text + console_seen, line->after);
        if (found == NULL) {
            return false;
        }
        console_seen = (size_t)(found - console.text) + strlen(line->after);
    }
    if (line->line == world_loss) {
        fake_uart_lose(UART_CONSOLE);
    } else {
        fake_uart_say_text(UART_CONSOLE, line->line);
    }
    next_line++;
    return true;
}

// ---- a boot ----

static void end_boot(void)
{
    watch_console();
    memcpy(world_result.console, console.text, console.length + 1);
    memcpy(world_result.published, published.text, published.length + 1);
    world_result.modem_expected = fake_uart_is_expected(UART_MODEM);
    world_result.nor_asleep = fake_nor_area_is_asleep();
    shared->result = world_result;
    memcpy(shared->eeprom, fake_eeprom_bytes(), sizeof shared->eeprom);
    memcpy(shared->nor, fake_nor_area(), sizeof shared->nor);
    _exit(0);
}

void power_reset(void)
{
    world_result.was_reset = true;
    end_boot();
    abort();
}

// Drives what is due and shortens the sleep to the next edge.
static uint32_t drive_inputs(uint32_t duration_ms)
{
    while (edges_done < world->edge_count) {
        const struct world_edge *edge = &world->edges[edges_done];
        uint32_t passed_ms = now_ms - world->begin_ms;
        if (edge->at_ms > passed_ms) {
            uint32_t left_ms = edge->at_ms - passed_ms;
            return left_ms < duration_ms ? left_ms : duration_ms;
        }
        fake_input_drive(edge->input, edge->high);
        edges_done++;
        duration_ms = 0; // an edge ends the sleep
    }
    return duration_ms;
}

void power_wait_for_event(uint32_t duration_ms)
{
    duration_ms = drive_inputs(duration_ms);
    if (fake_nor_area_was_cut()) {
        world_result.was_cut = true;
        end_boot();
    }
    watch_console();
    const char *command = fake_uart_heard(UART_MODEM);
    if (world->cut_command != NULL && is(command, world->cut_command)) {
        world_result.was_cut = true;
        end_boot();
    }
    if (command[0] != '\0') {
        take_command(command);
        now_ms += 20;
    } else if (!type()) {
        now_ms += duration_ms == 0 ? 1 : duration_ms;
    }
    if (now_ms - world->begin_ms >= world->limit_ms) {
        end_boot();
    }
}

static void run_boot(void)
{
    static char published_text[WORLD_TEXT_MAX];
    static char console_text[WORLD_TEXT_MAX];

    fmt_init(&published, published_text, sizeof published_text);
    fmt_init(&console, console_text, sizeof console_text);
    make_image(world->image_seed, world->hardware_id);
    now_ms = world->begin_ms;
    fake_uart_reset();
    fake_input_reset();
    edges_done = 0;
    fake_nor_area_restore_power();
    if (world->cut_operation != UINT32_MAX) {
        fake_nor_area_cut(world->cut_operation, world->cut_operation);
    }
    app_run();
}

void world_boot(const struct world *given)
{
    fake_bootloader_is_missing = given->no_installer;
    fake_bootloader_keys = given->trusted_keys;
    fake_bootloader_verdict = given->verdict;
    int status;

    world = given;
    memset(&world_result, 0, sizeof world_result);
    if (shared == NULL) {
        shared =
            mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        assert_true(shared != MAP_FAILED);
    }
    pid_t child = fork();
    if (child == 0) {
        run_boot();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    world_result = shared->result;
    memcpy(fake_eeprom_bytes(), shared->eeprom, sizeof shared->eeprom);
    memcpy(fake_nor_area(), shared->nor, sizeof shared->nor);
    assert_int_equal(journal_open(), STATUS_OK);
}

// ---- the rest of the board ----

uint32_t clock_now_ms(void)
{
    return now_ms;
}

bool clock_is_exact(void)
{
    return !world->no_crystal;
}

void clock_wait_us(uint32_t duration_us)
{
    now_ms += duration_us / 1000;
}

void watchdog_feed(void)
{
}

const uint8_t *running_image(void)
{
    static uint8_t slot[WIRE_SLOT_SIZE];

    memcpy(slot, world->running_image, world->running_image_size);
    return slot;
}

bool power_reset_blames_application(void)
{
    return world->was_reset;
}

const char *power_reset_cause_text(void)
{
    return "POR/PDR!";
}

void modem_reset_line(bool low)
{
    (void)low;
}

void modem_power_key(bool pressed)
{
    (void)pressed;
}

bool modem_is_on(void)
{
    return true;
}

unsigned battery_read_mv(void)
{
    return 3605;
}

uint32_t identity_password_number(void)
{
    return 0xC3B2A100;
}
