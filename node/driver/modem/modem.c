// SPDX-License-Identifier: Apache-2.0
// The modem port: requests, time and the serial line. How a request proceeds stands in engine.c and lines.c, what is
// said to which module in the dialogue tables.
#include "node/port/modem.h"

#include "base/contract.h"
#include "node/driver/modem/engine.h"
#include "node/port/modem_pins.h"
#include "node/port/uart.h"

enum {
    DOOMED_MS = 2000,  // a final result that is still owed comes at once or not at all
    SILENCE_MS = 1000, // longer than any gap inside a message (docs/modems.md: up to 200 ms)
};

static struct engine modem = {.identity = {.signal = 99}};

// ---- requests ----

static void request(enum dialogue_request kind, const char *a, const char *b, const char *c)
{
    CONTRACT(modem.phase == PHASE_IDLE);
    modem.values = (struct modem_values){.text = {a, b, c}};
    modem.request = (uint8_t)kind;
    modem.step = 0;
    modem.remedy = NULL;
    modem.attempts = 0;
    modem.busy_repeats = 0;
    modem.was_reset = false;
    modem.was_remedied = false;
    modem.refused = false;
    modem.begun = false; // the first poll sends
    modem.phase = PHASE_PAUSE;
}

// What waits belongs to an earlier connection.
static void forget_connection(void)
{
    mailbox_clear(&modem.at.mailbox);
    modem.told = false;
    modem.lost = false;
    modem.online = false;
}

void modem_wake(const struct modem_network *network)
{
    (void)network;
    uart_open(UART_MODEM, modem_dialogue->baud);
    at_reset(&modem.at);
    forget_connection();
    modem.identity.signal = 99;
    modem.identity.unix_s = 0;
    request(DIALOGUE_WAKE, NULL, NULL, NULL);
}

void modem_open(enum modem_channel channel, const char *host, const char *port)
{
    (void)channel;
    forget_connection();
    request(DIALOGUE_OPEN, host, port, NULL);
}

void modem_connect(const char *client, const char *user, const char *password)
{
    request(DIALOGUE_CONNECT, client, user, password);
}

void modem_subscribe(const char *topic, unsigned qos)
{
    request(DIALOGUE_SUBSCRIBE, topic, NULL, NULL);
    modem.values.qos = qos;
}

void modem_publish(const char *topic, struct span payload, unsigned qos)
{
    CONTRACT(payload.size <= MODEM_PUBLISH_MAX);
    request(DIALOGUE_PUBLISH, topic, NULL, NULL);
    modem.values.qos = qos;
    modem.values.payload = payload;
}

void modem_send(struct span payload, const char *const *options)
{
    (void)payload;
    (void)options;
    request(DIALOGUE_SEND, NULL, NULL, NULL);
}

void modem_pass(struct span line)
{
    (void)line;
    request(DIALOGUE_PASS, NULL, NULL, NULL);
}

void modem_disconnect(void)
{
    request(DIALOGUE_DISCONNECT, NULL, NULL, NULL);
}

void modem_sleep(void)
{
    if (!modem.begun) { // nobody has spoken to it since the reset
        uart_open(UART_MODEM, modem_dialogue->baud);
        at_reset(&modem.at);
    }
    request(DIALOGUE_SLEEP, NULL, NULL, NULL);
}

void modem_cancel(void)
{
    modem.phase = PHASE_IDLE;
    modem.remedy = NULL;
}

// ---- time ----

static uint32_t phase_length_ms(void)
{
    switch (modem.phase) {
    case PHASE_SENDING:
    case PHASE_ANSWER:
        return modem.doomed ? DOOMED_MS : engine_step(&modem)->bound_ms;
    case PHASE_OUTCOME:
        return engine_step(&modem)->bound_ms;
    case PHASE_PAUSE:
        return modem.begun ? modem.pause_ms : 0;
    case PHASE_RESET:
        return modem_dialogue->reset_pulse_ms;
    case PHASE_STARTING:
        return modem_dialogue->reset_pause_ms;
    case PHASE_IDLE:
    default:
        return UINT32_MAX;
    }
}

static struct modem_event on_time(uint32_t now_ms)
{
    switch (modem.phase) {
    case PHASE_SENDING:
    case PHASE_ANSWER:
    case PHASE_OUTCOME:
        return modem.doomed ? engine_finish(&modem, MODEM_FAILED) : engine_fail(&modem, now_ms);
    case PHASE_PAUSE:
        engine_begin_command(&modem, now_ms);
        break;
    case PHASE_RESET:
        modem_reset_line(false);
        engine_enter(&modem, PHASE_STARTING, now_ms);
        break;
    case PHASE_STARTING:
        modem.step = 0;
        modem.attempts = 0;
        engine_begin_command(&modem, now_ms);
        break;
    case PHASE_IDLE:
    default:
        break;
    }
    return engine_nothing();
}

