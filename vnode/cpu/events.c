// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/events.h"

#include <stdarg.h>
#include <stdio.h>

#include "vnode/cpu/exceptions.h"
#include "vnode/cpu/systick.h"

enum {
    SCR_SLEEPDEEP = 1 << 2,
    SCR_SEVONPEND = 1 << 4,
};

void cpu_schedule(struct cpu *self, uint64_t cycle)
{
    if (cycle < self->next_event) {
        self->next_event = cycle;
    }
    if (cycle < self->deadline) {
        self->deadline = cycle;
    }
}

void cpu_pend(struct cpu *self, unsigned number)
{
    uint64_t bit = (uint64_t)1 << number;

    if ((self->pending & bit) == 0 && (self->scr & SCR_SEVONPEND) != 0) {
        self->event = true;
    }
    self->pending |= bit;
    exceptions_check(self);
}

void cpu_unpend(struct cpu *self, unsigned number)
{
    self->pending &= ~((uint64_t)1 << number);
}

void cpu_set_line(struct cpu *self, unsigned irq, bool high)
{
    uint32_t bit = (uint32_t)1 << irq;

    if (!high) {
        self->lines &= ~bit;
        return;
    }
    self->lines |= bit;
    if ((self->active >> (CPU_IRQ0 + irq) & 1) == 0) {
        cpu_pend(self, CPU_IRQ0 + irq);
    }
}

void cpu_signal_event(struct cpu *self)
{
    self->event = true;
    exceptions_check(self);
}

void cpu_request_stop(struct cpu *self, enum cpu_stop stop)
{
    if (self->stop == CPU_RUNNING) {
        self->stop = stop;
    }
    self->deadline = 0;
}

FORMAT_LIKE_PRINTF(2, 0)
static void describe(struct cpu *self, const char *format, va_list arguments)
{
    if (self->stop != CPU_STOP_MISUSE) {
        vsnprintf(self->misuse, sizeof self->misuse, format, arguments);
    }
}

void events_describe(struct cpu *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    describe(self, format, arguments);
    va_end(arguments);
}

void cpu_misuse(struct cpu *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    describe(self, format, arguments);
    va_end(arguments);
    cpu_request_stop(self, CPU_STOP_MISUSE);
}

void events_bus_was_busy(struct cpu *self)
{
    if (self->stop != CPU_RUNNING) {
        self->deadline = 0;
    } else if (self->next_event < self->deadline) {
        self->deadline = self->next_event;
    }
}

static bool is_deeply_asleep(const struct cpu *self)
{
    return self->sleeping && (self->scr & SCR_SLEEPDEEP) != 0;
}

static void run_events(struct cpu *self)
{
    self->next_event = UINT64_MAX;
    if (!is_deeply_asleep(self)) {
        systick_update(self);
    }
    bus_event(self);
}

void cpu_stall(struct cpu *self, uint64_t cycle)
{
    while (self->cycles < cycle && self->stop == CPU_RUNNING) {
        if (self->next_event > cycle) {
            self->cycles = cycle;
            break;
        }
        if (self->cycles < self->next_event) {
            self->cycles = self->next_event;
        }
        run_events(self);
    }
    events_bus_was_busy(self);
}

static void sleep_now(struct cpu *self, bool for_event)
{
    self->sleeping = true;
    self->sleeping_for_event = for_event;
    self->sleep_since = self->cycles;
    exceptions_check(self);
}

void events_wait_for_interrupt(struct cpu *self)
{
    sleep_now(self, false);
}

void events_wait_for_event(struct cpu *self)
{
    if (self->event) {
        self->event = false;
    } else {
        sleep_now(self, true);
    }
}

// SysTick stands while its clock does.
static void wake(struct cpu *self)
{
    if (is_deeply_asleep(self)) {
        systick_freeze(self, self->cycles - self->sleep_since);
    }
    self->sleeping = false;
    systick_update(self);
}

// WFI ends for what would preempt if PRIMASK were clear, WFE for what does or for an event (B1.5.17, B1.5.18).
static bool wakes(const struct cpu *self, unsigned number)
{
    bool with_primask = self->sleeping_for_event;

    if (self->sleeping_for_event && self->event) {
        return true;
    }
    return number != 0 &&
           exceptions_priority(self, number) < exceptions_running_priority(self, with_primask);
}

static void look_at_exceptions(struct cpu *self)
{
    unsigned number = exceptions_best_pending(self);

    self->check_exceptions = false;
    if (self->sleeping && wakes(self, number)) {
        self->event = self->event && !self->sleeping_for_event;
        wake(self);
    }
    if (number != 0 &&
        exceptions_priority(self, number) < exceptions_running_priority(self, true)) {
        exceptions_enter(self, number);
    }
}

bool events_attend(struct cpu *self)
{
    self->wait.phase = CPU_WAIT_NONE;
    if (self->cycles >= self->next_event) {
        run_events(self);
    }
    if (self->stop == CPU_RUNNING && !self->thumb) {
        exceptions_fault(self, "not in Thumb state at", self->r[15], self->r[15]);
    }
    if (self->stop == CPU_RUNNING && self->check_exceptions) {
        look_at_exceptions(self);
    }
    self->deadline = self->check_exceptions || !self->thumb ? 0 : self->next_event;
    if (self->stop == CPU_RUNNING && self->sleeping) {
        self->stop = CPU_STOP_SLEEPING;
    }
    return self->stop == CPU_RUNNING;
}
