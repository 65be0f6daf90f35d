// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/systick.h"

enum {
    ENABLE = 1 << 0,
    TICKINT = 1 << 1,
    CLKSOURCE = 1 << 2,
    COUNTFLAG = 1 << 16,
    WRITABLE = ENABLE | TICKINT | CLKSOURCE,
    EXTERNAL_DIVIDER = 8, // the external clock of an STM32L0 is HCLK / 8 (RM0376 7.2)
};

static bool is_on(const struct cpu *self)
{
    return (self->systick_control & ENABLE) != 0;
}

static uint64_t cycles_per_tick(const struct cpu *self)
{
    return (self->systick_control & CLKSOURCE) != 0 ? 1 : EXTERNAL_DIVIDER;
}

// Lets the counter run from `value` at cycle `at`; from 0 it is loaded by the first tick.
static void start(struct cpu *self, uint32_t value, uint64_t at)
{
    uint64_t ticks = value;

    self->systick_loaded = self->systick_reload;
    if (value == 0) {
        ticks = (uint64_t)self->systick_reload + 1;
    } else if (value > self->systick_loaded) {
        self->systick_loaded = value;
    }
    // A reload value of 0 keeps the counter at 0 (B3.3.4).
    self->systick_zero_at =
        value == 0 && self->systick_reload == 0 ? UINT64_MAX : at + ticks * cycles_per_tick(self);
}

static void reach_zero(struct cpu *self)
{
    uint64_t round = ((uint64_t)self->systick_reload + 1) * cycles_per_tick(self);
    uint64_t missed = (self->cycles - self->systick_zero_at) / round;

    self->systick_control |= COUNTFLAG;
    if ((self->systick_control & TICKINT) != 0) {
        cpu_pend(self, CPU_SYSTICK);
    }
    start(self, 0, self->systick_zero_at + missed * round);
}

void systick_update(struct cpu *self)
{
    if (!is_on(self)) {
        return;
    }
    if (self->cycles >= self->systick_zero_at) {
        reach_zero(self);
    }
    cpu_schedule(self, self->systick_zero_at);
}

void systick_freeze(struct cpu *self, uint64_t cycles)
{
    if (is_on(self) && self->systick_zero_at != UINT64_MAX) {
        self->systick_zero_at += cycles;
    }
}

static uint32_t value_now(const struct cpu *self)
{
    uint64_t tick = cycles_per_tick(self);
    uint64_t ticks_left;

    if (!is_on(self)) {
        return self->systick_value;
    }
    if (self->systick_zero_at == UINT64_MAX) {
        return 0;
    }
    ticks_left = (self->systick_zero_at - self->cycles + tick - 1) / tick;
    // One more than the round began with: zero, and not yet loaded.
    return ticks_left > self->systick_loaded ? 0 : (uint32_t)ticks_left;
}

uint32_t systick_read_control(struct cpu *self)
{
    uint32_t value;

    systick_update(self);
    value = self->systick_control;
    self->systick_control &= ~(uint32_t)COUNTFLAG;
    return value;
}

void systick_write_control(struct cpu *self, uint32_t value)
{
    systick_update(self);
    self->systick_value = value_now(self);
    self->systick_control &= ~(uint32_t)WRITABLE;
    self->systick_control |= value & WRITABLE;
    if (is_on(self)) {
        start(self, self->systick_value, self->cycles);
        systick_update(self);
    }
}

void systick_write_reload(struct cpu *self, uint32_t value)
{
    systick_update(self);
    self->systick_reload = value & 0x00FFFFFFU;
    if (is_on(self) && self->systick_zero_at == UINT64_MAX) {
        start(self, 0, self->cycles);
        systick_update(self);
    }
}

uint32_t systick_read_value(struct cpu *self)
{
    systick_update(self);
    return value_now(self);
}

void systick_clear_value(struct cpu *self)
{
    systick_update(self);
    self->systick_control &= ~(uint32_t)COUNTFLAG;
    self->systick_value = 0;
    if (is_on(self)) {
        start(self, 0, self->cycles);
        systick_update(self);
    }
}
