// SPDX-License-Identifier: Apache-2.0
// The loop that keeps one time for everybody: the machine runs until somebody else has something to say, and a
// sleeping machine's clock jumps only when the network has nothing more to say.
#include "vnode/run/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "vnode/run/fitting.h"
#include "vnode/run/ledger_sample.h"
#include "vnode/run/pace.h"
#include "vnode/run/typing.h"
#include "vnode/soc/gpio.h"

enum {
    MODEM_STATUS_PIN = 13, // PA13, inverted
    MODEM_PSM_PIN = 14,    // PA14, inverted
    NETWORK_WAIT_MS = 2,
    PACED_WAIT_MS = 10, // longest nap, so that typing is heard
};
#define SLICE_NS      1000000ULL // sockets are looked at once a virtual ms while the processor works
#define STANDSTILL_NS 30000000000ULL // a network that never gets quiet is taken for dead

struct board {
    struct machine machine;
    struct modem *modem;
    struct board_ports ports;
    struct pace pace;
    bool on;
    uint64_t stands_since_ns; // wall clock since when virtual time stands, 0 = it does not
    struct typing typing;
    struct board_device sensor; // on the sensor line
    long chunk;
    struct ledger ledger;
};

static void on_uart_sent(void *context, enum machine_uart uart, uint8_t byte, uint32_t baud,
                         uint64_t now_ns)
{
    struct board *self = context;

    if (uart == MACHINE_UART_MODEM) {
        modem_input(self->modem, byte, baud, now_ns);
    } else if (uart == MACHINE_UART_CONSOLE && self->ports.console != NULL) {
        self->ports.console(self->ports.context, byte, now_ns);
    } else if (uart == MACHINE_UART_SENSOR && self->sensor.take != NULL) {
        self->sensor.take(self->sensor.context, byte, baud, now_ns);
    }
}

static void on_modem_reset_pin(void *context, bool low, uint64_t now_ns)
{
    struct board *self = context;

    modem_pin(self->modem, !low, now_ns);
}

static void make_machine(struct board *self, const struct board_config *config)
{
    struct machine_ports ports = {
        .context = self,
        .uart_sent = on_uart_sent,
        .modem_reset_pin = on_modem_reset_pin,
    };
    const struct fitting *flash = fitting_find(config->flash == NULL ? "4M" : config->flash);

    CONTRACT(flash != NULL);
    machine_init(&self->machine, &ports, false, config->seed);
    machine_fit_nor(&self->machine, flash->part);
    if (modem_has_key(self->modem)) {
        machine_fit_modem_key(&self->machine);
    }
    memcpy(self->machine.unique_id, config->uid, sizeof config->uid);
}

struct board *board_create(const struct board_config *config, const struct board_ports *ports)
{
    struct board *self = calloc(1, sizeof *self);

    if (self == NULL) {
        return NULL;
    }
    self->modem = modem_create(&config->modem);
    if (self->modem == NULL) {
        free(self);
        return NULL;
    }
    make_machine(self, config);
    self->ports = *ports;
    typing_clear(&self->typing);
    self->chunk = -1;
    pace_start(&self->pace, config->speed, 0);
    board_restart_ledger(self);
    return self;
}

void board_destroy(struct board *self)
{
    if (self != NULL) {
        machine_free(&self->machine);
        modem_destroy(self->modem);
        free(self);
    }
}

uint64_t board_now_ns(const struct board *self)
{
    return machine_now_ns(&self->machine);
}

void board_power_on(struct board *self)
{
    if (!self->on) {
        self->on = true;
        machine_power_on(&self->machine);
        modem_power_on(self->modem, board_now_ns(self));
    }
}

void board_power_off(struct board *self)
{
    if (self->on) {
        self->on = false;
        typing_clear(&self->typing);
        machine_power_off(&self->machine);
        modem_power_off(self->modem, board_now_ns(self));
    }
}

bool board_is_on(const struct board *self)
{
    return self->on;
}

const char *board_complaint(const struct board *self)
{
    return self->machine.cpu.misuse;
}

long board_chunk(const struct board *self)
{
    return self->chunk;
}

const struct ledger *board_ledger(const struct board *self)
{
    return &self->ledger;
}

void board_restart_ledger(struct board *self)
{
    struct ledger_sample sample = ledger_sample_of(&self->machine, self->modem);

    ledger_start(&self->ledger, modem_link_class(self->modem), &sample);
}

struct machine *board_machine(struct board *self)
{
    return &self->machine;
}

struct modem *board_modem(struct board *self)
{
    return self->modem;
}

void board_fit_sensor(struct board *self, const struct board_device *device)
{
    self->sensor = *device;
}

// ---- the person at the console ----

bool board_type(struct board *self, const void *bytes, size_t size)
{
    return typing_add(&self->typing, bytes, size, board_now_ns(self));
}

static void deliver_typed(struct board *self, uint64_t now_ns)
{
    uint8_t byte;

    while (typing_take(&self->typing, now_ns, &byte)) {
        uint32_t baud = machine_uart_baud(&self->machine, MACHINE_UART_CONSOLE);
        machine_uart_receive(&self->machine, MACHINE_UART_CONSOLE, byte, !typing_fits(baud));
    }
}

// ---- the sensor's line ----

static uint64_t sensor_next_ns(const struct board *self)
{
    return self->sensor.next_ns == NULL ? UINT64_MAX : self->sensor.next_ns(self->sensor.context);
}

static void deliver_sensor(struct board *self, uint64_t now_ns)
{
    uint8_t byte;

    while (self->sensor.give != NULL && self->sensor.next_ns(self->sensor.context) <= now_ns) {
        uint32_t baud = machine_uart_baud(&self->machine, MACHINE_UART_SENSOR);
        if (self->sensor.give(self->sensor.context, now_ns, baud, &byte)) {
            machine_uart_receive(&self->machine, MACHINE_UART_SENSOR, byte, false);
        }
    }
}

