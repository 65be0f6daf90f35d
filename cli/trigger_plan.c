// SPDX-License-Identifier: Apache-2.0
#include "cli/trigger_plan.h"

enum { FIRST_GAP_MS = 100, LAST_GAP_MS = 1000 };

void trigger_plan_uplink(struct trigger_plan *self, int64_t now_ms)
{
    self->is_open = true;
    self->uplink_ms = now_ms;
    self->due_ms = now_ms;
    self->in_window = 0;
    self->uplinks++;
}

// 100, 200, 400, 800, 1000, 1000, …
static int64_t gap_ms(unsigned sent)
{
    int64_t gap = sent < 4 ? FIRST_GAP_MS << sent : LAST_GAP_MS;

    return gap < LAST_GAP_MS ? gap : LAST_GAP_MS;
}

bool trigger_plan_take(struct trigger_plan *self, int64_t now_ms)
{
    if (self->is_open && now_ms - self->uplink_ms > TRIGGER_WINDOW_MS) {
        self->is_open = false;
    }
    if (!self->is_open || now_ms < self->due_ms) {
        return false;
    }
    self->due_ms = now_ms + gap_ms(self->in_window);
    self->in_window++;
    self->sent++;
    return true;
}

int trigger_plan_wait_ms(const struct trigger_plan *self, int64_t now_ms, int limit_ms)
{
    int64_t left_ms = self->is_open ? self->due_ms - now_ms : limit_ms;

    if (left_ms < 0) {
        return 0;
    }
    return left_ms < limit_ms ? (int)left_ms : limit_ms;
}
