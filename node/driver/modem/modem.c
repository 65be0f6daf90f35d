// SPDX-License-Identifier: Apache-2.0
// Walks through a request's steps: sends a command, waits for its answer, final result and outcome, tries
// again as the step allows. What is said to which module stands in the dialogue tables.
#include "node/port/modem.h"

#include "base/contract.h"
#include "node/driver/modem/at.h"
#include "node/driver/modem/dialogue.h"
#include "node/driver/modem/template.h"
#include "node/port/modem_pins.h"
#include "node/port/uart.h"

enum {
    COMMAND_MAX = MODEM_PUBLISH_MAX + MODEM_TEXT_MAX + 64,
    PREFIX_MAX = 24,
};

enum phase {
    PHASE_IDLE,
    PHASE_SENDING,  // the command goes out as the line takes it
    PHASE_ANSWER,   // waits for the final result
    PHASE_OUTCOME,  // waits for the outcome URC
    PHASE_PAUSE,    // between two attempts
    PHASE_RESET,    // reset line pulled
    PHASE_STARTING, // after the reset
};

static struct {
    struct at at;
    struct modem_values values;
    struct modem_identity identity;
    enum phase phase;
    uint8_t request;
    uint8_t step;
    uint16_t attempts;
    bool answered;  // the answer line of the step came and was good
    bool was_reset; // …in this request
    bool lost;      // to be told at the next idle poll
    bool told;      // the message in the mailbox was handed out
    bool refused;
    bool begun; // the step's clock runs
    uint32_t since_ms;
    char command[COMMAND_MAX];
    uint16_t command_size;
    uint16_t sent;
} modem;

static const struct dialogue_step *present_step(void)
{
    return &modem_dialogue->steps[modem.request][modem.step];
}

static void enter(enum phase phase, uint32_t now_ms)
{
    modem.phase = phase;
    modem.since_ms = now_ms;
}

static void begin_command(uint32_t now_ms)
{
    struct fmt out;

    fmt_init(&out, modem.command, sizeof modem.command);
    template_fill(&out, present_step()->command, &modem.values);
    fmt_add(&out, "\r\n");
    CONTRACT(!out.overflowed);
    modem.command_size = (uint16_t)out.length;
    modem.sent = 0;
    modem.answered = present_step()->answer == NULL;
    enter(PHASE_SENDING, now_ms);
}

static struct modem_event finish(enum modem_event_kind kind)
{
    modem.phase = PHASE_IDLE;
    return (struct modem_event){.kind = kind};
}

static struct modem_event nothing(void)
{
    return (struct modem_event){.kind = MODEM_NOTHING};
}

static struct modem_event next_step(uint32_t now_ms)
{
    modem.step++;
    modem.attempts = 0;
    if (modem.step == modem_dialogue->step_count[modem.request]) {
        return finish(MODEM_DONE);
    }
    begin_command(now_ms);
    return nothing();
}

static struct modem_event fail_attempt(uint32_t now_ms)
{
    const struct dialogue_step *step = present_step();

    if (modem.refused) {
        return finish(MODEM_REFUSED);
    }
    if (++modem.attempts < step->attempts) {
        enter(PHASE_PAUSE, now_ms);
        return nothing();
    }
    if ((step->flags & STEP_OPTIONAL) != 0) {
        return next_step(now_ms);
    }
    if ((step->flags & STEP_RESET_ON_FAIL) != 0 && !modem.was_reset) {
        modem.was_reset = true;
        modem_reset_line(true);
        enter(PHASE_RESET, now_ms);
        return nothing();
    }
    return finish(MODEM_FAILED);
}

// ---- what a line means ----

static bool starts_with(const char *line, const char *prefix)
{
    return strncmp(line, prefix, strlen(prefix)) == 0;
}

static void take_digits(char *to, size_t capacity, const char *from)
{
    size_t length = 0;

    while (from[length] >= '0' && from[length] <= '9' && length + 1 < capacity) {
        to[length] = from[length];
        length++;
    }
    to[length] = '\0';
}

static void take_value(const struct dialogue_step *step, const char *text)
{
    uint32_t number = 0;

    if ((step->flags & STEP_TAKE_IMEI) != 0) {
        take_digits(modem.identity.imei, sizeof modem.identity.imei, text);
    }
    if ((step->flags & STEP_TAKE_IMSI) != 0) {
        take_digits(modem.identity.imsi, sizeof modem.identity.imsi, text);
    }
    if ((step->flags & STEP_TAKE_SIGNAL) != 0) {
        const char *comma = strchr(text, ',');
        if (comma != NULL && fmt_parse_u32(span_of(text, (size_t)(comma - text)), &number)) {
            modem.identity.signal = (int)number;
        }
    }
}

