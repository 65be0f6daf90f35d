// SPDX-License-Identifier: Apache-2.0
// What lies at the end of RAM, at the same place in both binaries, and is not cleared at a start.
#include "node/port/counters.h"
#include "node/port/kept_log.h"

#define KEPT    __attribute__((section(".kept_more")))
#define WRITTEN (0x434E5452U + COUNTER_COUNT) // another set of counters begins anew

struct kept_log kept_log KEPT;

static struct {
    uint32_t magic;
    uint32_t counts[COUNTER_COUNT];
    uint32_t check; // a sum: RAM after power-on may hold the magic of an earlier life
} kept KEPT;

static uint32_t sum(void)
{
    uint32_t total = ~kept.magic;

    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        total += kept.counts[i];
    }
    return total;
}

void counters_clear(void)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        kept.counts[i] = 0;
    }
    kept.magic = WRITTEN;
    kept.check = sum();
}

static void begin_anew_unless_whole(void)
{
    if (kept.magic != WRITTEN || kept.check != sum()) {
        counters_clear();
    }
}

void counter_add(enum counter counter)
{
    begin_anew_unless_whole();
    kept.counts[counter] += kept.counts[counter] != UINT32_MAX;
    kept.check = sum();
}

uint32_t counter_read(enum counter counter)
{
    begin_anew_unless_whole();
    return kept.counts[counter];
}
