// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_total.h"

#include <inttypes.h>
#include <stdio.h>

#include "vnode/run/pace.h"

void prove_total_begin(struct prove_total *self)
{
    *self = (struct prove_total){.began_ns = pace_real_ns()};
}

void prove_total_add(struct prove_total *self, const struct prove_report *report)
{
    self->played++;
    self->operations += report->base->tape.count;
    self->cases += report->done;
    self->second_came += report->second_came;
    self->failed += report->failed;
}

void prove_total_print(const struct prove_total *self)
{
    double seconds = (double)(pace_real_ns() - self->began_ns) / 1e9;

    printf("total: %u scenarios, ", (unsigned)self->scenarios);
    if (self->played < self->scenarios) {
        printf("%u of them not played, ", (unsigned)(self->scenarios - self->played));
    }
    printf("%" PRIu64 " operations, %" PRIu64 " cases, ", self->operations, self->cases);
    if (self->second_came > 0) {
        printf("%" PRIu64 " with a second cut that came, ", self->second_came);
    }
    printf("%" PRIu64 " failed, %.0f s (%.1f minutes)\n", self->failed, seconds, seconds / 60);
}
