// SPDX-License-Identifier: Apache-2.0
#include "base/backoff.h"

static const uint32_t steps_ms[] = {5000, 15000, 45000};

enum { STEP_COUNT = sizeof steps_ms / sizeof steps_ms[0] };

// One round of a multiplicative hash: neighbouring serial numbers must not wait alike.
static uint32_t scatter(uint32_t seed, unsigned attempt)
{
    uint32_t mixed = (seed + attempt) * 2654435761U;

    return mixed ^ mixed >> 15;
}

uint32_t backoff_ms(unsigned attempt, uint32_t seed)
{
    uint32_t step = steps_ms[attempt < STEP_COUNT ? attempt : STEP_COUNT - 1];
    uint32_t spread = scatter(seed, attempt) % (step / 2 + 1);

    return step - step / 4 + spread;
}
