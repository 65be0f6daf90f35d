// SPDX-License-Identifier: Apache-2.0
// A node has nobody to ask: whatever goes wrong in the program itself is noted and ends in a reset.
#include "node/port/fault.h"

#include <string.h>

#include "base/contract.h"
#include "node/port/counters.h"
#include "node/port/power.h"
#include "node/stm32l0/fault_handler.h"

#define KEPT    __attribute__((section(".kept"))) // same place in both binaries, not cleared
#define WRITTEN 0x4B414E44U                       // any word that RAM after power-on does not hold

static struct {
    uint32_t magic; // WRITTEN when the rest means something
    uint32_t fresh; // 1 until it was taken
    struct fault fault;
} kept KEPT;

static void note(const char *place, uint32_t detail)
{
    size_t size = strlen(place);

    if (kept.magic != WRITTEN) {
        kept.fault.count = 0;
    }
    if (size >= FAULT_PLACE_SIZE) {
        place += size - (FAULT_PLACE_SIZE - 1);
        size = FAULT_PLACE_SIZE - 1;
    }
    memcpy(kept.fault.place, place, size);
    kept.fault.place[size] = '\0';
    kept.fault.detail = detail;
    kept.fault.count++;
    kept.fresh = 1;
    kept.magic = WRITTEN;
    counter_add(COUNTER_FAULTS);
}

void contract_failed(const char *condition, const char *file, int line)
{
    (void)condition;
    note(file, (uint32_t)line);
    power_reset();
}

void fault_at(const uint32_t *frame)
{
    enum { FRAME_PC = 6 }; // R0-R3, R12, LR, PC (ARMv6-M B1.5.6)

    note("", frame[FRAME_PC]);
    power_reset();
}

bool fault_take(struct fault *fault)
{
    if (kept.magic != WRITTEN || kept.fresh != 1) {
        return false;
    }
    kept.fresh = 0;
    *fault = kept.fault;
    return true;
}
