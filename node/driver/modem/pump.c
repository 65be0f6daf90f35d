// SPDX-License-Identifier: Apache-2.0
// Time and the serial line: commands go out as the line takes them, bytes come in, bounds run out.
#include "node/driver/modem/engine.h"
#include "node/port/counters.h"
#include "node/port/uart.h"

enum {
    DOOMED_MS = 2000, // a final result that is still owed comes at once or not at all
    PART_MS = 1000,   // the rest of a message in pieces follows within this time
    SEND_POLL_MS = 5, // while the line takes no more
    WIRE_POLL_MS = 50,
};

// ---- time ----

static uint32_t phase_length_ms(const struct engine *self)
{
    const struct dialogue_step *step;

    switch (self->phase) {
    case PHASE_SENDING:
    case PHASE_PROMPT:
    case PHASE_DATA:
    case PHASE_ANSWER:
        return self->doomed ? DOOMED_MS : engine_step(self)->bound_ms;
    case PHASE_OUTCOME:
        step = engine_step(self);
        return step->outcome_ms != 0 ? step->outcome_ms : step->bound_ms;
    case PHASE_PAUSE:
        return self->begun ? self->pause_ms : 0;
    case PHASE_WIRE:
        return 0; // asked for again and again
    case PHASE_IDLE:
    default:
        return UINT32_MAX;
    }
}

static struct modem_event on_time(struct engine *self, uint32_t now_ms)
{
    switch (self->phase) {
    case PHASE_PAUSE:
        engine_begin_command(self, now_ms);
        return engine_nothing();
    case PHASE_WIRE:
        return engine_watch_wire(self, now_ms);
    case PHASE_OUTCOME:
        return engine_fail(self, now_ms);
    default:
        self->owed = self->request != DIALOGUE_PASS;
        return self->doomed ? engine_finish(self, MODEM_FAILED) : engine_fail(self, now_ms);
    }
}

// The first poll of a request begins it; a connection that is known to be gone ends it.
static struct modem_event begin(struct engine *self, uint32_t now_ms)
{
    bool is_hopeless = self->request == DIALOGUE_WAKE && !engine_may_wake(self, now_ms);
    bool is_lost = engine_needs_connection(self) && self->lost;

    self->begun = true;
    if (is_hopeless || is_lost) {
        self->lost = false;
        return engine_finish(self, MODEM_FAILED);
    }
    return engine_first_step(self, now_ms);
}

static struct modem_event proceed(struct engine *self, uint32_t now_ms)
{
    if (self->phase == PHASE_PAUSE && !self->begun) {
        return begin(self, now_ms);
    }
    if (self->phase != PHASE_IDLE && now_ms - self->since_ms >= phase_length_ms(self)) {
        return on_time(self, now_ms);
    }
    return engine_nothing();
}

// ---- sending ----

static bool is_sending(const struct engine *self)
{
    return self->phase == PHASE_SENDING || self->phase == PHASE_DATA;
}

// False when everything is spelled; a command then still lacks its end.
static bool refill(struct engine *self)
{
    if (self->out_sent < self->out_size) {
        return true;
    }
    size_t size = spelling_read(&self->spelling, &self->values, self->out, sizeof self->out);
    if (size == 0 && self->phase == PHASE_SENDING && !self->is_ended) {
        self->is_ended = true;
        spelling_begin(&self->spelling, "\r\n");
        size = spelling_read(&self->spelling, &self->values, self->out, sizeof self->out);
    }
    self->out_size = (uint8_t)size;
    self->out_sent = 0;
    return size > 0;
}

static void end_sending(struct engine *self, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);
    bool is_command = self->phase == PHASE_SENDING;
    enum engine_phase next = PHASE_ANSWER;

    if (is_command && step->data != NULL) {
        next = PHASE_PROMPT;
    } else if ((step->flags & STEP_NO_OK) != 0) {
        next = PHASE_OUTCOME;
    }
    self->at.wants_prompt = next == PHASE_PROMPT;
    engine_enter(self, next, now_ms);
}

static void send_more(struct engine *self, uint32_t now_ms)
{
    while (refill(self)) {
        struct span rest =
            span_of(self->out + self->out_sent, (size_t)self->out_size - self->out_sent);
        size_t taken = uart_send(UART_MODEM, rest);
        self->out_sent = (uint8_t)(self->out_sent + taken);
        if (taken < rest.size) {
            return;
        }
    }
    end_sending(self, now_ms);
}

// ---- receiving ----

static void begin_data(struct engine *self, uint32_t now_ms)
{
    if (self->phase == PHASE_PROMPT) {
        spelling_begin(&self->spelling, engine_step(self)->data);
        self->out_size = self->out_sent = 0;
        engine_enter(self, PHASE_DATA, now_ms);
    }
}