static bool is_good(const struct dialogue_step *step, const char *text)
{
    return step->good == NULL || starts_with(text, step->good);
}

// Whether `text` ends with one of the blank-separated `ends`.
static bool ends_with_any(const char *text, const char *ends)
{
    size_t size = strlen(text);

    while (ends != NULL && *ends != '\0') {
        const char *blank = strchr(ends, ' ');
        size_t length = blank == NULL ? strlen(ends) : (size_t)(blank - ends);
        if (size >= length && memcmp(text + size - length, ends, length) == 0) {
            return true;
        }
        ends = blank == NULL ? NULL : blank + 1;
    }
    return false;
}

static void on_answer_line(const struct dialogue_step *step, const char *line)
{
    // A bare answer (no prefix) must not be an URC or the echo of the command.
    bool bare = step->answer != NULL && step->answer[0] == '\0';

    if (step->answer == NULL || !starts_with(line, step->answer) ||
        (bare && (line[0] < '0' || line[0] > '9'))) {
        return;
    }
    const char *text = line + strlen(step->answer);
    if (is_good(step, text)) {
        modem.answered = true;
        take_value(step, text);
    }
}

static struct modem_event on_final(const struct dialogue_step *step, bool ok, uint32_t now_ms)
{
    if (!ok || !modem.answered) {
        return fail_attempt(now_ms);
    }
    if (step->outcome == NULL) {
        return next_step(now_ms);
    }
    modem.phase = PHASE_OUTCOME; // its bound began with the command
    return nothing();
}

static struct modem_event on_outcome(const struct dialogue_step *step, const char *line,
                                     uint32_t now_ms)
{
    char prefix[PREFIX_MAX];
    struct fmt out;

    fmt_init(&out, prefix, sizeof prefix);
    template_fill(&out, step->outcome, &modem.values);
    if (!starts_with(line, prefix)) {
        return nothing();
    }
    const char *text = line + out.length;
    if (step->interim != '\0' && text[0] == step->interim && text[1] != ',') {
        return nothing();
    }
    modem.refused = ends_with_any(text, step->refused);
    return is_good(step, text) && !modem.refused ? next_step(now_ms) : fail_attempt(now_ms);
}

static struct modem_event on_lost(uint32_t now_ms)
{
    bool needs_connection =
        modem.request == DIALOGUE_SUBSCRIBE || modem.request == DIALOGUE_PUBLISH;

    if (modem.phase == PHASE_IDLE) {
        modem.lost = true;
        return nothing();
    }
    (void)now_ms;
    return needs_connection ? finish(MODEM_FAILED) : nothing();
}

static struct modem_event on_line(const char *line, uint32_t now_ms)
{
    const struct dialogue_step *step = present_step();

    if (starts_with(line, modem_dialogue->lost_prefix)) {
        return on_lost(now_ms);
    }
    if (modem.phase == PHASE_ANSWER || modem.phase == PHASE_SENDING) {
        if (strcmp(line, "OK") == 0) {
            return on_final(step, true, now_ms);
        }
        if (strcmp(line, "ERROR") == 0 || starts_with(line, "+CME ERROR")) {
            return on_final(step, false, now_ms);
        }
        on_answer_line(step, line);
    }
    if (modem.phase == PHASE_OUTCOME) {
        return on_outcome(step, line, now_ms);
    }
    return nothing();
}

// ---- time ----

static void send_more(uint32_t now_ms)
{
    struct span rest = span_of(modem.command + modem.sent, (size_t)modem.command_size - modem.sent);

    modem.sent = (uint16_t)(modem.sent + uart_send(UART_MODEM, rest));
    if (modem.sent == modem.command_size) {
        enter(PHASE_ANSWER, now_ms);
    }
}

static uint32_t phase_length_ms(void)
{
    switch (modem.phase) {
    case PHASE_SENDING:
    case PHASE_ANSWER:
    case PHASE_OUTCOME:
        return present_step()->bound_ms;
    case PHASE_PAUSE:
        return present_step()->pause_ms;
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
        return fail_attempt(now_ms);
    case PHASE_PAUSE:
        begin_command(now_ms);
        break;
    case PHASE_RESET:
        modem_reset_line(false);
        enter(PHASE_STARTING, now_ms);
        break;
    case PHASE_STARTING:
        modem.step = 0;
        modem.attempts = 0;
        begin_command(now_ms);
        break;
    case PHASE_IDLE:
    default:
        break;
    }
    return nothing();
}

