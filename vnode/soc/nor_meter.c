// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/nor_meter.h"

#include "vnode/soc/machine.h"

enum { CS_PIN = 1 << 0 }; // PH0

static enum nor_draw draw_at_rest(const struct machine *self)
{
    if (!self->powered || self->nor.part == NULL) {
        return NOR_DRAW_NOTHING;
    }
    if (self->nor.sleeping) {
        return NOR_DRAW_DEEP;
    }
    if ((self->soc.gpio.port[PORT_H].outputs & CS_PIN) == 0) {
        return NOR_DRAW_FLOATING;
    }
    return self->nor.selected ? NOR_DRAW_SELECTED : NOR_DRAW_STANDBY;
}

// The end of the chip's own work, as far as it lies in what is being booked.
static uint64_t work_end_ns(const struct machine *self, uint64_t now_ns)
{
    const struct nor_work *work = &self->nor.work;
    uint64_t begun_ns = self->soc.nor_meter.since_ns;

    if (!self->powered || work->kind == NOR_NOTHING || work->end_ns <= begun_ns) {
        return begun_ns;
    }
    return work->end_ns < now_ns ? work->end_ns : now_ns;
}

void nor_meter_book(struct machine *self)
{
    struct nor_meter *meter = &self->soc.nor_meter;
    uint64_t now_ns = machine_now_ns(self);
    uint64_t worked_ns = work_end_ns(self, now_ns);
    bool erases = self->nor.work.kind == NOR_ERASE;

    meter->ns[erases ? NOR_DRAW_ERASE : NOR_DRAW_PROGRAM] += worked_ns - meter->since_ns;
    meter->ns[draw_at_rest(self)] += now_ns - worked_ns;
    meter->since_ns = now_ns;
}
