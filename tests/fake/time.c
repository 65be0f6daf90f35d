// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/time.h"

#include "node/port/clock.h"
#include "node/port/power.h"
#include "node/port/watchdog.h"

static uint32_t clock_ms;
static unsigned feeds;

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
}

void watchdog_feed(void)
{
    feeds++;
}
