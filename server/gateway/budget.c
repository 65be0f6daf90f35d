// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/budget.h"

void budget_init(struct budget *self, struct budget_rule rule, int64_t now_ms)
{
    *self = (struct budget){.bytes = rule.burst_bytes, .at_ms = now_ms};
}

bool budget_allows(struct budget *self, struct budget_rule rule, int64_t now_ms)
{
    int64_t earned = (now_ms - self->at_ms) * rule.bytes_per_s / 1000;

    if (earned > 0) { // else the fraction keeps waiting in at_ms
        self->bytes += earned;
        self->at_ms = now_ms;
    }
    if (self->bytes > rule.burst_bytes) {
        self->bytes = rule.burst_bytes;
    }
    return self->bytes > 0;
}

void budget_spend(struct budget *self, uint32_t bytes)
{
    self->bytes -= bytes;
}
