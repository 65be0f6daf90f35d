// SPDX-License-Identifier: Apache-2.0
// What every module does when it starts anew; how it is switched and how it sleeps is each one's own (bc660k_power.c,
// bg95_power.c).
#include "vnode/chip/module.h"

void power_forget_settings(struct modem *self)
{
    self->qsclk = 0;
    self->is_busy = false;
    self->new_baud = 0;
    self->after_reply = AFTER_NOTHING;
    data_leave(self);
    module_stop_timer(self, TIMER_REPLY);
    self->sockets.send_hex = false;
    self->sockets.receive_hex = false;
    qmt_config_reset(self);
}

void power_forget(struct modem *self)
{
    self->is_mute = false;
    network_forget(self);
    power_forget_settings(self);
    line_clear(self);
    self->is_registered = false;
    self->is_attached = false;
    self->cfun = 0;
    for (unsigned i = 0; i < TIMERS; i++) {
        self->timer_ns[i] = UINT64_MAX;
    }
}

void power_boot(struct modem *self, uint64_t low_ms, uint64_t high_ms)
{
    power_forget(self);
    self->power = POWER_BOOTING;
    self->out_ns = self->now_ns;
    module_set_timer(self, TIMER_POWER,
                     self->now_ns + module_random(self, low_ms * MODULE_MS, high_ms * MODULE_MS));
}

void power_start_network(struct modem *self)
{
    self->power = POWER_AWAKE;
    self->activity_ns = self->now_ns;
    self->cfun = 1;
}

// ---- modem.h ----

void modem_power_on(struct modem *self, uint64_t now_ns)
{
    modem_poll(self, now_ns);
    self->now_ns = now_ns;
    self->variant->power->supply(self);
}

void modem_power_off(struct modem *self, uint64_t now_ns)
{
    modem_poll(self, now_ns);
    self->now_ns = now_ns;
    power_forget(self);
    self->power = POWER_OFF;
}

void modem_pin(struct modem *self, bool high, uint64_t now_ns)
{
    modem_poll(self, now_ns);
    self->now_ns = now_ns;
    if (self->power != POWER_OFF) {
        self->variant->power->pin(self, high);
    }
}

bool modem_has_key(const struct modem *self)
{
    return self->variant->power->on_key_timer != NULL;
}

bool modem_status_pin(const struct modem *self)
{
    return self->variant->power->status(self);
}
