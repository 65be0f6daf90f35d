// SPDX-License-Identifier: Apache-2.0
// Key and interrupt inputs on external interrupt lines (RM0376 section 13), whose edge detectors need no clock: they
// wake from Stop.
#include "node/port/input.h"

#include "node/port/clock.h"
#include "node/stm32l0/edges.h"
#include "node/stm32l0/registers.h"

static const struct pin {
    uint32_t gpio;
    uint8_t number; // of the pin and of its line
    uint8_t code;   // of the port in SYSCFG_EXTICR
} pins[INPUTS] = {
    [INPUT_KEY] = {GPIO_A, 7, 0},
    [INPUT_1] = {GPIO_B, 15, 1},
    [INPUT_2] = {GPIO_A, 4, 0},
    [INPUT_3] = {GPIO_A, 0, 0},
};

enum { SETTLE_US = 100 }; // 40 kΩ and a metre of cable: some µs

static void set_field(volatile uint32_t *reg, unsigned shift, uint32_t mask, uint32_t value)
{
    *reg = (*reg & ~(mask << shift)) | value << shift;
}

static void set_line(volatile uint32_t *reg, uint32_t line, bool on)
{
    *reg = on ? *reg | line : *reg & ~line;
}

static uint32_t pull_of(enum input input, enum input_sense sense)
{
    static const uint8_t pulls[] = {[INPUT_OFF] = GPIO_PULL_NONE,
                                    [INPUT_BOTH] = GPIO_PULL_NONE,
                                    [INPUT_FALLING] = GPIO_PULL_UP,
                                    [INPUT_RISING] = GPIO_PULL_DOWN};

    return input == INPUT_KEY ? GPIO_PULL_UP : pulls[sense];
}

static void set_up_pin(const struct pin *pin, uint32_t pull, bool on)
{
    set_field(&GPIO_PUPDR(pin->gpio), 2U * pin->number, 3, pull);
    set_field(&GPIO_MODER(pin->gpio), 2U * pin->number, 3, on ? GPIO_MODE_INPUT : GPIO_MODE_ANALOG);
    set_field(&SYSCFG_EXTICR(pin->number / 4U), 4U * (pin->number % 4U), 15, pin->code);
}

// The input stage that is switched on may itself look like an edge: what it left is cleared before the line is opened.
void input_set(enum input input, enum input_sense sense)
{
    const struct pin *pin = &pins[input];
    uint32_t line = BIT(pin->number);

    EXTI_IMR &= ~line;
    set_up_pin(pin, pull_of(input, sense), sense != INPUT_OFF);
    set_line(&EXTI_RTSR, line, sense == INPUT_BOTH || sense == INPUT_RISING);
    set_line(&EXTI_FTSR, line, sense == INPUT_BOTH || sense == INPUT_FALLING);
    EXTI_PR = line;
    set_line(&EXTI_IMR, line, sense != INPUT_OFF);
    NVIC_ISER = BIT(IRQ_EXTI_0_1) | BIT(IRQ_EXTI_4_15);
}

bool input_is_high(enum input input)
{
    return (GPIO_IDR(pins[input].gpio) >> pins[input].number & 1) != 0;
}

static bool is_off(const struct pin *pin)
{
    return (GPIO_MODER(pin->gpio) >> 2 * pin->number & 3) == GPIO_MODE_ANALOG;
}

bool input_look(enum input input)
{
    const struct pin *pin = &pins[input];

    if (!is_off(pin)) {
        return input_is_high(input);
    }
    set_up_pin(pin, GPIO_PULL_UP, true);
    clock_wait_us(SETTLE_US);
    bool is_high = input_is_high(input);
    set_up_pin(pin, GPIO_PULL_NONE, false);
    return is_high;
}

// A line stands for one pin, whatever its port.
uint8_t input_take_edges(void)
{
    uint16_t lines = edges_take();
    uint8_t taken = 0;

    for (unsigned i = 0; i < INPUTS; i++) {
        taken |= (uint8_t)((lines >> pins[i].number & 1U) << i);
    }
    return taken;
}