// The first poll of a request begins it; a connection that is known to be gone ends it.
static struct modem_event begin(uint32_t now_ms)
{
    bool needs_connection = modem.request == DIALOGUE_CONNECT ||
                            modem.request == DIALOGUE_SUBSCRIBE ||
                            modem.request == DIALOGUE_PUBLISH;

    modem.begun = true;
    if (needs_connection && modem.lost) {
        modem.lost = false;
        return engine_finish(&modem, MODEM_FAILED);
    }
    modem.step = engine_next_step(&modem, 0);
    if (modem.step == modem_dialogue->step_count[modem.request]) {
        return engine_finish(&modem, MODEM_FAILED); // the module has no such thing
    }
    engine_begin_command(&modem, now_ms);
    return engine_nothing();
}

static struct modem_event proceed(uint32_t now_ms)
{
    if (modem.phase == PHASE_PAUSE && !modem.begun) {
        return begin(now_ms);
    }
    if (modem.phase != PHASE_IDLE && now_ms - modem.since_ms >= phase_length_ms()) {
        return on_time(now_ms);
    }
    return engine_nothing();
}

// ---- the line ----

static void send_more(uint32_t now_ms)
{
    struct span rest = span_of(modem.command + modem.sent, (size_t)modem.command_size - modem.sent);

    modem.sent = (uint16_t)(modem.sent + uart_send(UART_MODEM, rest));
    if (modem.sent == modem.command_size) {
        engine_enter(&modem, PHASE_ANSWER, now_ms);
    }
}

static struct modem_event read_line(uint32_t now_ms)
{
    uint8_t byte;

    while (uart_receive(UART_MODEM, &byte, 1) == 1) {
        modem.last_byte_ms = now_ms;
        if (at_feed(&modem.at, byte) != AT_LINE) {
            continue;
        }
        struct modem_event event = engine_on_line(&modem, modem.at.line, now_ms);
        if (event.kind != MODEM_NOTHING) {
            return event;
        }
    }
    if (modem.at.in_payload && now_ms - modem.last_byte_ms >= SILENCE_MS) {
        at_give_up_message(&modem.at);
    }
    return engine_nothing();
}

// What waited for the end of a request.
static struct modem_event idle_event(void)
{
    struct modem_event event = {.kind = MODEM_MESSAGE};

    if (modem.phase != PHASE_IDLE) {
        return engine_nothing();
    }
    if (mailbox_first(&modem.at.mailbox, &event.topic, &event.payload)) {
        modem.told = true;
        return event;
    }
    if (modem.lost) {
        modem.lost = false;
        return (struct modem_event){.kind = MODEM_LOST};
    }
    return engine_nothing();
}

static void release_told_message(void)
{
    if (modem.told) {
        mailbox_drop_first(&modem.at.mailbox);
        modem.told = false;
    }
}

struct modem_event modem_poll(uint32_t now_ms)
{
    release_told_message();
    struct modem_event event = read_line(now_ms);
    if (event.kind == MODEM_NOTHING) {
        event = proceed(now_ms);
    }
    if (event.kind == MODEM_NOTHING && modem.phase == PHASE_SENDING) {
        send_more(now_ms);
    }
    return event.kind != MODEM_NOTHING ? event : idle_event();
}

bool modem_is_busy(void)
{
    return modem.phase != PHASE_IDLE;
}

static uint32_t left_of(uint32_t begun_ms, uint32_t length_ms, uint32_t now_ms)
{
    uint32_t passed_ms = now_ms - begun_ms;

    return passed_ms >= length_ms ? 0 : length_ms - passed_ms;
}

uint32_t modem_next_ms(uint32_t now_ms)
{
    struct span topic;
    struct span payload;

    if (modem.at.in_payload) {
        return left_of(modem.last_byte_ms, SILENCE_MS, now_ms);
    }
    if (modem.phase != PHASE_IDLE) {
        return left_of(modem.since_ms, phase_length_ms(), now_ms);
    }
    return modem.lost || mailbox_first(&modem.at.mailbox, &topic, &payload) ? 0 : UINT32_MAX;
}

const struct modem_identity *modem_identity(void)
{
    return &modem.identity;
}
