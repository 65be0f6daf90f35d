// SPDX-License-Identifier: Apache-2.0
// The board's wires to the module: how a silent one is started anew, and when it is rather left alone.
#include "node/driver/modem/engine.h"
#include "node/port/counters.h"
#include "node/port/modem_pins.h"

enum { MINUTE_MS = 60000 };

// ---- steps that are no command ----

static void drive(uint8_t kind, bool active)
{
    if (kind == STEP_RESET) {
        modem_reset_line(active);
    } else if (kind == STEP_KEY) {
        modem_power_key(active);
    }
}

void engine_begin_wire(struct engine *self, uint32_t now_ms)
{
    drive(engine_step(self)->kind, true);
    engine_enter(self, PHASE_WIRE, now_ms);
}

void engine_release_wire(const struct engine *self)
{
    if (self->phase == PHASE_WIRE) {
        drive(engine_step(self)->kind, false);
    }
}

static bool is_reached(uint8_t kind)
{
    return (kind == STEP_STATUS_ON && modem_is_on()) || (kind == STEP_STATUS_OFF && !modem_is_on());
}

struct modem_event engine_watch_wire(struct engine *self, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);
    bool is_wait = step->kind == STEP_STATUS_ON || step->kind == STEP_STATUS_OFF;

    if (is_reached(step->kind)) {
        return engine_succeed(self, now_ms);
    }
    if (now_ms - self->since_ms < step->bound_ms) {
        return engine_nothing();
    }
    drive(step->kind, false);
    if (step->kind == STEP_KEY) {
        self->started_ms = now_ms;
    }
    return is_wait ? engine_fail(self, now_ms) : engine_succeed(self, now_ms);
}

// ---- starting anew ----

static uint32_t backoff_ms(const struct engine *self)
{
    unsigned beyond = (unsigned)self->restarts - modem_dialogue->restarts_max;
    unsigned row = beyond < DIALOGUE_BACKOFFS ? beyond : DIALOGUE_BACKOFFS - 1;

    return modem_dialogue->backoff_min[row] * (uint32_t)MINUTE_MS;
}

// A module that has been started in vain again and again only costs the battery.
static bool is_hopeless(const struct engine *self)
{
    return modem_dialogue->restarts_max > 0 && self->restarts >= modem_dialogue->restarts_max &&
           !self->may_restart;
}

bool engine_may_wake(struct engine *self, uint32_t now_ms)
{
    if (self->is_blocked && now_ms - self->blocked_ms < backoff_ms(self)) {
        return false;
    }
    self->may_restart = self->is_blocked;
    self->is_blocked = false;
    return true;
}

struct modem_event engine_recover(struct engine *self, uint32_t now_ms)
{
    if (is_hopeless(self)) {
        self->is_blocked = true;
        self->blocked_ms = now_ms;
        return engine_finish(self, MODEM_FAILED);
    }
    if (self->restarts < UINT8_MAX) {
        self->restarts++;
    }
    counter_add(COUNTER_MODEM_RESETS);
    self->may_restart = false;
    self->was_reset = true;
    self->owed = false;
    self->run = DIALOGUE_RECOVER;
    return engine_first_step(self, now_ms);
}
