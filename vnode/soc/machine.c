// SPDX-License-Identifier: Apache-2.0
// Power, resets and the run loop around cpu_run().
#include "vnode/soc/machine.h"

#include <string.h>

#include "base/contract.h"
#include "vnode/soc/board.h"

#define FNV_START 0xCBF29CE484222325ULL

static void on_vectors_moved(struct cpu *cpu)
{
    struct machine *self = (struct machine *)cpu; // its first member

    if (self->ports.jumped != NULL) {
        self->ports.jumped(self->ports.context, cpu->vtor);
    }
}

void machine_init(struct machine *self, const struct machine_ports *ports, bool with_nor,
                  uint64_t seed)
{
    memset(self, 0, sizeof *self);
    self->ports = *ports;
    self->cpu.vectors_moved = on_vectors_moved;
    self->cpu.faults_are_misuse = true; // a fault is a fault of the firmware: say where
    self->seed = seed;
    self->soc.random = seed ^ 0x9E3779B97F4A7C15ULL;
    if (self->soc.random == 0) {
        self->soc.random = 1;
    }
    self->soc.vdda_mv = 3300;
    options_ship(&self->soc.nvm.options);
    self->soc.time.hz = 65536U << 5;
    self->soc.time.due[EVENT_UNTIL] = self->soc.time.due[EVENT_CUT] = TIME_NEVER;
    self->soc.gpio.pin_hash = self->trace_hash = FNV_START;
    for (unsigned i = 0; i < PORTS; i++) {
        self->soc.gpio.port[i].external = 0xFFFF;
        self->soc.gpio.port[i].level = (uint16_t)(board_idle(self, i) | board_held[i]);
    }
    // Lot and wafer, as ASCII and numbers; a caller may set its own.
    self->unique_id[0] = 0x00473331;
    self->unique_id[1] = 0x32353631;
    self->unique_id[2] = 0x004B0019;
    self->cut_at_instruction = self->pause_at_instruction = UINT64_MAX;
    time_restart(self, self->soc.time.hz);
    nor_init(&self->nor, with_nor ? &nor_zb25vq32 : NULL);
    sht31_init(&self->sht31);
}

void machine_fit_nor(struct machine *self, const struct nor_part *part)
{
    CONTRACT(!self->powered);
    nor_free(&self->nor);
    nor_init(&self->nor, part);
}

void machine_fit_modem_key(struct machine *self)
{
    CONTRACT(!self->powered);
    self->modem_has_key = true;
    self->soc.gpio.port[PORT_B].level = (uint16_t)(board_idle(self, PORT_B) | board_held[PORT_B]);
}

void machine_free(struct machine *self)
{
    nor_free(&self->nor);
}

void machine_copy(struct machine *to, const struct machine *from)
{
    uint8_t *data = nor_room(&to->nor, from->nor.part);

    memcpy(to, from, sizeof *to);
    to->nor.data = data;
    if (data != NULL) {
        memcpy(data, from->nor.data, from->nor.part->size);
    }
}

static void fill_ram(struct machine *self)
{
    uint64_t random = (self->seed + 1) * 0x9E3779B97F4A7C15ULL + self->power_ons;

    random = random == 0 ? 1 : random;
    for (unsigned i = 0; i < CPU_RAM_SIZE; i += 4) {
        uint32_t word = torn_random(&random);
        memcpy(self->cpu.ram + i, &word, sizeof word);
    }
}

static void reset(struct machine *self, bool cold, uint32_t cause)
{
    soc_reset(self, cold, cause);
    cpu_reset(&self->cpu);
    if (self->ports.restarted != NULL) {
        self->ports.restarted(self->ports.context, cause);
    }
}

void machine_power_on(struct machine *self)
{
    CONTRACT(!self->powered);
    nor_meter_book(self);
    self->powered = true;
    self->power_ons++;
    self->instructions_before += self->cpu.instructions;
    self->cpu.instructions = 0;
    self->pause_at_instruction = UINT64_MAX;
    self->soc.misused = false;
    fill_ram(self);
    nor_power_on(&self->nor);
    reset(self, true, RCC_CSR_POWER_RESET | RCC_CSR_PIN_RESET);
}

void machine_power_off(struct machine *self)
{
    if (!self->powered) {
        return;
    }
    nor_meter_book(self);
    nvm_cut(self);
    nor_power_off(&self->nor, machine_now_ns(self), &self->soc.random);
    sht31_power_off(&self->sht31);
    for (unsigned i = 0; i < PORTS; i++) {
        gpio_reset(self, i);
    }
    self->powered = false;
    supply_meter_look(self);
    time_due(self, EVENT_CUT, TIME_NEVER);
    time_restart(self, self->soc.time.hz);
}

void machine_reset_pin(struct machine *self)
{
    CONTRACT(self->powered);
    reset(self, false, RCC_CSR_PIN_RESET);
}

static enum machine_stop cut(struct machine *self)
{
    machine_power_off(self);
    return MACHINE_POWER_CUT;
}