// ---- the modem ----

static void deliver_modem(struct board *self, uint64_t now_ns)
{
    uint8_t byte;

    modem_poll(self->modem, now_ns);
    bool is_off = modem_status_pin(self->modem);
    gpio_input(&self->machine, PORT_A, MODEM_STATUS_PIN, is_off);
    gpio_input(&self->machine, PORT_A, MODEM_PSM_PIN, is_off); // its PSM is not emulated
    while (modem_output(self->modem, now_ns, &byte)) {
        uint32_t baud = machine_uart_baud(&self->machine, MACHINE_UART_MODEM);
        machine_uart_receive(&self->machine, MACHINE_UART_MODEM, byte,
                             !modem_rate_fits(self->modem, baud));
    }
}

// ---- time ----

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// The next moment at which somebody other than the machine does something.
static uint64_t next_outside_ns(const struct board *self, uint64_t until_ns)
{
    uint64_t lines_ns = least(self->typing.next_ns, sensor_next_ns(self));

    return least(until_ns, least(lines_ns, modem_next_ns(self->modem)));
}

// True when virtual time may go on: at its own pace always, otherwise when the network has nothing more to say. Real
// time passes inside when it may not.
static bool may_go_on(struct board *self, uint64_t now_ns)
{
    if (self->pace.speed > 0 || modem_net_quiet(self->modem, now_ns)) {
        self->stands_since_ns = 0;
        return true;
    }
    uint64_t real_ns = pace_real_ns();
    if (self->stands_since_ns == 0) {
        self->stands_since_ns = real_ns;
    }
    if (real_ns - self->stands_since_ns > STANDSTILL_NS && !modem_faults(self->modem)->hold) {
        return true;
    }
    modem_wait(self->modem, NETWORK_WAIT_MS);
    return false;
}

// Paced: naps while the wall clock is behind. False while it is far behind.
static bool keep_pace(struct board *self, uint64_t to_ns)
{
    int wait_ms = pace_wait_ms(&self->pace, to_ns);

    if (wait_ms > 0) {
        modem_wait(self->modem, wait_ms < PACED_WAIT_MS ? wait_ms : PACED_WAIT_MS);
    }
    return wait_ms <= PACED_WAIT_MS;
}

// The machine sleeps, or has no power: its clock goes on to `to_ns`.
static void pass_time(struct board *self, uint64_t to_ns)
{
    if (self->pace.speed > 0) {
        double nap_ns = PACED_WAIT_MS * 1e6 * self->pace.speed;
        to_ns = least(to_ns, board_now_ns(self) + (uint64_t)nap_ns);
    }
    // The machine may have said something to the modem since `to_ns` was chosen.
    to_ns = next_outside_ns(self, least(to_ns, machine_next_ns(&self->machine)));
    if (to_ns > board_now_ns(self) && keep_pace(self, to_ns)) {
        machine_skip_to(&self->machine, to_ns);
    }
}

static enum board_outcome run_machine(struct board *self, uint64_t to_ns)
{
    switch (machine_run(&self->machine, least(to_ns, board_now_ns(self) + SLICE_NS))) {
    case MACHINE_SLEEPING:
        pass_time(self, to_ns);
        return BOARD_TIME;
    case MACHINE_POWER_CUT:
        self->machine.cut_at_operation = 0; // once: the next start must get beyond it
        self->machine.cut_at_instruction = UINT64_MAX;
        board_power_off(self);
        return BOARD_POWER_CUT;
    case MACHINE_MISUSE:
    case MACHINE_LOCKUP:
    case MACHINE_BREAKPOINT:
        return BOARD_STOPPED;
    case MACHINE_BUDGET:
    default:
        (void)keep_pace(self, board_now_ns(self));
        return BOARD_TIME;
    }
}

// True once for each chunk that was handed over.
static bool chunk_came(struct board *self)
{
    long chunk = modem_last_chunk(self->modem);
    bool came = chunk != self->chunk;

    self->chunk = chunk;
    return came;
}

// Everything the modem does by itself ends a step, so it did the same all the time of one.
static void keep_ledger(struct board *self, enum modem_activity activity)
{
    struct ledger_sample sample = ledger_sample_of(&self->machine, self->modem);

    ledger_book(&self->ledger, &sample, activity);
}

static enum board_outcome step(struct board *self, uint64_t until_ns)
{
    uint64_t now_ns = board_now_ns(self);
    enum board_outcome outcome = BOARD_TIME;

    if (!self->on) {
        pass_time(self, until_ns);
        keep_ledger(self, MODEM_IS_OFF);
        return BOARD_TIME;
    }
    deliver_typed(self, now_ns);
    deliver_sensor(self, now_ns);
    deliver_modem(self, now_ns);
    if (chunk_came(self)) {
        return BOARD_CHUNK;
    }
    if (!may_go_on(self, now_ns)) {
        return BOARD_TIME;
    }
    uint64_t to_ns = next_outside_ns(self, until_ns);
    enum modem_activity activity = modem_activity(self->modem);
    outcome = run_machine(self, to_ns > now_ns ? to_ns : now_ns + 1);
    keep_ledger(self, activity);
    return outcome;
}

enum board_outcome board_run(struct board *self, uint64_t until_ns)
{
    while (board_now_ns(self) < until_ns) {
        enum board_outcome outcome = step(self, until_ns);
        if (outcome != BOARD_TIME) {
            return outcome;
        }
    }
    return BOARD_TIME;
}
