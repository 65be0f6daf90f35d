// SPDX-License-Identifier: Apache-2.0
// Registration and the radio connection. The class's attach time covers everything up to MQTT connected
// (docs/performance.md, "Radio classes"); registration takes 0.7 of it, the attach 0.1 more, both within 10 %.
#include "vnode/chip/module.h"

#include <string.h>

const char *const network_cell = "\"3039\",\"0001A2B3\"";

const char *const network_address = "10.64.0.2";

enum {
    STAT_NONE = 0,
    STAT_HOME = 1,
    STAT_SEARCHING = 2,
    GIVE_UP_MS = 10000, // assumed: without coverage until the module searches again
    SEARCH_MS = 5000,   // …and looks around so often
    STRENGTH_LOW = 12,  // -89 dBm
    STRENGTH_HIGH = 24, // -65 dBm
    STRENGTH_NONE = 99,
};

static uint64_t share_of_attach(struct modem *self, uint64_t low_percent, uint64_t high_percent)
{
    uint64_t attach_ns = (uint64_t)(self->class->attach_s * 1e9);

    return module_random(self, attach_ns / 100 * low_percent, attach_ns / 100 * high_percent);
}

unsigned network_technology(const struct modem *self)
{
    return strncmp(self->class->name, "lte", 3) == 0 ? 8 : 9;
}

bool network_has_context(const struct modem *self)
{
    return self->is_attached && (self->has_context || !self->variant->activates_context);
}

unsigned network_cereg_stat(const struct modem *self)
{
    if (self->is_registered) {
        return STAT_HOME;
    }
    return self->cfun == 1 ? STAT_SEARCHING : STAT_NONE;
}

static void say_registration(struct modem *self)
{
    unsigned stat = network_cereg_stat(self);

    if (self->nvram.cereg >= 2 && stat == STAT_HOME) {
        line_say(self, "+CEREG: %u,%s,%u", stat, network_cell, network_technology(self));
    } else if (self->nvram.cereg >= 1) {
        line_say(self, "+CEREG: %u", stat);
    }
}

void network_start(struct modem *self)
{
    self->csq = STRENGTH_NONE;
    say_registration(self);
    module_set_timer(self, TIMER_REGISTERED, self->now_ns + share_of_attach(self, 63, 77));
}

void network_stop(struct modem *self)
{
    self->is_registered = false;
    self->is_attached = false;
    self->csq = STRENGTH_NONE;
    module_stop_timer(self, TIMER_REGISTERED);
    module_stop_timer(self, TIMER_ATTACHED);
    module_stop_timer(self, TIMER_UNCOVERED);
    module_stop_timer(self, TIMER_RELEASE);
    module_stop_timer(self, TIMER_PSM);
    module_stop_timer(self, TIMER_TAU);
    say_registration(self);
}

void network_forget(struct modem *self)
{
    session_abandon(self);
    session_end(self);
    sockets_forget(self);
    coap_close(self);
    module_stop_timer(self, TIMER_PING_ANSWER);
    air_drop_slots(self);
    link_radio_clear(&self->radio, self->now_ns);
    self->was_connected = false;
    self->has_context = false;
    self->is_psm = false;
    self->is_detaching = false;
    module_stop_timer(self, TIMER_RELEASE);
    module_stop_timer(self, TIMER_PSM);
}

void network_detach(struct modem *self)
{
    network_forget(self);
    self->cfun = self->next_cfun;
    network_stop(self);
}

void network_on_detached(struct modem *self, struct module_slot *slot)
{
    (void)slot;
    if (self->is_detaching) {
        module_set_timer(self, TIMER_REPLY,
                         self->now_ns + (uint64_t)(self->class->command_s * 1e9));
    }
}

void network_attach(struct modem *self)
{
    module_set_timer(self, TIMER_ATTACHED, self->now_ns + share_of_attach(self, 9, 11));
}

void network_on_registered(struct modem *self)
{
    if (self->is_uncovered || fault_is_on(self, FAULT_NO_SIM)) {
        module_set_timer(self, TIMER_REGISTERED, self->now_ns + SEARCH_MS * MODULE_MS);
        return;
    }
    self->is_registered = true;
    self->csq = (uint8_t)module_random(self, STRENGTH_LOW, STRENGTH_HIGH);
    say_registration(self);
    link_radio_connect(&self->radio, self->now_ns);
    network_watch_connection(self);
    network_attach(self);
}

void network_on_attached(struct modem *self)
{
    self->is_attached = true;
}

void network_check_cover(struct modem *self)
{
    bool is_uncovered = self->faults.link_down || fault_is_on(self, FAULT_NO_NETWORK) ||
                        self->now_ns < self->outage_until_ns;

    if (is_uncovered == self->is_uncovered) {
        return;
    }
    self->is_uncovered = is_uncovered;
    link_radio_cover(&self->radio, !self->is_uncovered, self->now_ns);
    if (self->is_uncovered && self->is_registered) {
        module_set_timer(self, TIMER_UNCOVERED, self->now_ns + GIVE_UP_MS * MODULE_MS);
    } else {
        module_stop_timer(self, TIMER_UNCOVERED);
    }
}

void network_on_uncovered(struct modem *self)
{
    network_stop(self);
    network_start(self);
}

// ---- the radio connection and what follows it ----

// T3324 (3GPP TS 24.008 10.5.7.4): unit in the top three bits, value in the rest. 0 = off.
static uint64_t timer_ns(const char *bits, const uint64_t unit_s[8])
{
    unsigned value = 0;

    for (unsigned i = 0; bits[i] != '\0'; i++) {
        value = value << 1 | (bits[i] == '1');
    }
    return unit_s[value >> 5 & 7] * (value & 0x1F) * MODULE_S;
}

static const uint64_t active_unit_s[8] = {2, 60, 360, 0, 0, 0, 0, 0};
static const uint64_t tau_unit_s[8] = {600, 3600, 36000, 2, 30, 60, 1152000, 0};

void network_watch_connection(struct modem *self)
{
    bool is_connected = link_radio_is_connected(&self->radio, self->now_ns);

    if (is_connected != self->was_connected && self->nvram.cscon != 0) {
        line_say(self, "+CSCON: %d", is_connected ? 1 : 0);
    }
    self->was_connected = is_connected;
    if (is_connected) {
        module_stop_timer(self, TIMER_PSM);
        module_set_timer(self, TIMER_RELEASE, self->radio.connected_ns);
    }
}

void network_on_release(struct modem *self)
{
    network_watch_connection(self);
    if (self->was_connected || !self->is_registered || !self->nvram.psm) {
        return;
    }
    module_set_timer(self, TIMER_PSM, self->now_ns + timer_ns(self->nvram.active, active_unit_s));
}

void network_on_psm(struct modem *self)
{
    uint64_t tau_ns = timer_ns(self->nvram.tau, tau_unit_s);

    self->is_psm = true;
    if (self->nvram.psm_events) {
        line_say(self, "+QNBIOTEVENT: \"ENTER PSM\"");
    }
    if (tau_ns > 0) {
        module_set_timer(self, TIMER_TAU, self->now_ns + tau_ns);
    }
}
