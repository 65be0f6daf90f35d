// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/supply_meter.h"

#include "vnode/soc/machine.h"

enum { SWITCH_PIN = 1 << 5 }; // PB5

void supply_meter_look(struct machine *self)
{
    struct supply_meter *meter = &self->soc.supply_meter;
    const struct gpio_pins *pins = &self->soc.gpio.port[PORT_B];
    uint64_t now_ns = machine_now_ns(self);

    meter->on_ns += meter->on ? now_ns - meter->since_ns : 0;
    meter->since_ns = now_ns;
    meter->on = self->powered && (pins->outputs & SWITCH_PIN) != 0 && (pins->odr & SWITCH_PIN) == 0;
}
