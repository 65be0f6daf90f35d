// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/board.h"

#include "vnode/soc/machine.h"

enum {
    NOR_CS = 1 << 0,        // PH0
    NOR_CLOCK = 1 << 12,    // PB12
    NOR_MOSI = 1 << 13,     // PB13
    NOR_MISO = 1 << 14,     // PB14
    MODEM_WIRE = 1 << 2,    // PB2
    SUPPLY_SWITCH = 1 << 5, // PB5
    SUPPLY = 1 << 5,        // PB5, low: sensors have their 5 V
    LEVELS = 0xFFFF,        // no register's offset
};

const uint16_t board_held[PORTS] = {[PORT_B] = NOR_CLOCK | NOR_MOSI, [PORT_H] = NOR_CS};
static const uint16_t nor_pins[PORTS] = {
    [PORT_B] = NOR_CLOCK | NOR_MOSI | NOR_MISO, [PORT_H] = NOR_CS};

// RESET_N is pulled up in the module; the base of a key's transistor is pulled down. The switch of 5 V is pulled off.
uint16_t board_idle(const struct machine *self, unsigned port)
{
    if (port != PORT_B) {
        return 0;
    }
    return SUPPLY | (self->modem_has_key ? 0 : MODEM_WIRE);
}

bool machine_feeds_sensors(const struct machine *self)
{
    return self->powered && (self->soc.gpio.port[PORT_B].level & SUPPLY) == 0;
}

static void report_nor(struct machine *self)
{
    if (self->nor.misuse[0] != '\0') {
        soc_misuse(self, "NOR: %s", self->nor.misuse);
        self->nor.misuse[0] = '\0';
    }
}

// The chip has begun to write or erase by itself.
static void begin_nor_work(struct machine *self)
{
    const struct nor_work *work = &self->nor.work;
    bool programs = work->kind == NOR_PROGRAM;

    machine_operation(self, programs ? NVM_NOR_PROGRAM : NVM_NOR_ERASE, work->address,
                      programs ? span_of(work->page, sizeof work->page)
                               : span_of(&work->size, sizeof work->size),
                      work->end_ns - work->begin_ns);
}

static void select_nor(struct machine *self, bool high)
{
    nor_meter_book(self);
    if (nor_select(&self->nor, high, time_now_ns(self))) {
        begin_nor_work(self);
    }
    report_nor(self);
}

static void clock_nor(struct machine *self, uint16_t level)
{
    if ((level & NOR_CLOCK) == 0) {
        nor_clock_falls(&self->nor);
    } else if (nor_clock_rises(&self->nor, (level & NOR_MOSI) != 0)) {
        nor_byte(&self->nor, time_now_ns(self));
        report_nor(self);
    }
}

// FNV-1a over words, of what the pins do in order and without time.
static void note_pins(struct machine *self, uint32_t what, uint32_t value)
{
    uint64_t *hash = &self->soc.gpio.pin_hash;

    *hash = (*hash ^ what) * 0x100000001B3ULL;
    *hash = (*hash ^ value) * 0x100000001B3ULL;
}

static void other_pins_changed(struct machine *self, unsigned port, uint16_t level,
                               uint16_t changed)
{
    note_pins(self, port << 16 | LEVELS, level);
    if (port == PORT_B && (changed & SUPPLY_SWITCH) != 0) {
        supply_meter_look(self);
    }
    if (port == PORT_B && (changed & MODEM_WIRE) != 0 && self->ports.modem_reset_pin != NULL) {
        self->ports.modem_reset_pin(self->ports.context, (level & MODEM_WIRE) == 0,
                                    time_now_ns(self));
    }
}

void board_directions_change(struct machine *self, unsigned port)
{
    if (port == PORT_H) {
        nor_meter_book(self);
    }
}

void board_directions_changed(struct machine *self, unsigned port)
{
    if (port == PORT_B) {
        supply_meter_look(self);
    }
}

void board_pins_changed(struct machine *self, unsigned port, uint16_t level, uint16_t changed)
{
    if (port == PORT_B && (changed & NOR_CLOCK) != 0) {
        clock_nor(self, level);
    } else if (port == PORT_H && (changed & NOR_CS) != 0) {
        select_nor(self, (level & NOR_CS) != 0);
    }
    uint16_t others = changed & (uint16_t)~nor_pins[port];
    if (others != 0) {
        other_pins_changed(self, port, level & (uint16_t)~nor_pins[port], others);
    }
}

void board_pins_set_up(struct machine *self, unsigned port, uint32_t offset, uint32_t before,
                       uint32_t value, unsigned first_pin, unsigned bits)
{
    uint32_t others = UINT32_MAX;

    for (unsigned at = 0; at < 32; at += bits) {
        if ((nor_pins[port] >> (first_pin + at / bits) & 1) != 0) {
            others &= ~(((1U << bits) - 1) << at);
        }
    }
    if (((before ^ value) & others) != 0) {
        note_pins(self, port << 16 | offset, value & others);
    }
}

uint32_t board_inputs(const struct machine *self, unsigned port, uint16_t external)
{
    if (port != PORT_B) {
        return external;
    }
    return (external & ~(uint32_t)NOR_MISO) | (nor_miso(&self->nor) ? NOR_MISO : 0);
}
