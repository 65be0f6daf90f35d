// SPDX-License-Identifier: Apache-2.0
#include "node/core/trigger.h"

void trigger_init(struct trigger *self, enum trigger_sense sense, bool high)
{
    *self = (struct trigger){.sense = sense, .level = high};
}

// The level at rest is not noted by falling and rising edges: the way back is not watched.
static bool counts(const struct trigger *self, bool high)
{
    switch (self->sense) {
    case TRIGGER_BOTH:
        return high != self->level;
    case TRIGGER_FALLING:
        return !high;
    case TRIGGER_RISING:
        return high;
    case TRIGGER_OFF:
    default:
        return false;
    }
}

bool trigger_step(struct trigger *self, uint32_t now_ms, bool edge, bool high)
{
    if (edge) {
        self->waits = true;
        self->edge_ms = now_ms;
    }
    if (!self->waits || now_ms - self->edge_ms < TRIGGER_SETTLE_MS) {
        return false;
    }
    self->waits = false;
    bool fires = counts(self, high);
    self->level = high;
    return fires;
}

uint32_t trigger_next_ms(const struct trigger *self, uint32_t now_ms)
{
    uint32_t passed_ms = now_ms - self->edge_ms;

    if (!self->waits) {
        return UINT32_MAX;
    }
    return passed_ms < TRIGGER_SETTLE_MS ? TRIGGER_SETTLE_MS - passed_ms : 0;
}
