// SPDX-License-Identifier: Apache-2.0
#include "node/app/seconds.h"

static struct {
    uint32_t counted_ms; // of the clock, up to which `passed_s` and `rest_ms` count
    uint32_t rest_ms;
    uint32_t passed_s;
    uint32_t reset_unix_s; // when the reset was; 0 unknown
} seconds;

uint32_t seconds_since_reset(uint32_t now_ms)
{
    seconds.rest_ms += now_ms - seconds.counted_ms;
    seconds.counted_ms = now_ms;
    seconds.passed_s += seconds.rest_ms / 1000;
    seconds.rest_ms %= 1000;
    return seconds.passed_s;
}

uint32_t seconds_rest_ms(void)
{
    return seconds.rest_ms;
}

void seconds_set_utc(uint32_t unix_s, uint32_t read_ms, uint32_t now_ms)
{
    seconds.reset_unix_s = unix_s + (now_ms - read_ms) / 1000 - seconds_since_reset(now_ms);
}

uint32_t seconds_utc(uint32_t now_ms)
{
    return seconds.reset_unix_s == 0 ? 0 : seconds.reset_unix_s + seconds_since_reset(now_ms);
}
