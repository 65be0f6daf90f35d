// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/progress.h"

void progress_begin(struct progress *self, uint32_t done, uint32_t total)
{
    *self = (struct progress){.done = done, .total = total, .is_stale = done > 0};
}

// A device that goes on behind what is known has the chunks before: it asks for them in order.
static bool is_beyond(const struct progress *self, uint32_t index)
{
    return index > self->done && (self->is_stale || index - self->done >= PROGRESS_AHEAD);
}

bool progress_note(struct progress *self, uint32_t index, uint32_t total)
{
    bool again = index == 0 && total > 1 && self->done == total;

    if (again || self->total != total) {
        progress_begin(self, 0, total);
    }
    if (is_beyond(self, index)) {
        progress_begin(self, index, total);
    }
    self->is_stale = false;
    if (index < self->done || (self->ahead >> (index - self->done) & 1) != 0) {
        return false;
    }
    self->ahead |= 1ULL << (index - self->done);
    while ((self->ahead & 1) != 0) {
        self->ahead >>= 1;
        self->done++;
    }
    return true;
}
