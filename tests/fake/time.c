// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/time.h"

#include <stddef.h>

#include "node/port/clock.h"
#include "node/port/power.h"
#include "node/port/watchdog.h"

static uint32_t clock_ms;
static unsigned feeds;
static struct {
    jmp_buf *reset;
    uint32_t period_ms;
    uint32_t fed_ms;
} dog;

void fake_time_set(uint32_t now_ms)
{
    clock_ms = now_ms;
}

void fake_time_pass(uint32_t duration_ms)
{
    clock_ms += duration_ms;
}

unsigned fake_watchdog_feeds(void)
{
    return feeds;
}

void fake_watchdog_arm(jmp_buf *reset, uint32_t period_ms)
{
    dog.reset = reset;
    dog.period_ms = period_ms;
    dog.fed_ms = clock_ms;
}

uint32_t clock_now_ms(void)
{
    return clock_ms;
}

void clock_wait_us(uint32_t duration_us)
{
    clock_ms += duration_us / 1000;
}

void power_wait_for_event(uint32_t duration_ms)
{
    clock_ms += duration_ms;
    if (dog.reset != NULL && clock_ms - dog.fed_ms >= dog.period_ms) {
        longjmp(*dog.reset, 1);
    }
}

void watchdog_feed(void)
{
    feeds++;
    dog.fed_ms = clock_ms;
}
