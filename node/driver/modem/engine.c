// SPDX-License-Identifier: Apache-2.0
// From step to step: the next one, another attempt, the remedy for a known result, the module's reset, the end.
#include "node/driver/modem/engine.h"

#include "base/contract.h"
#include "node/port/counters.h"
#include "node/port/modem_pins.h"

enum {
    SETTLE_MS = 100
}; // lets answers to earlier tries come, so that none is taken for the next command's

const struct dialogue_step *engine_step(const struct engine *self)
{
    return self->remedy != NULL ? self->remedy : &modem_dialogue->steps[self->request][self->step];
}

static bool is_left_out(const struct engine *self, uint8_t step)
{
    uint8_t flags = modem_dialogue->steps[self->request][step].flags;

    return (flags & STEP_ONLINE) != 0 && !self->online;
}

uint8_t engine_next_step(const struct engine *self, uint8_t step)
{
    while (step < modem_dialogue->step_count[self->request] && is_left_out(self, step)) {
        step++;
    }
    return step;
}

void engine_enter(struct engine *self, enum engine_phase phase, uint32_t now_ms)
{
    self->phase = phase;
    self->since_ms = now_ms;
}

void engine_pause(struct engine *self, uint32_t duration_ms, uint32_t now_ms)
{
    self->pause_ms = duration_ms;
    engine_enter(self, PHASE_PAUSE, now_ms);
}

void engine_begin_command(struct engine *self, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);
    struct fmt out;

    fmt_init(&out, self->command, sizeof self->command);
    template_fill(&out, step->command, &self->values);
    fmt_add(&out, "\r\n");
    CONTRACT(!out.overflowed);
    self->command_size = (uint16_t)out.length;
    self->sent = 0;
    self->answered = step->answer == NULL;
    self->doomed = false;
    engine_enter(self, PHASE_SENDING, now_ms);
}

struct modem_event engine_nothing(void)
{
    return (struct modem_event){.kind = MODEM_NOTHING};
}

struct modem_event engine_finish(struct engine *self, enum modem_event_kind kind)
{
    self->phase = PHASE_IDLE;
    self->remedy = NULL;
    if (kind == MODEM_DONE && self->request == DIALOGUE_CONNECT) {
        self->online = true;
    }
    if (self->request == DIALOGUE_DISCONNECT) {
        self->online = false;
    }
    return (struct modem_event){.kind = kind};
}

// The step that needed the remedy is tried once more, whether or not the remedy worked.
static struct modem_event end_remedy(struct engine *self, uint32_t now_ms)
{
    self->remedy = NULL;
    engine_begin_command(self, now_ms);
    return engine_nothing();
}

struct modem_event engine_succeed(struct engine *self, uint32_t now_ms)
{
    if (self->remedy != NULL) {
        return end_remedy(self, now_ms);
    }
    bool settles = (engine_step(self)->flags & STEP_SETTLE) != 0;
    self->step = engine_next_step(self, (uint8_t)(self->step + 1));
    self->attempts = 0;
    self->busy_repeats = 0;
    if (self->step == modem_dialogue->step_count[self->request]) {
        return engine_finish(self, MODEM_DONE);
    }
    if (settles) {
        engine_pause(self, SETTLE_MS, now_ms);
    } else {
        engine_begin_command(self, now_ms);
    }
    return engine_nothing();
}

struct modem_event engine_give_up(struct engine *self, uint32_t now_ms)
{
    bool goes_on = self->remedy != NULL || (engine_step(self)->flags & STEP_OPTIONAL) != 0;

    return goes_on ? engine_succeed(self, now_ms) : engine_finish(self, MODEM_FAILED);
}

struct modem_event engine_reset_module(struct engine *self, uint32_t now_ms)
{
    self->was_reset = true;
    self->remedy = NULL;
    counter_add(COUNTER_MODEM_RESETS);
    modem_reset_line(true);
    engine_enter(self, PHASE_RESET, now_ms);
    return engine_nothing();
}

struct modem_event engine_fail(struct engine *self, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);

    if (self->refused) {
        return engine_finish(self, MODEM_REFUSED);
    }
    if (self->remedy == NULL && ++self->attempts < step->attempts) {
        engine_pause(self, step->pause_ms, now_ms);
        return engine_nothing();
    }
    if ((step->flags & STEP_RESET_ON_FAIL) != 0 && !self->was_reset) {
        return engine_reset_module(self, now_ms);
    }
    return engine_give_up(self, now_ms);
}
