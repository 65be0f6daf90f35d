// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/pace.h"

#include <time.h>

enum { NS_PER_MS = 1000000 };
#define LATE_MAX_NS 50000000U

uint64_t pace_real_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

void pace_start(struct pace *self, double speed, uint64_t virtual_ns, uint64_t real_ns)
{
    self->speed = speed;
    self->virtual_start_ns = virtual_ns;
    self->real_start_ns = real_ns;
}

int pace_wait_ms(struct pace *self, uint64_t virtual_ns, uint64_t real_ns)
{
    if (self->speed <= 0) {
        return 0;
    }
    double passed = (double)(virtual_ns - self->virtual_start_ns) / self->speed;
    uint64_t due = self->real_start_ns + (uint64_t)passed;

    if (real_ns > due + LATE_MAX_NS) {
        self->real_start_ns += real_ns - due;
    }
    return due <= real_ns ? 0 : (int)((due - real_ns) / NS_PER_MS);
}