// ---- the port ----

static void request(enum dialogue_request kind)
{
    CONTRACT(modem.phase == PHASE_IDLE);
    modem.request = (uint8_t)kind;
    modem.step = 0;
    modem.attempts = 0;
    modem.was_reset = false;
    modem.refused = false;
    modem.begun = false;
    modem.phase = PHASE_PAUSE; // the first poll sends
}

static void request_texts(enum dialogue_request kind, const char *a, const char *b, const char *c)
{
    modem.values = (struct modem_values){.text = {a, b, c}};
    request(kind);
}

void modem_wake(void)
{
    uart_open(UART_MODEM, modem_dialogue->baud);
    at_reset(&modem.at);
    modem.told = false;
    modem.lost = false;
    request_texts(DIALOGUE_WAKE, NULL, NULL, NULL);
}

void modem_open(const char *host, const char *port)
{
    at_release_message(&modem.at);
    modem.told = false;
    modem.lost = false;
    request_texts(DIALOGUE_OPEN, host, port, NULL);
}

void modem_connect(const char *client, const char *user, const char *password)
{
    request_texts(DIALOGUE_CONNECT, client, user, password);
}

void modem_subscribe(const char *topic, unsigned qos)
{
    request_texts(DIALOGUE_SUBSCRIBE, topic, NULL, NULL);
    modem.values.qos = qos;
}

void modem_publish(const char *topic, struct span payload, unsigned qos)
{
    CONTRACT(payload.size <= MODEM_PUBLISH_MAX);
    request_texts(DIALOGUE_PUBLISH, topic, NULL, NULL);
    modem.values.qos = qos;
    modem.values.payload = payload;
}

void modem_disconnect(void)
{
    request_texts(DIALOGUE_DISCONNECT, NULL, NULL, NULL);
}

void modem_sleep(void)
{
    request_texts(DIALOGUE_SLEEP, NULL, NULL, NULL);
}

static struct modem_event read_line(uint32_t now_ms)
{
    uint8_t byte;

    while (uart_receive(UART_MODEM, &byte, 1) == 1) {
        if (at_feed(&modem.at, byte) != AT_LINE) {
            continue;
        }
        struct modem_event event = on_line(modem.at.line, now_ms);
        if (event.kind != MODEM_NOTHING) {
            return event;
        }
    }
    return nothing();
}

// What waited for the end of a request.
static struct modem_event idle_event(void)
{
    if (modem.phase != PHASE_IDLE) {
        return nothing();
    }
    if (modem.at.mailbox_full) {
        modem.told = true;
        return (struct modem_event){
            .kind = MODEM_MESSAGE,
            .topic = span_of_text(modem.at.topic),
            .payload = span_of(modem.at.payload, modem.at.payload_size),
        };
    }
    if (modem.lost) {
        modem.lost = false;
        return (struct modem_event){.kind = MODEM_LOST};
    }
    return nothing();
}

static void release_told_message(void)
{
    if (modem.told) {
        at_release_message(&modem.at);
        modem.told = false;
    }
}

struct modem_event modem_poll(uint32_t now_ms)
{
    release_told_message();
    struct modem_event event = read_line(now_ms);
    if (event.kind != MODEM_NOTHING) {
        return event;
    }
    if (modem.phase == PHASE_PAUSE && !modem.begun) {
        modem.begun = true;
        begin_command(now_ms);
    }
    if (modem.phase == PHASE_SENDING) {
        send_more(now_ms);
    }
    if (modem.phase != PHASE_IDLE && now_ms - modem.since_ms >= phase_length_ms()) {
        event = on_time(now_ms);
    }
    return event.kind != MODEM_NOTHING ? event : idle_event();
}

bool modem_is_busy(void)
{
    return modem.phase != PHASE_IDLE;
}

uint32_t modem_next_ms(uint32_t now_ms)
{
    if (modem.phase == PHASE_IDLE) {
        return modem.at.mailbox_full || modem.lost ? 0 : UINT32_MAX;
    }
    uint32_t passed = now_ms - modem.since_ms;
    uint32_t length = phase_length_ms();

    return passed >= length ? 0 : length - passed;
}

const struct modem_identity *modem_identity(void)
{
    return &modem.identity;
}
