// SPDX-License-Identifier: Apache-2.0
// From step to step: the next one, another attempt, the remedy for a known result, the end.
#include "node/driver/modem/engine.h"

#include "base/contract.h"
#include "node/port/uart.h"

enum {
    SETTLE_MS =
        100, // lets answers to earlier tries come, so that none is taken for the next command's
};

static const struct dialogue_step pass = {.command = "$m", .bound_ms = 1500};

// A command whose final result did not come may still be under way: the module takes no other until then.
static const struct dialogue_step find_again = {
    .command = "AT", .bound_ms = 1000, .attempts = 5, .flags = STEP_SETTLE};

const struct dialogue_step *engine_step(const struct engine *self)
{
    if (self->remedy != NULL) {
        return self->remedy;
    }
    return self->request == DIALOGUE_PASS ? &pass
                                          : &modem_dialogue->runs[self->run].steps[self->step];
}

static uint8_t step_count(const struct engine *self)
{
    return self->request == DIALOGUE_PASS ? 1 : modem_dialogue->runs[self->run].count;
}

void engine_begin_request(struct engine *self, uint8_t kind)
{
    CONTRACT(self->phase == PHASE_IDLE);
    self->values.text[0] = self->values.text[1] = self->values.text[2] = NULL;
    self->values.payload = span_of(NULL, 0);
    self->values.options = NULL;
    self->values.option = 0;
    self->values.qos = 0;
    self->request = self->run = kind;
    self->remedy = NULL;
    self->was_reset = false;
    self->was_remedied = false;
    self->was_begun_again = false;
    self->refused = false;
    self->is_spoiled = false;
    self->begun = false; // the first poll sends
    self->phase = PHASE_PAUSE;
}

void engine_enter(struct engine *self, enum engine_phase phase, uint32_t now_ms)
{
    self->phase = (uint8_t)phase;
    self->since_ms = now_ms;
}

void engine_pause(struct engine *self, uint32_t duration_ms, uint32_t now_ms)
{
    self->pause_ms = duration_ms;
    engine_enter(self, PHASE_PAUSE, now_ms);
}

struct modem_event engine_nothing(void)
{
    return (struct modem_event){.kind = MODEM_NOTHING};
}

bool engine_needs_connection(const struct engine *self)
{
    return self->request >= DIALOGUE_CONNECT && self->request < DIALOGUE_CLOSE;
}

// ---- a command ----

// A result that is owed comes before the next command: then that is an AT.
static bool must_find_again(const struct engine *self)
{
    return self->owed && (engine_step(self)->flags & STEP_SETTLE) == 0 &&
           self->request != DIALOGUE_PASS;
}

static void begin_spelling(struct engine *self, const struct dialogue_step *step, uint32_t now_ms)
{
    if (step->baud != 0 && self->attempts == 0) { // opening drops what is arriving
        uart_open(UART_MODEM, step->baud);
    }
    spelling_begin(&self->spelling, step->command);
    self->out_size = self->out_sent = 0;
    self->is_ended = false;
    self->at.wants_prompt = false;
    self->answered = step->answer == NULL;
    self->doomed = false;
    engine_enter(self, PHASE_SENDING, now_ms);
}

void engine_begin_command(struct engine *self, uint32_t now_ms)
{
    if (engine_step(self)->kind != STEP_COMMAND) {
        engine_begin_wire(self, now_ms);
        return;
    }
    if (must_find_again(self)) {
        self->remedy = &find_again;
        self->owed = false;
    }
    begin_spelling(self, engine_step(self), now_ms);
}

void engine_use_remedy(struct engine *self, const struct dialogue_step *remedy, uint32_t now_ms)
{
    self->remedy = remedy;
    engine_begin_command(self, now_ms);
}

// ---- the request's end ----

static void note_done(struct engine *self)
{
    if (self->request >= DIALOGUE_OPEN && self->request < DIALOGUE_OPEN + MODEM_CHANNELS) {
        self->is_open = true;
        self->is_fresh = true;
    } else if (self->request == DIALOGUE_CONNECT) {
        self->online = true;
    } else if (self->request >= DIALOGUE_SEND && self->request < DIALOGUE_CLOSE) {
        self->is_fresh = false;
    }
}

static void end_request(struct engine *self)
{
    self->phase = PHASE_IDLE;
    self->remedy = NULL;
    self->at.wants_prompt = false;
    self->said = false;
}

void engine_cancel(struct engine *self)
{
    bool is_waiting = self->phase >= PHASE_SENDING && self->phase <= PHASE_ANSWER;

    engine_release_wire(self);
    self->owed = self->owed || is_waiting;
    end_request(self);
}

struct modem_event engine_finish(struct engine *self, enum modem_event_kind kind)
{
    bool is_close = self->request >= DIALOGUE_CLOSE && self->request < DIALOGUE_SLEEP;

    self->online = self->online && !is_close;
    end_request(self);
    if (kind == MODEM_DONE) {
        note_done(self);
    }
    return (struct modem_event){.kind = kind};
}

