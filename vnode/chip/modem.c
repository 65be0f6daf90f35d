// SPDX-License-Identifier: Apache-2.0
// The contract of modem.h: everything that is due happens in order of its time, whatever the caller's steps are, so
// that the same input at the same times gives the same output.
#include "vnode/chip/module.h"

#include <stdlib.h>
#include <string.h>

#include "vnode/net/tcp.h"

static const uint64_t default_epoch_s = 1767225600; // 2026-01-01T00:00:00Z

uint64_t module_draw(uint64_t *random, uint64_t low, uint64_t high)
{
    // SplitMix64
    uint64_t z = *random += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return low + (z ^ z >> 31) % (high - low + 1);
}

uint64_t module_random(struct modem *self, uint64_t low, uint64_t high)
{
    return module_draw(&self->random, low, high);
}

void module_set_timer(struct modem *self, enum module_timer timer, uint64_t at_ns)
{
    self->timer_ns[timer] = at_ns;
}

void module_stop_timer(struct modem *self, enum module_timer timer)
{
    self->timer_ns[timer] = UINT64_MAX;
}

struct modem *module_create(const struct module_variant *variant, const struct modem_config *config)
{
    const struct link_class *class = link_class_find(config->link_class);
    struct modem *self = class == NULL ? NULL : calloc(1, sizeof *self);

    if (self == NULL) {
        return NULL;
    }
    self->variant = variant;
    memcpy(self->imei, config->imei, sizeof self->imei);
    memcpy(self->imsi, config->imsi, sizeof self->imsi);
    self->epoch_s = config->epoch_s != 0 ? config->epoch_s : default_epoch_s;
    self->class = class;
    self->random = config->seed;
    self->last_chunk = -1;
    self->pin_since_ns = UINT64_MAX;
    self->nvram = variant->factory;
    self->saved = variant->factory;
    broker_init(&self->broker);
    self->broker.peer = config->peer;
    sockets_init(self);
    coap_init(self);
    link_radio_init(&self->radio, class, link_radio_pairing_ns(class, self->nvram.baud));
    power_forget(self);
    self->power = POWER_OFF;
    return self;
}

struct modem *modem_create(const struct modem_config *config)
{
    static const struct {
        const char *name;
        struct modem *(*create)(const struct modem_config *config);
    } modules[] = {{"bc660k-gl", bc660k_create}, {"bg95-m2", bg95_create}};

    for (unsigned i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        if (config->module == NULL || strcmp(config->module, modules[i].name) == 0) {
            return modules[i].create(config);
        }
    }
    return NULL;
}

void modem_destroy(struct modem *self)
{
    if (self == NULL) {
        return;
    }
    broker_close(&self->broker);
    sockets_forget(self);
    coap_close(self);
    inbox_clear(self);
    orphans_close(&self->orphans);
    air_drop_slots(self);
    free(self);
}

// ---- events ----

static void on_power(struct modem *self)
{
    self->variant->power->on_timer(self);
}

static void on_key(struct modem *self)
{
    self->variant->power->on_key_timer(self);
}

static void on_tau(struct modem *self)
{
    self->variant->power->on_tau_timer(self);
}

static void on_sleep(struct modem *self)
{
    self->variant->power->on_sleep_timer(self);
}

static void (*const on_timer[TIMERS])(struct modem *self) = {
    [TIMER_POWER] = on_power,
    [TIMER_REPLY] = command_on_reply,
    [TIMER_REGISTERED] = network_on_registered,
    [TIMER_ATTACHED] = network_on_attached,
    [TIMER_UNCOVERED] = network_on_uncovered,
    [TIMER_RELEASE] = network_on_release,
    [TIMER_PSM] = network_on_psm,
    [TIMER_TAU] = on_tau,
    [TIMER_SLEEP] = on_sleep,
    [TIMER_LATER] = line_on_later,
    [TIMER_PUBLISHED] = packet_say_late,
    [TIMER_OPEN] = session_on_open_timer,
    [TIMER_OPERATION] = session_on_operation_timer,
    [TIMER_KEEP_ALIVE] = session_on_keep_alive_timer,
    [TIMER_PING] = session_on_ping_timer,
    [TIMER_SILENCE] = session_on_silence_timer,
    [TIMER_STUCK] = session_on_stuck_timer,
    [TIMER_DATA] = data_on_timer,
    [TIMER_SOCKETS] = sockets_on_timer,
    [TIMER_COAP] = coap_on_timer,
    [TIMER_OUTAGE] = network_check_cover,
    [TIMER_KEY] = on_key,
    [TIMER_PING_ANSWER] = ping_on_timer,
};

static enum module_timer first_timer(const struct modem *self)
{
    enum module_timer first = 0;

    for (unsigned i = 1; i < TIMERS; i++) {
        if (self->timer_ns[i] < self->timer_ns[first]) {
            first = (enum module_timer)i;
        }
    }
    return first;
}

