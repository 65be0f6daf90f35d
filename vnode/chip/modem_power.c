// SPDX-License-Identifier: Apache-2.0
// Boot, reset, light and deep sleep. docs/modems.md 2.1, 2.2 and 6.2.
#include "vnode/chip/module.h"

enum {
    BOOT_LOW_MS = 1000, // time to RDY is unknown; 1..5 s
    BOOT_HIGH_MS = 5000,
    WAKE_LOW_MS = 1500, // one module was measured at 1.817 s
    WAKE_HIGH_MS = 2000,
    RESET_PULSE_MS = 50, // hardware design: shorter pulses are not seen
    COLD_WAKE_IN = 4,    // one wake in so many says RDY
};

// What deep sleep loses: the settings of the MQTT client and of sleep, everything under way.
static void forget_settings(struct modem *self)
{
    self->qsclk = 0;
    self->is_busy = false;
    self->new_baud = 0;
    self->after_reply = AFTER_NOTHING;
    data_leave(self);
    module_stop_timer(self, TIMER_REPLY);
    self->sockets.send_hex = false;
    self->sockets.receive_hex = false;
    qmt_config_reset(&self->session.config);
}

void power_forget(struct modem *self)
{
    network_forget(self);
    forget_settings(self);
    line_clear(self);
    for (unsigned i = 0; i < TIMERS; i++) {
        self->timer_ns[i] = UINT64_MAX;
    }
}

void power_boot(struct modem *self)
{
    power_forget(self);
    self->power = POWER_BOOTING;
    self->cfun = 0;
    self->is_registered = false;
    self->is_attached = false;
    self->out_ns = self->now_ns;
    module_set_timer(self, TIMER_POWER,
                     self->now_ns +
                         module_random(self, BOOT_LOW_MS * MODULE_MS, BOOT_HIGH_MS * MODULE_MS));
}

static void finish_boot(struct modem *self)
{
    self->power = POWER_AWAKE;
    self->activity_ns = self->now_ns;
    line_say(self, "RDY");
    self->cfun = 1;
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

void power_on_timer(struct modem *self)
{
    if (self->power == POWER_BOOTING) {
        finish_boot(self);
    } else if (self->power == POWER_WAKING) {
        finish_wake(self);
    } else if (self->power == POWER_AWAKE) {
        power_boot(self); // AT+QRST
    }
}

static void wake(struct modem *self)
{
    self->power = POWER_WAKING;
    module_set_timer(self, TIMER_POWER,
                     self->now_ns +
                         module_random(self, WAKE_LOW_MS * MODULE_MS, WAKE_HIGH_MS * MODULE_MS));
}

bool power_takes_input(struct modem *self)
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

void power_consider_sleep(struct modem *self)
{
    uint64_t at_ns = self->activity_ns + self->nvram.sleep_lock_s * MODULE_S;

    if (may_sleep_deeply(self) || may_doze(self)) {
        module_set_timer(self, TIMER_SLEEP, at_ns > self->now_ns ? at_ns : self->now_ns + 1);
    } else {
        module_stop_timer(self, TIMER_SLEEP);
    }
}

void power_on_sleep_timer(struct modem *self)
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
    forget_settings(self);
    self->is_psm = was_psm;
    self->in_size = 0;
    self->power = POWER_DEEP_SLEEP;
}

void power_on_tau_timer(struct modem *self)
{
    if (self->power == POWER_DEEP_SLEEP) {
        wake(self);
    }
}

// ---- modem.h ----

void modem_power_on(struct modem *self, uint64_t now_ns)
{
    modem_poll(self, now_ns);
    self->now_ns = now_ns;
    power_boot(self);
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
    if (!high && self->power != POWER_OFF) {
        self->reset_since_ns = now_ns;
    } else if (high && self->power != POWER_OFF && self->reset_since_ns != UINT64_MAX &&
               now_ns - self->reset_since_ns >= RESET_PULSE_MS * MODULE_MS) {
        power_boot(self);
    }
    if (high) {
        self->reset_since_ns = UINT64_MAX;
    }
}

bool modem_status_pin(const struct modem *self)
{
    (void)self;
    return true;
}
