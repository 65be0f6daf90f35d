// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/modem_driver/wire.h"

#include <stdio.h>
#include <string.h>

#include "node/port/modem_pins.h"
#include "node/port/uart.h"
#include "tests/host/cmocka_all.h"
#include "vnode/chip/modem.h"

enum { SEND_SIZE = 512, RECEIVE_SIZE = 2304, WAIT_MS = 2, REST_MS = 50, LOG_SIZE = 1 << 20 };
#define MS UINT64_C(1000000)

static struct {
    struct modem *modem;
    uint64_t now_ns;
    uint32_t baud;
    uint8_t sending[SEND_SIZE];
    size_t to_send;
    uint64_t next_sent_ns; // when the byte under way is through
    uint8_t received[RECEIVE_SIZE];
    size_t to_read;
    uint64_t commands;
    char log[LOG_SIZE];
    size_t log_size;
    struct side {
        char text[2048];
        size_t size;
    } sides[2];
} wire;

// ---- the log: whole lines of both sides, whatever overlaps on the line ----

enum { MODULE_SIDE, HOST_SIDE };

static void end_line(unsigned side)
{
    struct side *from = &wire.sides[side];

    if (from->size > 0 && wire.log_size + from->size + 4 < LOG_SIZE) {
        wire.log[wire.log_size++] = side == HOST_SIDE ? '>' : '<';
        wire.log[wire.log_size++] = ' ';
        memcpy(wire.log + wire.log_size, from->text, from->size);
        wire.log_size += from->size;
        wire.log[wire.log_size++] = '\n';
    }
    from->size = 0;
}

static void note(unsigned side, uint8_t byte)
{
    struct side *to = &wire.sides[side];

    if (side == MODULE_SIDE && wire.to_send == 0 && wire.sides[HOST_SIDE].size > 0) {
        end_line(HOST_SIDE); // bytes behind a prompt have no end of their own
    }
    if (byte == '\r') {
        end_line(side);
    } else if (byte != '\n' && to->size < sizeof to->text) {
        to->text[to->size++] = byte >= 0x20 && byte < 0x7F ? (char)byte : '.';
    }
    if (side == MODULE_SIDE && to->size == 2 && memcmp(to->text, "> ", 2) == 0) {
        end_line(side);
    }
}

const char *wire_log(void)
{
    wire.log[wire.log_size] = '\0';
    wire.log_size = 0;
    return wire.log;
}

void wire_begin(const char *module, const char *link_class, uint64_t seed)
{
    struct modem_config config = {
        .imei = "866207053462705",
        .imsi = "460045267607155",
        .module = module,
        .link_class = link_class,
        .seed = seed,
    };
    uint64_t now_ns = wire.now_ns; // the driver's clock never goes back

    memset(&wire, 0, sizeof wire);
    wire.now_ns = now_ns + 1000 * MS;
    wire.modem = modem_create(&config);
    assert_non_null(wire.modem);
    modem_power_on(wire.modem, wire.now_ns);
}

void wire_end(void)
{
    modem_destroy(wire.modem);
    wire.modem = NULL;
}

uint32_t wire_now_ms(void)
{
    return (uint32_t)(wire.now_ns / MS);
}

struct modem_faults *wire_faults(void)
{
    return modem_faults(wire.modem);
}

uint64_t wire_commands(void)
{
    return wire.commands;
}

uint64_t wire_commands_while_busy(void)
{
    return modem_counters(wire.modem)->commands_while_busy;
}

// ---- time ----

static bool take_output(void)
{
    uint8_t byte;
    bool any = false;

    while (modem_output(wire.modem, wire.now_ns, &byte)) {
        note(MODULE_SIDE, byte);
        any = true;
        bool fits = wire.baud != 0 && modem_rate_fits(wire.modem, wire.baud);
        assert_true(wire.to_read < RECEIVE_SIZE);
        wire.received[wire.to_read++] = fits ? byte : (uint8_t)(byte ^ 0xA5);
    }
    return any;
}