// ---- steps ----

static void begin_step(struct engine *self, uint32_t now_ms)
{
    self->attempts = 0;
    self->busy_repeats = 0;
    self->step_ms = now_ms;
}

// The first step at or behind `step` that is not left out.
static unsigned next_kept(const struct engine *self, unsigned step)
{
    if (self->request == DIALOGUE_PASS) {
        return step;
    }
    const struct dialogue_run *run = &modem_dialogue->runs[self->run];
    while (step < run->count && engine_is_left_out(self, &run->steps[step])) {
        step++;
    }
    return step;
}

// The module starts: what was asked of it begins anew.
static unsigned end_recovery(struct engine *self, uint32_t now_ms)
{
    self->run = self->request;
    self->started_ms = now_ms;
    return next_kept(self, 0);
}

static struct modem_event go_to(struct engine *self, unsigned step, uint32_t pause_ms,
                                uint32_t now_ms)
{
    step = next_kept(self, step);
    if (step >= step_count(self) && self->run == DIALOGUE_RECOVER) {
        step = end_recovery(self, now_ms);
    }
    if (step >= step_count(self)) {
        return engine_finish(self, self->is_spoiled ? MODEM_FAILED : MODEM_DONE);
    }
    self->step = (uint8_t)step;
    begin_step(self, now_ms);
    if (pause_ms > 0) {
        engine_pause(self, pause_ms, now_ms);
    } else {
        engine_begin_command(self, now_ms);
    }
    return engine_nothing();
}

struct modem_event engine_first_step(struct engine *self, uint32_t now_ms)
{
    self->remedy = NULL;
    return go_to(self, 0, 0, now_ms);
}

// The step that needed the remedy is tried once more, whether or not the remedy worked.
static struct modem_event end_remedy(struct engine *self, uint32_t now_ms)
{
    bool settles = (self->remedy->flags & STEP_SETTLE) != 0;

    self->remedy = NULL;
    self->owed = self->owed && !settles;
    self->attempts = settles ? self->attempts : 0;
    if (settles) {
        engine_pause(self, SETTLE_MS, now_ms);
    } else {
        engine_begin_command(self, now_ms);
    }
    return engine_nothing();
}

static bool has_more_options(struct engine *self, const struct dialogue_step *step)
{
    return (step->flags & STEP_EACH_OPTION) != 0 &&
           self->values.options[++self->values.option] != NULL;
}

struct modem_event engine_succeed(struct engine *self, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);

    if (self->remedy != NULL) {
        return end_remedy(self, now_ms);
    }
    if (has_more_options(self, step)) {
        return go_to(self, self->step, 0, now_ms);
    }
    if ((step->flags & STEP_RESTARTS) != 0 && !self->was_reset) {
        return engine_recover(self, now_ms);
    }
    bool settles = (step->flags & STEP_SETTLE) != 0;
    if (settles) { // it answers
        self->restarts = 0;
        self->owed = false;
    }
    return go_to(self, self->step + 1U + step->skip, settles ? SETTLE_MS : 0, now_ms);
}

// A module that does not even answer AT has nothing more to say in this request.
static struct modem_event give_up_finding(struct engine *self, uint32_t now_ms)
{
    self->owed = true;
    if (self->request == DIALOGUE_WAKE && !self->was_reset) {
        return engine_recover(self, now_ms);
    }
    if (self->request == DIALOGUE_SLEEP) { // what is left may be done without it
        self->remedy = NULL;
        self->owed = false;
        return go_to(self, self->step + 1U, 0, now_ms);
    }
    return engine_finish(self, MODEM_FAILED);
}

struct modem_event engine_give_up(struct engine *self, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);

    if (self->remedy == &find_again) {
        return give_up_finding(self, now_ms);
    }
    if (self->remedy != NULL) {
        return end_remedy(self, now_ms);
    }
    if ((step->flags & STEP_RECOVER) != 0 && !self->was_reset) {
        return engine_recover(self, now_ms);
    }
    self->is_spoiled = self->is_spoiled || (step->flags & STEP_FAIL_LATER) != 0;
    return (step->flags & (STEP_OPTIONAL | STEP_FAIL_LATER)) != 0
               ? go_to(self, self->step + 1U, 0, now_ms)
               : engine_finish(self, MODEM_FAILED);
}

static bool may_repeat(struct engine *self, const struct dialogue_step *step, uint32_t now_ms)
{
    self->attempts++;
    if ((step->flags & STEP_SEARCH) != 0) {
        return now_ms - self->step_ms < self->values.network->search_ms;
    }
    return self->attempts < step->attempts;
}

struct modem_event engine_fail(struct engine *self, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);

    if (self->refused) {
        return engine_finish(self, MODEM_REFUSED);
    }
    if (may_repeat(self, step, now_ms)) {
        engine_pause(self, step->pause_ms, now_ms);
        return engine_nothing();
    }
    return engine_give_up(self, now_ms);
}