static struct modem_event on_at_event(struct engine *self, enum at_event event, uint32_t now_ms)
{
    switch (event) {
    case AT_LINE:
        return engine_on_line(self, self->at.line, now_ms);
    case AT_MESSAGE:
        mailbox_join(&self->at.mailbox, self->at.expected);
        return engine_nothing();
    case AT_PROMPT:
        begin_data(self, now_ms);
        return engine_nothing();
    case AT_NOTHING:
    default:
        return engine_nothing();
    }
}

// Counted alone: a header, a final result or the image's checksum tells what is missing. A module that is off or
// starting lets its line float, so that only what comes while it is spoken to counts.
static void count_faults(const struct engine *self)
{
    bool damaged = uart_take_error(UART_MODEM);
    bool counts = self->phase != PHASE_WIRE && (self->phase != PHASE_IDLE || self->is_open);

    if (damaged && counts) {
        counter_add(COUNTER_MODEM_NOISE);
    }
    if (uart_take_loss(UART_MODEM)) {
        counter_add(COUNTER_MODEM_OVERRUNS);
    }
}

static struct modem_event receive(struct engine *self, uint32_t now_ms)
{
    uint8_t byte;

    while (uart_receive(UART_MODEM, &byte, 1) == 1) {
        self->last_byte_ms = now_ms;
        struct modem_event event = on_at_event(self, at_feed(&self->at, byte), now_ms);
        if (event.kind != MODEM_NOTHING) {
            return event;
        }
    }
    return on_at_event(self, at_note_silence(&self->at, now_ms - self->last_byte_ms), now_ms);
}

// ---- what waited for the end of a request ----

// The first message, unless its rest may still come.
static bool find_message(const struct engine *self, struct modem_event *event, uint32_t now_ms)
{
    return mailbox_first(&self->at.mailbox, &event->topic, &event->payload) &&
           (!mailbox_is_part(event->payload, self->at.expected) ||
            now_ms - self->last_byte_ms >= PART_MS);
}

static struct modem_event idle_event(struct engine *self, uint32_t now_ms)
{
    struct modem_event event = {.kind = MODEM_MESSAGE};

    if (self->phase != PHASE_IDLE) {
        return engine_nothing();
    }
    if (find_message(self, &event, now_ms)) {
        self->told = true;
        return event;
    }
    if (self->lost) {
        self->lost = false;
        return (struct modem_event){.kind = MODEM_LOST};
    }
    return engine_nothing();
}

static void release_told_message(struct engine *self)
{
    if (self->told) {
        mailbox_drop_first(&self->at.mailbox);
        self->told = false;
    }
}

struct modem_event engine_poll(struct engine *self, uint32_t now_ms)
{
    release_told_message(self);
    if (self->said) {
        self->said = false;
        return engine_finish(self, MODEM_DONE);
    }
    if (self->speaks) { // before that the line has no clock
        count_faults(self);
    }
    struct modem_event event = receive(self, now_ms);
    if (event.kind == MODEM_NOTHING) {
        event = proceed(self, now_ms);
    }
    if (event.kind == MODEM_NOTHING && is_sending(self)) {
        send_more(self, now_ms);
    }
    return event.kind != MODEM_NOTHING ? event : idle_event(self, now_ms);
}

// ---- when to be asked again ----

static uint32_t left_of(uint32_t begun_ms, uint32_t length_ms, uint32_t now_ms)
{
    uint32_t passed_ms = now_ms - begun_ms;

    if (length_ms == UINT32_MAX) {
        return UINT32_MAX;
    }
    return passed_ms >= length_ms ? 0 : length_ms - passed_ms;
}

static uint32_t idle_next_ms(const struct engine *self, uint32_t now_ms)
{
    struct modem_event event;

    if (self->lost || find_message(self, &event, now_ms)) {
        return 0;
    }
    return mailbox_first(&self->at.mailbox, &event.topic, &event.payload)
               ? left_of(self->last_byte_ms, PART_MS, now_ms)
               : UINT32_MAX;
}

static uint32_t request_next_ms(const struct engine *self, uint32_t now_ms)
{
    if (self->phase == PHASE_IDLE) {
        return idle_next_ms(self, now_ms);
    }
    if (self->said) {
        return 0;
    }
    if (self->phase == PHASE_WIRE) {
        return WIRE_POLL_MS;
    }
    return is_sending(self) ? SEND_POLL_MS : left_of(self->since_ms, phase_length_ms(self), now_ms);
}

uint32_t engine_next_ms(const struct engine *self, uint32_t now_ms)
{
    uint32_t line_ms = left_of(self->last_byte_ms, at_patience_ms(&self->at), now_ms);
    uint32_t next_ms = request_next_ms(self, now_ms);

    return line_ms < next_ms ? line_ms : next_ms;
}
