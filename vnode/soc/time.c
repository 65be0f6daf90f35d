// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/time.h"

#include "vnode/soc/machine.h"

uint64_t time_periods(uint64_t ns, uint32_t hz)
{
    return ns / NS_PER_S * hz + ns % NS_PER_S * hz / NS_PER_S;
}

uint64_t time_of_periods(uint64_t periods, uint32_t hz)
{
    return periods / hz * NS_PER_S + (periods % hz * NS_PER_S + hz - 1) / hz;
}

uint64_t time_now_ns(const struct machine *self)
{
    const struct timebase *time = &self->soc.time;

    if (time->in_event) {
        return time->event_ns;
    }
    uint64_t cycles = self->cpu.cycles - time->base_cycle;
    return time->base_ns + cycles / time->hz * NS_PER_S + cycles % time->hz * NS_PER_S / time->hz;
}

uint64_t time_cycle_at(const struct machine *self, uint64_t ns)
{
    const struct timebase *time = &self->soc.time;

    if (ns == TIME_NEVER) {
        return UINT64_MAX;
    }
    if (ns <= time->base_ns) {
        return time->base_cycle;
    }
    uint64_t ahead_ns = ns - time->base_ns;
    return time->base_cycle + ahead_ns / NS_PER_S * time->hz +
           (ahead_ns % NS_PER_S * time->hz + NS_PER_S - 1) / NS_PER_S;
}

static bool runs(const struct machine *self, unsigned event)
{
    if (!self->soc.time.stopped) {
        return true;
    }
    switch (event) {
    case EVENT_UNTIL:
    case EVENT_CUT:
    case EVENT_WEAK:
    case EVENT_RTC:
    case EVENT_IWDG:
        return true;
    case EVENT_LPTIM:
        return lptim_runs_in_stop(self);
    default:
        return false;
    }
}

static unsigned first_due(const struct machine *self)
{
    unsigned first = EVENT_UNTIL; // runs always

    for (unsigned i = 0; i < SOC_EVENTS; i++) {
        if (self->soc.time.due[i] < self->soc.time.due[first] && runs(self, i)) {
            first = i;
        }
    }
    return first;
}

static void reschedule(struct machine *self)
{
    cpu_schedule(&self->cpu, time_cycle_at(self, self->soc.time.due[first_due(self)]));
}

static void rebase(struct machine *self, uint64_t ns, uint32_t hz)
{
    self->soc.time.base_ns = ns;
    self->soc.time.base_cycle = self->cpu.cycles;
    self->soc.time.hz = hz;
    nvm_clock_changed(self);
    reschedule(self);
}

void time_restart(struct machine *self, uint32_t hz)
{
    struct timebase *time = &self->soc.time;
    uint64_t now_ns = time_now_ns(self);

    for (unsigned i = EVENT_CUT + 1; i < SOC_EVENTS; i++) {
        time->due[i] = TIME_NEVER;
    }
    time->stopped = false;
    rebase(self, now_ns, hz);
}

void time_set_hz(struct machine *self, uint32_t hz)
{
    if (hz != self->soc.time.hz) {
        rebase(self, time_now_ns(self), hz);
    }
}

void time_due(struct machine *self, enum soc_event event, uint64_t ns)
{
    self->soc.time.due[event] = ns;
    if (ns != TIME_NEVER && !self->soc.time.in_event) {
        cpu_schedule(&self->cpu, time_cycle_at(self, ns));
    }
}

uint64_t time_next_ns(const struct machine *self)
{
    uint64_t next_ns = TIME_NEVER;

    for (unsigned i = 0; i < SOC_EVENTS; i++) {
        if (i != EVENT_WEAK && self->soc.time.due[i] < next_ns && runs(self, i)) {
            next_ns = self->soc.time.due[i];
        }
    }
    return next_ns;
}

void time_serve(struct machine *self)
{
    struct timebase *time = &self->soc.time;
    uint64_t now_ns = time_now_ns(self);

    while (self->soc.request != SOC_CUT) {
        unsigned event = first_due(self);
        if (time->due[event] > now_ns) {
            break;
        }
        time->event_ns = time->due[event];
        time->due[event] = TIME_NEVER;
        time->in_event = true;
        soc_serve(self, (enum soc_event)event);
        time->in_event = false;
    }
    reschedule(self);
}

static void book(struct machine *self, uint64_t to_ns)
{
    struct time_spent *spent = &self->soc.time.spent;
    uint64_t ns = to_ns - time_now_ns(self);

    if (!self->powered) {
        spent->off_ns += ns;
    } else if (self->soc.time.stopped) {
        spent->stop_ns += ns;
        spent->stop_hsi_ns += rcc_hsi_stays_on(self) ? ns : 0;
    } else {
        spent->sleep_ns += ns;
        spent->sleep_cycles += time_cycle_at(self, to_ns) - self->cpu.cycles;
    }
}

void time_jump(struct machine *self, uint64_t to_ns)
{
    uint64_t *weak_ns = &self->soc.time.due[EVENT_WEAK];

    if (to_ns <= time_now_ns(self)) {
        return;
    }
    if (*weak_ns < to_ns) { // nobody reads while the board sleeps
        *weak_ns = to_ns;
    }
    book(self, to_ns);
    if (self->soc.time.stopped || !self->powered) {
        rebase(self, to_ns, self->soc.time.hz);
    } else {
        self->cpu.cycles = time_cycle_at(self, to_ns);
    }
}

void time_stall(struct machine *self, uint64_t ns)
{
    uint64_t cycle = time_cycle_at(self, ns);

    cpu_stall(&self->cpu, cycle);
    if (self->cpu.cycles < cycle &&
        self->soc.request != SOC_CUT) { // a bound must not cut an access
        self->cpu.cycles = cycle;
    }
}

void time_enter_stop(struct machine *self)
{
    uint64_t now_ns = time_now_ns(self);

    self->soc.time.stopped = true;
    rebase(self, now_ns, self->soc.time.hz);
}

void time_leave_stop(struct machine *self, uint64_t entered_ns, uint32_t hz)
{
    struct timebase *time = &self->soc.time;
    uint64_t now_ns = time_now_ns(self);

    for (unsigned i = 0; i < SOC_EVENTS; i++) {
        if (!runs(self, i) && time->due[i] != TIME_NEVER) {
            time->due[i] += now_ns - entered_ns;
        }
    }
    time->stopped = false;
    rebase(self, now_ns, hz);
}
