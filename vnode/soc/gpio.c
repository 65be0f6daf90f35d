// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/gpio.h"

#include "vnode/soc/board.h"
#include "vnode/soc/machine.h"

enum {
    MODER = 0x00,
    OTYPER = 0x04,
    OSPEEDR = 0x08,
    PUPDR = 0x0C,
    IDR = 0x10,
    ODR = 0x14,
    BSRR = 0x18,
    LCKR = 0x1C,
    AFRL = 0x20,
    AFRH = 0x24,
    BRR = 0x28,
};

enum { MODE_OUTPUT = 1, MODE_FUNCTION = 2, MODE_ANALOG = 3 };

static uint16_t pins_in_mode(uint32_t moder, unsigned mode)
{
    uint16_t pins = 0;

    for (unsigned pin = 0; pin < 16; pin++) {
        if ((moder >> 2 * pin & 3) == mode) {
            pins |= (uint16_t)(1U << pin);
        }
    }
    return pins;
}

// What no output drives keeps its level or goes to rest, as the board has it.
static void drive(struct machine *self, unsigned port)
{
    struct gpio_pins *pins = &self->soc.gpio.port[port];
    uint32_t held = ~(uint32_t)pins->outputs & board_held[port];
    uint32_t rest = ~(uint32_t)pins->outputs & ~(uint32_t)board_held[port] & board_idle(self, port);
    uint16_t level = (uint16_t)((pins->odr & pins->outputs) | (pins->level & held) | rest);
    uint16_t changed = level ^ pins->level;

    if (changed != 0) {
        pins->level = level;
        board_pins_changed(self, port, level, changed);
    }
}

static void set_modes(struct machine *self, unsigned port, uint32_t moder)
{
    struct gpio_pins *pins = &self->soc.gpio.port[port];

    board_directions_change(self, port);
    pins->moder = moder;
    pins->outputs = pins_in_mode(moder, MODE_OUTPUT);
    pins->analog = pins_in_mode(moder, MODE_ANALOG);
    drive(self, port);
    board_directions_changed(self, port);
}

void gpio_reset(struct machine *self, unsigned port)
{
    struct gpio_pins *pins = &self->soc.gpio.port[port];

    *pins = (struct gpio_pins){
        .level = pins->level, .external = pins->external, .outputs = pins->outputs};
    if (port == PORT_A) { // PA13 and PA14 are the debug pins
        pins->ospeedr = 0x0C000000;
        pins->pupdr = 0x24000000;
    }
    set_modes(self, port, port == PORT_A ? 0xEBFFFCFF : 0xFFFFFFFF);
}

static uint32_t read_levels(struct machine *self, unsigned port)
{
    const struct gpio_pins *pins = &self->soc.gpio.port[port];
    uint32_t pushed = pins->outputs & ~(pins->otyper & pins->odr);
    uint32_t external = board_inputs(self, port, pins->external);

    return ((pins->odr & pushed) | (external & ~pushed)) & ~(uint32_t)pins->analog & 0xFFFF;
}

uint32_t gpio_read(struct machine *self, unsigned port, uint32_t offset)
{
    const struct gpio_pins *pins = &self->soc.gpio.port[port];

    switch (offset) {
    case MODER:
        return pins->moder;
    case OTYPER:
        return pins->otyper;
    case OSPEEDR:
        return pins->ospeedr;
    case PUPDR:
        return pins->pupdr;
    case IDR:
        return read_levels(self, port);
    case ODR:
        return pins->odr;
    case LCKR:
        return pins->lckr;
    case AFRL:
    case AFRH:
        return pins->afr[(offset - AFRL) / 4];
    default: // BSRR and BRR read as zero
        return 0;
    }
}

static void set_outputs(struct machine *self, unsigned port, uint32_t odr)
{
    self->soc.gpio.port[port].odr = odr & 0xFFFF;
    drive(self, port);
}

static void set_up(struct machine *self, unsigned port, uint32_t offset, uint32_t value)
{
    struct gpio_pins *pins = &self->soc.gpio.port[port];
    const struct {
        uint32_t *word;
        unsigned first_pin, bits;
    } registers[] =
        {
            [MODER / 4] = {&pins->moder, 0, 2},     [OTYPER / 4] = {&pins->otyper, 0, 1},
            [OSPEEDR / 4] = {&pins->ospeedr, 0, 2}, [PUPDR / 4] = {&pins->pupdr, 0, 2},
            [AFRL / 4] = {&pins->afr[0], 0, 4},     [AFRH / 4] = {&pins->afr[1], 8, 4},
        },
      *chosen = &registers[offset / 4];

    board_pins_set_up(self, port, offset, *chosen->word, value, chosen->first_pin, chosen->bits);
    *chosen->word = value;
    if (offset == MODER) {
        set_modes(self, port, value);
    }
}

void gpio_write(struct machine *self, unsigned port, uint32_t offset, uint32_t value)
{
    struct gpio_pins *pins = &self->soc.gpio.port[port];

    switch (offset) {
    case BSRR: // setting wins
        set_outputs(self, port, (pins->odr & ~(value >> 16)) | (value & 0xFFFF));
        break;
    case BRR:
        set_outputs(self, port, pins->odr & ~value);
        break;
    case ODR:
        set_outputs(self, port, value);
        break;
    case MODER:
    case OSPEEDR:
    case PUPDR:
    case AFRL:
    case AFRH:
        set_up(self, port, offset, value);
        break;
    case OTYPER:
        set_up(self, port, offset, value & 0xFFFF);
        break;
    default:
        soc_misuse(self, "GPIO%c register +%02X written", "ABCDE??H"[port], offset);
    }
}

bool gpio_has_function(const struct machine *self, enum gpio_port port, unsigned pin,
                       unsigned function)
{
    const struct gpio_pins *pins = &self->soc.gpio.port[port];

    return (pins->moder >> 2 * pin & 3) == MODE_FUNCTION &&
           (pins->afr[pin / 8] >> 4 * (pin % 8) & 15) == function;
}

void gpio_input(struct machine *self, enum gpio_port port, unsigned pin, bool high)
{
    struct gpio_pins *pins = &self->soc.gpio.port[port];
    uint16_t mask = (uint16_t)(1U << pin);
    bool was_high = (pins->external & mask) != 0;

    pins->external = (uint16_t)(high ? pins->external | mask : pins->external & ~mask);
    if (high != was_high && (pins->analog & mask) == 0) { // analog: the input stage is off
        exti_pin_edge(self, port, pin, high);
    }
}
