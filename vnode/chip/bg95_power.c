// SPDX-License-Identifier: Apache-2.0
// The BG95-M2 is switched by its key (PWRKEY) or AT+QPOWD and shows on STATUS whether it is on. Times: BG95 Hardware
// Design, power-on and power-off; docs/modems.md. Its sleep needs MAIN_DTR, which the board does not wire, and its PSM
// is not emulated.
#include "vnode/chip/module.h"

enum {
    KEY_ON_MS = 500,
    KEY_OFF_MS = 650,
    ON_LOW_MS = 2000 - KEY_ON_MS, // STATUS, counted from the press
    ON_HIGH_MS = 2500 - KEY_ON_MS,
    RESTART_LOW_MS = 2000, // AT+CFUN=1,1
    RESTART_HIGH_MS = 4000,
    URC_SPREAD_MS = 4000, // the boot's lines come within it, in any order
    STOP_LOW_MS = 1300,   // until POWERED DOWN; the manual allows 65 s
    STOP_HIGH_MS = 8000,
    STATUS_DROP_MS = 100, // from POWERED DOWN to STATUS
};

static void supply(struct modem *self)
{
    power_forget(self);
    self->power = POWER_DOWN;
    self->pin_since_ns = UINT64_MAX;
}

// ---- on ----

static const struct {
    const char *text;
    unsigned one_in; // so often it is missing; 0 = never
} boot_lines[] = {
    {"RDY", 8},          {"APP RDY", 4},   {"+CFUN: 1", 4},
    {"+CPIN: READY", 4}, {"+QUSIM: 1", 4}, {"+QIND: SMS DONE", 4},
};

static void say_boot_lines(struct modem *self)
{
    for (unsigned i = 0; i < sizeof boot_lines / sizeof boot_lines[0]; i++) {
        bool is_missing =
            boot_lines[i].one_in > 0 && module_random(self, 1, boot_lines[i].one_in) == 1;
        uint64_t delay_ns = module_random(self, 0, URC_SPREAD_MS * MODULE_MS);
        if (!is_missing) {
            line_say_later(self, delay_ns, "%s", boot_lines[i].text);
        }
    }
}

static void restart(struct modem *self)
{
    self->nvram = self->saved; // what AT&W did not keep is lost
    power_boot(self, RESTART_LOW_MS, RESTART_HIGH_MS);
}

static void switch_on(struct modem *self)
{
    self->nvram = self->saved;
    power_boot(self, ON_LOW_MS, ON_HIGH_MS);
}

// ---- off ----

void bg95_switch_off(struct modem *self)
{
    power_forget(self);
    self->power = POWER_STOPPING;
    self->is_powered_down = false;
    module_set_timer(self, TIMER_POWER,
                     self->now_ns +
                         module_random(self, STOP_LOW_MS * MODULE_MS, STOP_HIGH_MS * MODULE_MS));
}

static void go_on_stopping(struct modem *self)
{
    if (self->is_powered_down) {
        supply(self);
        return;
    }
    line_put(self, span_of_text("\r\nPOWERED DOWN\r\n"));
    self->is_powered_down = true;
    module_set_timer(self, TIMER_POWER, self->now_ns + STATUS_DROP_MS * MODULE_MS);
}

static void on_timer(struct modem *self)
{
    if (self->power == POWER_BOOTING) {
        power_start_network(self);
        say_boot_lines(self);
        network_start(self);
    } else if (self->power == POWER_STOPPING) {
        go_on_stopping(self);
    } else if (self->after_reply == AFTER_POWER_DOWN) {
        bg95_switch_off(self);
    } else {
        restart(self);
    }
}

// ---- pins ----

// The key acts once it has been held long enough, and once a press.
static void on_key_timer(struct modem *self)
{
    if (self->power == POWER_DOWN) {
        switch_on(self);
    } else if (self->power == POWER_AWAKE) {
        bg95_switch_off(self);
    }
}

static void on_pin(struct modem *self, bool high)
{
    uint64_t needed_ms = self->power == POWER_DOWN ? KEY_ON_MS : KEY_OFF_MS;

    if (!high) {
        module_stop_timer(self, TIMER_KEY);
    } else if (self->timer_ns[TIMER_KEY] == UINT64_MAX) {
        module_set_timer(self, TIMER_KEY, self->now_ns + needed_ms * MODULE_MS);
    }
}

// Inverted on its way to the MCU: low = on.
static bool status_pin(const struct modem *self)
{
    return self->power == POWER_OFF || self->power == POWER_DOWN || self->power == POWER_BOOTING;
}

static bool takes_input(struct modem *self)
{
    bool goes_down = !self->is_busy && self->after_reply == AFTER_POWER_DOWN;

    return self->power != POWER_AWAKE || goes_down;
}

static void nothing(struct modem *self)
{
    (void)self;
}

const struct power_style bg95_power = {
    .supply = supply,
    .restart = restart,
    .pin = on_pin,
    .status = status_pin,
    .on_timer = on_timer,
    .on_key_timer = on_key_timer,
    .takes_input = takes_input,
    .consider_sleep = nothing,
    .on_sleep_timer = nothing,
    .on_tau_timer = nothing,
};