static void send_byte(void)
{
    if (wire.to_send == 0 || wire.now_ns < wire.next_sent_ns) {
        return;
    }
    uint8_t byte = wire.sending[0];
    memmove(wire.sending, wire.sending + 1, --wire.to_send);
    wire.next_sent_ns = wire.now_ns + 10 * 1000 * MS / wire.baud;
    wire.commands += byte == '\r';
    note(HOST_SIDE, byte);
    modem_input(wire.modem, byte, wire.baud, wire.now_ns);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// True when something was done that the driver may want to see.
static bool step(uint64_t until_ns)
{
    modem_poll(wire.modem, wire.now_ns);
    if (take_output()) {
        return true;
    }
    if (!modem_net_quiet(wire.modem, wire.now_ns)) {
        modem_wait(wire.modem, WAIT_MS);
        return false;
    }
    uint64_t next_ns = earlier(until_ns, modem_next_ns(wire.modem));
    bool sends = wire.to_send > 0;
    if (sends) {
        next_ns = earlier(next_ns, wire.next_sent_ns);
    }
    wire.now_ns = next_ns > wire.now_ns ? next_ns : wire.now_ns;
    send_byte();
    return sends && wire.to_send == 0;
}

void wire_pass(uint32_t duration_ms)
{
    uint64_t until_ns = wire.now_ns + duration_ms * MS;

    do {
        if (step(until_ns)) {
            return;
        }
    } while (wire.now_ns < until_ns);
}

void wire_rest(void)
{
    modem_wait(wire.modem, REST_MS);
}

void wire_answer(const char *command, const char *result)
{
    const struct modem_answer answer = {.command = command, .result = result};

    assert_true(modem_answer_instead(wire.modem, &answer));
}

void wire_set_module_baud(uint32_t baud)
{
    char command[32];

    snprintf(command, sizeof command, "AT+IPR=%u\r", (unsigned)baud);
    for (const char *at = command; *at != '\0'; at++) {
        modem_input(wire.modem, (uint8_t)*at, 115200, wire.now_ns);
    }
    for (unsigned i = 0; i < 50; i++) {
        wire.now_ns += 10 * MS;
        modem_poll(wire.modem, wire.now_ns);
        take_output();
    }
    wire.to_read = 0;
}

// ---- the driver's doors ----

void uart_open(enum uart_port port, uint32_t baud)
{
    (void)port;
    wire.baud = baud;
    wire.to_read = 0;
    wire.to_send = 0;
}

size_t uart_send(enum uart_port port, struct span bytes)
{
    size_t room = SEND_SIZE - wire.to_send;
    size_t count = bytes.size < room ? bytes.size : room;

    (void)port;
    if (wire.to_send == 0 && count > 0) {
        wire.next_sent_ns = wire.now_ns + 10 * 1000 * MS / wire.baud;
    }
    memcpy(wire.sending + wire.to_send, bytes.data, count);
    wire.to_send += count;
    return count;
}

size_t uart_receive(enum uart_port port, uint8_t *buffer, size_t capacity)
{
    size_t count = wire.to_read < capacity ? wire.to_read : capacity;

    (void)port;
    memcpy(buffer, wire.received, count);
    wire.to_read -= count;
    memmove(wire.received, wire.received + count, wire.to_read);
    return count;
}

bool uart_take_error(enum uart_port port)
{
    (void)port;
    return false;
}

bool uart_take_loss(enum uart_port port)
{
    (void)port;
    return false;
}

void modem_reset_line(bool low)
{
    assert_false(modem_has_key(wire.modem));
    modem_pin(wire.modem, !low, wire.now_ns);
}

void modem_power_key(bool pressed)
{
    assert_true(modem_has_key(wire.modem));
    modem_pin(wire.modem, pressed, wire.now_ns);
}

bool modem_is_on(void)
{
    return !modem_status_pin(wire.modem);
}
