// SPDX-License-Identifier: Apache-2.0
// Whether a fault strikes, and those that strike the module as a whole.
#include "vnode/chip/modem_fault.h"

#include "vnode/chip/module.h"

enum {
    CME_DEFAULT = 100,
    CME_SIM_BUSY = 14,
    CME_SOCKET_BUSY = 568,
    LATE_MS = 2000,
    LATE_OUTCOME_MS = 45000,
    OUTAGE_LOW_S = 30,
    OUTAGE_HIGH_S = 300,
    REATTACH_LOW_S = 10,
    REATTACH_HIGH_S = 60,
    WHOLE = 100000, // per mille times percent
};

static const struct {
    const char *name;
    uint8_t weight;
    const char *help;
} kinds[MODEM_FAULTS] = {
#define MODEM_FAULT(id, name, weight, help) {name, weight, help},
#include "vnode/chip/modem_faults.def"
#undef MODEM_FAULT
};

bool modem_fault_order(struct modem_faults *self, const char *name, uint32_t times)
{
    for (unsigned i = 0; i < MODEM_FAULTS; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            self->times[i] = times;
            return true;
        }
    }
    return false;
}

void modem_fault_random(struct modem_faults *self, uint64_t seed, uint32_t per_mille)
{
    self->random = seed;
    self->random_per_mille = per_mille;
}

const char *modem_fault_name(unsigned index)
{
    return index < MODEM_FAULTS ? kinds[index].name : NULL;
}

const char *modem_fault_help(unsigned index)
{
    return index < MODEM_FAULTS ? kinds[index].help : NULL;
}

// ---- strikes ----

static bool is_ordered(struct modem_faults *faults, enum modem_fault fault)
{
    if (faults->times[fault] == 0) {
        return false;
    }
    faults->times[fault] -= faults->times[fault] != MODEM_FAULT_ALWAYS;
    return true;
}

static bool is_drawn(struct modem_faults *faults, enum modem_fault fault)
{
    uint64_t chance = (uint64_t)faults->random_per_mille * kinds[fault].weight;

    return chance > 0 && module_draw(&faults->random, 1, WHOLE) <= chance;
}

bool fault_strikes(struct modem *self, enum modem_fault fault)
{
    bool strikes = is_ordered(&self->faults, fault) || is_drawn(&self->faults, fault);

    self->counters.faults += strikes;
    return strikes;
}

bool fault_is_on(const struct modem *self, enum modem_fault fault)
{
    return self->faults.times[fault] > 0;
}

uint64_t fault_late_ns(const struct modem *self)
{
    return (self->faults.late_ms > 0 ? self->faults.late_ms : LATE_MS) * MODULE_MS;
}

uint64_t fault_late_outcome_ns(const struct modem *self)
{
    uint32_t ms = self->faults.late_outcome_ms;

    return (ms > 0 ? ms : LATE_OUTCOME_MS) * MODULE_MS;
}

enum cme fault_of_command(struct modem *self, struct span name)
{
    bool is_socket = span_starts_with(name, span_of_text("+QI"));
    bool is_mqtt = span_starts_with(name, span_of_text("+QMT"));

    if (is_mqtt && fault_is_on(self, FAULT_WRONG_IMAGE)) {
        return CME_NOT_SUPPORTED;
    }
    if (fault_strikes(self, FAULT_BUSY)) {
        return is_socket && self->variant->activates_context ? (enum cme)CME_SOCKET_BUSY
                                                             : (enum cme)CME_SIM_BUSY;
    }
    if (fault_strikes(self, FAULT_CME)) {
        return (enum cme)(self->faults.cme > 0 ? self->faults.cme : CME_DEFAULT);
    }
    return CME_NONE;
}

void fault_say_something(struct modem *self, uint64_t delay_ns)
{
    unsigned stat = network_cereg_stat(self);

    if (module_draw(&self->faults.random, 0, 1) == 0) {
        line_say_later(self, delay_ns, "+CEREG: %u,%s,%u", stat, network_cell,
                       network_technology(self));
    } else {
        line_say_later(self, delay_ns, "+CSCON: %d", self->was_connected ? 1 : 0);
    }
}

// ---- the module as a whole ----

static void lose_context(struct modem *self)
{
    if (!network_has_context(self)) {
        return;
    }
    network_lose_context(self);
    if (self->variant->activates_context) {
        line_say(self, "+QIURC: \"pdpdeact\",%u", (unsigned)self->variant->context);
        return;
    }
    self->is_attached = false; // comes back by itself
    uint64_t after_ns =
        module_draw(&self->faults.random, REATTACH_LOW_S * MODULE_S, REATTACH_HIGH_S * MODULE_S);
    module_set_timer(self, TIMER_ATTACHED, self->now_ns + after_ns);
}

static void lose_coverage(struct modem *self)
{
    self->outage_until_ns =
        self->now_ns +
        module_draw(&self->faults.random, OUTAGE_LOW_S * MODULE_S, OUTAGE_HIGH_S * MODULE_S);
    module_set_timer(self, TIMER_OUTAGE, self->outage_until_ns);
}

static bool is_on(const struct modem *self)
{
    return self->power != POWER_OFF && self->power != POWER_DOWN && self->power != POWER_STOPPING;
}

// Faults that were ordered since the last look.
void fault_poll(struct modem *self)
{
    if (!is_on(self)) {
        return;
    }
    if (is_ordered(&self->faults, FAULT_PDP_LOSS)) {
        lose_context(self);
    }
    if (is_ordered(&self->faults, FAULT_SUPPLY_DIP)) {
        self->variant->power->restart(self);
    }
    self->is_mute |= is_ordered(&self->faults, FAULT_SILENT);
}

void fault_draw_whole(struct modem *self)
{
    if (is_drawn(&self->faults, FAULT_PDP_LOSS)) {
        lose_context(self);
    }
    if (is_drawn(&self->faults, FAULT_NO_NETWORK)) {
        lose_coverage(self);
    }
    if (is_drawn(&self->faults, FAULT_SUPPLY_DIP)) {
        self->faults.times[FAULT_SUPPLY_DIP]++; // not from inside a command
    }
    if (is_drawn(&self->faults, FAULT_SILENT)) {
        self->is_mute = true;
    }
}
