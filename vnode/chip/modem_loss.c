// SPDX-License-Identifier: Apache-2.0
// Packets that the network loses. A datagram is gone; what TCP carries comes later and costs its bytes again, and what
// stands behind it waits, as a receiver keeps the order.
#include "vnode/chip/module.h"

enum {
    WHOLE = 1000,
    FIRST_WAIT_S =
        3, // RFC 6298 section 2 asks for 1 s at least; on a link with seconds of delay it is measured
    REPETITIONS_MAX = 5 // 93 s in all: a session's own bound ends it about then
};

static bool is_lost(struct modem *self)
{
    uint32_t per_mille = self->faults.loss_per_mille;
    bool lost = per_mille > 0 && module_draw(&self->faults.loss_random, 1, WHOLE) <= per_mille;

    self->counters.lost_packets += lost;
    return lost;
}

bool loss_takes(struct modem *self)
{
    return is_lost(self);
}

uint64_t loss_delays(struct modem *self, uint32_t *ip_bytes)
{
    uint64_t wait_s = FIRST_WAIT_S;
    uint64_t delay_s = 0;
    uint32_t once = *ip_bytes;

    for (unsigned i = 0; i < REPETITIONS_MAX && is_lost(self); i++) {
        delay_s += wait_s;
        wait_s *= 2;
        *ip_bytes += once;
    }
    return delay_s * MODULE_S;
}