// The next event at or before until_ns; false when there is none.
static bool run_one(struct modem *self, uint64_t until_ns)
{
    enum module_timer timer = first_timer(self);
    uint64_t timer_ns = self->timer_ns[timer];
    uint64_t radio_ns = link_radio_next_ns(&self->radio);

    if (timer_ns > until_ns && radio_ns > until_ns) {
        return false;
    }
    if (timer_ns <= radio_ns) {
        // A time that has passed is done now: nothing happens before what already happened.
        self->now_ns = timer_ns > self->now_ns ? timer_ns : self->now_ns;
        module_stop_timer(self, timer);
        on_timer[timer](self);
        return true;
    }
    struct link_event event = link_radio_step(&self->radio, radio_ns);
    self->now_ns = radio_ns > self->now_ns ? radio_ns : self->now_ns;
    if (event.kind != LINK_NOTHING) {
        air_on_event(self, event);
    }
    network_watch_connection(self);
    return true;
}

static void run_until(struct modem *self, uint64_t now_ns)
{
    network_check_cover(self);
    while (run_one(self, now_ns)) {
    }
    self->now_ns = now_ns > self->now_ns ? now_ns : self->now_ns;
}

void modem_poll(struct modem *self, uint64_t now_ns)
{
    run_until(self, now_ns);
    fault_poll(self);
    session_read(self);
    sockets_read(self);
    coap_read(self);
    run_until(self, now_ns);
    orphans_poll(&self->orphans, now_ns);
    self->variant->power->consider_sleep(self);
}

void modem_input(struct modem *self, uint8_t byte, uint32_t baud, uint64_t now_ns)
{
    run_until(self, now_ns);
    if (self->power == POWER_OFF) {
        return;
    }
    self->activity_ns = now_ns;
    if (self->is_mute) {
        self->counters.lost_lines += byte == '\r';
    } else if (self->variant->power->takes_input(self)) {
        self->counters.lost_lines += byte == '\r';
        // What follows in the same line is lost too, whatever the module does meanwhile.
        self->in_spoiled = byte != '\r' && (byte != '\n' || self->in_spoiled);
    } else if (!modem_rate_fits(self, baud)) {
        self->in_size = 0; // framing garbage
    } else if (self->data.mode != DATA_NONE) {
        data_take(self, byte);
    } else {
        line_take(self, byte);
    }
    self->variant->power->consider_sleep(self);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// Without the network's own limit.
static uint64_t next_own_ns(const struct modem *self)
{
    uint64_t next_ns = self->timer_ns[first_timer(self)];

    next_ns = earlier(next_ns, link_radio_next_ns(&self->radio));
    return earlier(next_ns, line_next_ns(self));
}

uint64_t modem_next_ns(const struct modem *self)
{
    uint64_t next_ns = earlier(next_own_ns(self), orphans_next_ns(&self->orphans));

    return earlier(next_ns, quiet_limit_ns(&self->broker.quiet, self->now_ns));
}

// ---- network ----

// Something is in hand that will happen without the network.
static bool is_occupied(const struct modem *self)
{
    return self->out_count > 0 || self->is_busy || self->later_count > 0 ||
           link_radio_next_ns(&self->radio) != LINK_NEVER;
}

static bool has_network(const struct modem *self)
{
    return self->broker.state != BROKER_CLOSED || !sockets_are_closed(self) ||
           self->coap.flow.state != FLOW_CLOSED;
}

// All are asked: each may have something to begin.
static bool are_peers_quiet(struct modem *self, uint64_t now_ns)
{
    bool is_quiet = self->broker.state == BROKER_CLOSED || broker_is_quiet(&self->broker, now_ns);

    is_quiet &= sockets_are_quiet(self);
    is_quiet &= flow_is_quiet(&self->coap.flow, now_ns);
    return is_quiet;
}

bool modem_net_quiet(struct modem *self, uint64_t now_ns)
{
    if (!has_network(self)) {
        return true;
    }
    if (self->faults.hold) {
        return is_occupied(self);
    }
    // A full queue stops reading, so a PINGRESP could not be seen either.
    return air_is_full(self) || are_peers_quiet(self, now_ns);
}

void modem_net_stir(struct modem *self)
{
    quiet_on_stir(&self->broker.quiet, tcp_patience_ms());
    flow_stir(&self->coap.flow);
    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        flow_stir(&self->sockets.socket[i].flow);
    }
}

void modem_wait(struct modem *self, int timeout_ms)
{
    struct tcp_watch watch[TCP_WATCH_MAX];
    unsigned count = 0;

    broker_keep_alive(&self->broker);
    if (!self->faults.hold) {
        watch[count++] = broker_watch(&self->broker);
        watch[count++] = flow_watch(&self->coap.flow);
        for (unsigned i = 0; i < SOCKETS_MAX; i++) {
            watch[count++] = flow_watch(&self->sockets.socket[i].flow);
        }
    }
    tcp_wait_any(watch, count, timeout_ms);
}

struct modem_faults *modem_faults(struct modem *self)
{
    return &self->faults;
}

const struct modem_counters *modem_counters(const struct modem *self)
{
    return &self->counters;
}

long modem_last_chunk(const struct modem *self)
{
    return self->last_chunk;
}