// A reset while the watchdog's or the software's stop is being served.
static bool goes_on(struct machine *self, enum machine_stop *stop)
{
    enum soc_request request = self->soc.request;

    self->soc.request = SOC_NOTHING;
    switch (request) {
    case SOC_RESET:
        reset(self, false, self->reset_cause);
        return true;
    case SOC_CUT:
        *stop = cut(self);
        return false;
    case SOC_UNTIL:
        *stop = MACHINE_BUDGET;
        return false;
    case SOC_NOTHING:
        return true;
    }
    return true;
}

// Whether the processor may wake; it decides itself, and sleeps on when this was too generous.
static bool may_wake(const struct machine *self)
{
    return (self->cpu.pending >> CPU_IRQ0 & self->cpu.enabled) != 0 || self->cpu.event;
}

// False when the board sleeps on.
static bool goes_on_asleep(struct machine *self, enum machine_stop *stop)
{
    bool deep = (self->cpu.scr & 1U << 2) != 0;

    *stop = MACHINE_SLEEPING;
    if (deep && !self->soc.time.stopped) {
        soc_enter_stop(self);
    }
    return self->soc.misused || machine_next_ns(self) <= machine_now_ns(self);
}

static uint64_t instructions_left(const struct machine *self)
{
    bool pauses = self->pause_at_instruction < self->cut_at_instruction;

    return (pauses ? self->pause_at_instruction : self->cut_at_instruction) -
           self->cpu.instructions;
}

// The instructions asked for were run; false when that is the end.
static bool goes_on_beyond(struct machine *self, enum machine_stop *stop)
{
    if (self->cpu.instructions >= self->cut_at_instruction) {
        *stop = cut(self);
        return false;
    }
    if (self->cpu.instructions >= self->pause_at_instruction) {
        *stop = MACHINE_PAUSED;
        return false;
    }
    return true;
}

// One turn of the processor; true = another one.
static bool turn(struct machine *self, enum machine_stop *stop)
{

    if (self->soc.time.stopped) {
        time_serve(self);
        if (may_wake(self)) {
            soc_leave_stop(self);
        }
    }
    if (self->soc.misused) {
        *stop = MACHINE_MISUSE;
        return false;
    }
    if (self->soc.request != SOC_NOTHING) {
        return goes_on(self, stop);
    }
    switch (cpu_run(&self->cpu, instructions_left(self))) {
    case CPU_STOP_SLEEPING:
        return goes_on_asleep(self, stop);
    case CPU_STOP_RESET:
        reset(self, false, RCC_CSR_SOFT_RESET | RCC_CSR_PIN_RESET);
        return true;
    case CPU_STOP_BUS:
        return goes_on(self, stop);
    case CPU_STOP_BUDGET:
        return goes_on_beyond(self, stop);
    case CPU_STOP_BREAKPOINT:
        *stop = MACHINE_BREAKPOINT;
        return false;
    case CPU_STOP_LOCKUP:
        *stop = MACHINE_LOCKUP;
        return false;
    case CPU_STOP_MISUSE:
    case CPU_RUNNING:
        *stop = MACHINE_MISUSE;
        return false;
    }
    return false;
}

enum machine_stop machine_run(struct machine *self, uint64_t until_ns)
{
    enum machine_stop stop = MACHINE_BUDGET;

    if (!self->powered) {
        return MACHINE_POWER_CUT;
    }
    if (self->cpu.instructions >= self->cut_at_instruction) {
        return cut(self);
    }
    time_due(self, EVENT_UNTIL, until_ns);
    while (turn(self, &stop)) {
    }
    time_due(self, EVENT_UNTIL, TIME_NEVER);
    self->soc.request = SOC_NOTHING;
    self->soc.misused = false;
    return stop;
}

void machine_end_run(struct machine *self, uint64_t until_ns)
{
    if (until_ns < self->soc.time.due[EVENT_UNTIL]) {
        time_due(self, EVENT_UNTIL, until_ns);
    }
}

uint64_t machine_now_ns(const struct machine *self)
{
    return time_now_ns(self);
}

uint64_t machine_instructions(const struct machine *self)
{
    return self->instructions_before + self->cpu.instructions;
}

uint64_t machine_next_ns(const struct machine *self)
{
    return self->powered ? time_next_ns(self) : TIME_NEVER;
}

void machine_skip_to(struct machine *self, uint64_t to_ns)
{
    CONTRACT(to_ns <= machine_next_ns(self));
    time_jump(self, to_ns);
}

void machine_uart_receive(struct machine *self, enum machine_uart uart, uint8_t byte,
                          bool framing_error)
{
    if (self->powered) {
        usart_receive(self, uart, byte, framing_error);
    }
}

uint32_t machine_uart_baud(const struct machine *self, enum machine_uart uart)
{
    return self->powered ? usart_baud(self, uart) : 0;
}

char machine_uart_parity(const struct machine *self, enum machine_uart uart)
{
    return usart_frame(self, uart).parity;
}
