// SPDX-License-Identifier: Apache-2.0
// The parts of the board, and what comes to the machine's pins from them.
#include "vnode/run/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "vnode/run/board_parts.h"
#include "vnode/run/fitting.h"
#include "vnode/run/ledger_sample.h"
#include "vnode/soc/gpio.h"

enum {
    MODEM_STATUS_PIN = 13, // PA13, inverted
    MODEM_PSM_PIN = 14,    // PA14, inverted
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
    // What it answers at once must come in time: in Stop a character that is late falls onto the next one.
    machine_end_run(&self->machine, board_next_outside_ns(self, UINT64_MAX));
}

static void on_modem_reset_pin(void *context, bool low, uint64_t now_ns)
{
    struct board *self = context;

    modem_pin(self->modem, !low, now_ns);
}

static void on_operation(void *context, enum nvm_kind kind, uint32_t address, struct span data)
{
    struct board *self = context;

    if (self->ports.operation != NULL) {
        self->ports.operation(self->ports.context, kind, address, data);
    }
}

static void on_restarted(void *context, uint32_t cause)
{
    struct board *self = context;

    if (self->ports.restarted != NULL) {
        self->ports.restarted(self->ports.context, cause);
    }
}

static void on_jumped(void *context, uint32_t base)
{
    struct board *self = context;

    if (self->ports.jumped != NULL) {
        self->ports.jumped(self->ports.context, base);
    }
}

static void make_machine(struct board *self, const struct board_config *config)
{
    struct machine_ports ports = {
        .context = self,
        .uart_sent = on_uart_sent,
        .modem_reset_pin = on_modem_reset_pin,
        .operation = on_operation,
        .restarted = on_restarted,
        .jumped = on_jumped,
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
    pace_start(&self->pace, config->speed, 0, pace_real_ns());
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

void board_cover(struct board *self, struct coverage *coverage)
{
    self->machine.cpu.coverage = coverage;
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

// ---- all of them ----

void board_deliver(struct board *self, uint64_t now_ns)
{
    deliver_typed(self, now_ns);
    deliver_sensor(self, now_ns);
    deliver_modem(self, now_ns);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t board_next_outside_ns(const struct board *self, uint64_t until_ns)
{
    uint64_t lines_ns = least(self->typing.next_ns, sensor_next_ns(self));

    return least(until_ns, least(lines_ns, modem_next_ns(self->modem)));
}
