// SPDX-License-Identifier: Apache-2.0
// The BC660K-GL boots when it is supplied, is reset by a pulse, and sleeps lightly or deeply. docs/modems.md.
#include "vnode/chip/module.h"

enum {
    BOOT_LOW_MS = 1000, // time to RDY is unknown; 1..5 s
    BOOT_HIGH_MS = 5000,
    WAKE_LOW_MS = 1500, // one module was measured at 1.817 s
    WAKE_HIGH_MS = 2000,
    SLOW_WAKE_MS = 2500,
    RESET_PULSE_MS = 50, // hardware design: shorter pulses are not seen
    COLD_WAKE_IN = 4,    // one wake in so many says RDY
};

static void boot(struct modem *self)
{
    power_boot(self, BOOT_LOW_MS, BOOT_HIGH_MS);
}

static void finish_boot(struct modem *self)
{
    power_start_network(self);
    line_say(self, "RDY");
    network_start(self);
}

static void finish_wake(struct modem *self)
{
    bool is_cold = module_random(self, 1, COLD_WAKE_IN) == 1;

    self->power = POWER_AWAKE;
    self->activity_ns = self->now_ns;
    line_put(self, span_of_text("\r\n"));
    if (is_cold) {
        line_say(self, "RDY");
    }
    if (self->nvram.sleep_events) {
        line_say(self, "EXIT DEEPSLEEP");
    }
    if (self->is_psm && self->nvram.psm_events) {
        line_say(self, "+QNBIOTEVENT: \"EXIT PSM\"");
    }
    self->is_psm = false;
}

static void on_timer(struct modem *self)
{
    if (self->power == POWER_BOOTING) {
        finish_boot(self);
    } else if (self->power == POWER_WAKING) {
        finish_wake(self);
    } else if (self->power == POWER_AWAKE) {
        boot(self); // AT+QRST
    }
}

static void wake(struct modem *self)
{
    uint64_t slow_ns = fault_strikes(self, FAULT_SLOW_WAKE) ? SLOW_WAKE_MS * MODULE_MS : 0;

    self->power = POWER_WAKING;
    module_set_timer(self, TIMER_POWER,
                     slow_ns + self->now_ns +
                         module_random(self, WAKE_LOW_MS * MODULE_MS, WAKE_HIGH_MS * MODULE_MS));
}

static bool takes_input(struct modem *self)
{
    switch (self->power) {
    case POWER_AWAKE:
        return false;
    case POWER_LIGHT_SLEEP:
        self->power = POWER_AWAKE;
        break;
    case POWER_DEEP_SLEEP:
        if (self->nvram.wake_by_line) {
            wake(self);
        }
        break;
    case POWER_OFF:
    case POWER_DOWN:
    case POWER_STOPPING:
    case POWER_BOOTING:
    case POWER_WAKING:
    default:
        break;
    }
    return true;
}

// ---- sleep ----

static bool is_at_rest(const struct modem *self)
{
    return self->power == POWER_AWAKE && !self->is_busy && self->out_count == 0 &&
           self->later_count == 0 && self->data.mode == DATA_NONE;
}

static bool may_sleep_deeply(const struct modem *self)
{
    return is_at_rest(self) && self->qsclk == 1 && (self->cfun == 0 || self->is_psm);
}

static bool may_doze(const struct modem *self)
{
    return is_at_rest(self) && self->qsclk != 0 &&
           !link_radio_is_connected(&self->radio, self->now_ns);
}

static void consider_sleep(struct modem *self)
{
    uint64_t at_ns = self->activity_ns + self->nvram.sleep_lock_s * MODULE_S;

    if (may_sleep_deeply(self) || may_doze(self)) {
        module_set_timer(self, TIMER_SLEEP, at_ns > self->now_ns ? at_ns : self->now_ns + 1);
    } else {
        module_stop_timer(self, TIMER_SLEEP);
    }
}

static void on_sleep_timer(struct modem *self)
{
    if (!may_sleep_deeply(self)) {
        self->power = may_doze(self) ? POWER_LIGHT_SLEEP : self->power;
        return;
    }
    if (self->nvram.sleep_events) {
        line_say(self, "ENTER DEEPSLEEP");
    }
    bool was_psm = self->is_psm;
    network_forget(self);
    power_forget_settings(self);
    self->is_psm = was_psm;
    self->in_size = 0;
    self->power = POWER_DEEP_SLEEP;
}

static void on_tau_timer(struct modem *self)
{
    if (self->power == POWER_DEEP_SLEEP) {
        wake(self);
    }
}

// ---- pins ----

static void on_pin(struct modem *self, bool high)
{
    uint64_t held_ns = self->now_ns - self->pin_since_ns;
    bool was_held = self->pin_since_ns != UINT64_MAX && held_ns >= RESET_PULSE_MS * MODULE_MS;

    if (high && was_held) {
        boot(self);
    }
    self->pin_since_ns = high ? UINT64_MAX : self->now_ns;
}

static bool status_pin(const struct modem *self)
{
    (void)self;
    return true; // not wired
}

const struct power_style bc660k_power = {
    .supply = boot,
    .restart = boot,
    .pin = on_pin,
    .status = status_pin,
    .on_timer = on_timer,
    .takes_input = takes_input,
    .consider_sleep = consider_sleep,
    .on_sleep_timer = on_sleep_timer,
    .on_tau_timer = on_tau_timer,
};
