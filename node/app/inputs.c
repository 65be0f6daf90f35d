// SPDX-License-Identifier: Apache-2.0
#include "node/app/inputs.h"

#include "node/app/app.h"
#include "node/app/rest.h"
#include "node/app/values.h"
#include "node/core/key.h"
#include "node/core/settings.h"
#include "node/core/trigger.h"
#include "node/port/input.h"
#include "node/port/power.h"
#include "node/store/journal.h"

enum { TRIGGERS = 3 };
_Static_assert((int)TRIGGER_RISING == (int)INPUT_RISING, "one numbering, that of AT+INTMOD");

static struct {
    struct key key;
    struct trigger triggers[TRIGGERS];
    bool waits; // an interrupt that no uplink has taken over
    bool tells; // …that the present one tells
    bool level;
    uint32_t mark; // journal_mark() when AT+INTMOD was read
} inputs;

static enum input input_of(unsigned trigger)
{
    return (enum input)(INPUT_1 + trigger);
}

// ---- the key ----

static void take_gesture(enum key_gesture gesture)
{
    if (gesture == KEY_NOTHING) {
        return;
    }
    if (rest_is_on()) {
        rest_end(); // whatever it is: it is what the node waits for
    } else if (gesture == KEY_UPLINK) {
        data_request();
    } else if (gesture == KEY_SLEEP) {
        rest_begin();
    } else {
        log_flush();
        power_reset();
    }
}

// ---- interrupts ----

// A new setting counts from the next round on.
static void adopt_senses(void)
{
    char value[VALUE_SIZE];

    if (inputs.mark == journal_mark()) {
        return;
    }
    inputs.mark = journal_mark();
    value_get(SETTING_INTMOD, value); // "0,2,3"
    for (unsigned i = 0; i < TRIGGERS; i++) {
        enum trigger_sense sense = (enum trigger_sense)(value[2 * i] - '0');
        if (sense != inputs.triggers[i].sense) {
            input_set(input_of(i), (enum input_sense)sense);
            trigger_init(&inputs.triggers[i], sense, input_is_high(input_of(i)));
        }
    }
}

static void fire(bool is_high)
{
    inputs.waits = true;
    inputs.level = is_high;
    data_request();
}

static uint32_t run_triggers(uint32_t now_ms, uint8_t edges)
{
    uint32_t next_ms = UINT32_MAX;

    for (unsigned i = 0; i < TRIGGERS; i++) {
        struct trigger *trigger = &inputs.triggers[i];
        bool edge = (edges >> input_of(i) & 1) != 0;
        if (trigger_step(trigger, now_ms, edge, input_is_high(input_of(i)))) {
            fire(trigger->level);
        }
        uint32_t own_ms = trigger_next_ms(trigger, now_ms);
        next_ms = own_ms < next_ms ? own_ms : next_ms;
    }
    return next_ms;
}

void inputs_begin_uplink(void)
{
    inputs.tells = inputs.tells || inputs.waits;
    inputs.waits = false;
}

void inputs_end_uplink(void)
{
    inputs.tells = false;
}

bool inputs_interrupt(bool *is_high)
{
    *is_high = inputs.level;
    return inputs.tells;
}

// ---- both ----

void inputs_open(void)
{
    input_set(INPUT_KEY, INPUT_BOTH);
}

uint32_t inputs_run(uint32_t now_ms)
{
    adopt_senses();
    uint8_t edges = input_take_edges();
    uint32_t next_ms = run_triggers(now_ms, edges);
    take_gesture(key_step(&inputs.key, now_ms, !input_is_high(INPUT_KEY)));
    uint32_t key_ms = key_next_ms(&inputs.key, now_ms);
    return key_ms < next_ms ? key_ms : next_ms;
}
