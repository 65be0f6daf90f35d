// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/patience.h"

enum { NS_PER_MS = 1000000 };

uint64_t patience_look_ms(struct patience *self, uint64_t real_ns)
{
    uint64_t passed_ns = real_ns - self->seen_ns;

    self->sum_ns += passed_ns < PATIENCE_STEP_NS ? passed_ns : PATIENCE_STEP_NS;
    self->seen_ns = real_ns;
    return self->sum_ns / NS_PER_MS;
}
