// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/kept.h"

#include <stddef.h>

#include "node/port/counters.h"
#include "node/port/kept_log.h"

struct kept_log kept_log;

static uint32_t counts[COUNTER_COUNT];

void fake_kept_power_on(unsigned seed)
{
    unsigned char *byte = (unsigned char *)&kept_log;

    for (size_t i = 0; i < sizeof kept_log; i++) {
        seed = seed * 1664525U + 1013904223U;
        byte[i] = (unsigned char)(seed >> 24);
    }
    counters_clear();
}

void counter_add(enum counter counter)
{
    counts[counter]++;
}

uint32_t counter_read(enum counter counter)
{
    return counts[counter];
}

void counters_clear(void)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        counts[i] = 0;
    }
}
