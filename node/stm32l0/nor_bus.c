// SPDX-License-Identifier: Apache-2.0
// The board's flash pins fit no SPI unit (docs/memory.md), so the bus is driven by hand: mode 0, data out before the
// rising edge, data in after it. About 1.5 Mbit/s at 32 MHz.
#include "node/port/nor_bus.h"

#include "node/stm32l0/registers.h"

enum {
    PIN_CS = 0,     // PH0
    PIN_CLOCK = 12, // PB12
    PIN_OUT = 13,   // PB13
    PIN_IN = 14,    // PB14
};

enum mode { MODE_INPUT = 0, MODE_OUTPUT = 1, MODE_ANALOG = 3 };

static void set_mode(uint32_t gpio, unsigned pin, enum mode mode)
{
    GPIO_MODER(gpio) = (GPIO_MODER(gpio) & ~(3UL << 2 * pin)) | (uint32_t)mode << 2 * pin;
}

static void set_low(unsigned pin)
{
    GPIO_BSRR(GPIO_B) = BIT(pin + 16);
}

static void set_high(unsigned pin)
{
    GPIO_BSRR(GPIO_B) = BIT(pin);
}

void nor_bus_select(bool selected)
{
    GPIO_BSRR(GPIO_H) = selected ? BIT(PIN_CS + 16) : BIT(PIN_CS);
}

void nor_bus_park(void)
{
    nor_bus_select(false);
    set_mode(GPIO_H, PIN_CS, MODE_OUTPUT);
    set_low(PIN_CLOCK);
    set_low(PIN_OUT);
    set_mode(GPIO_B, PIN_CLOCK, MODE_OUTPUT);
    set_mode(GPIO_B, PIN_OUT, MODE_OUTPUT);
    set_mode(GPIO_B, PIN_IN, MODE_ANALOG);
}

void nor_bus_open(void)
{
    nor_bus_park();
    set_mode(GPIO_B, PIN_IN, MODE_INPUT);
}

static void put_byte(uint8_t byte)
{
    for (unsigned bit = 0x80; bit != 0; bit >>= 1) {
        GPIO_BSRR(GPIO_B) = (byte & bit) != 0 ? BIT(PIN_OUT) : BIT(PIN_OUT + 16);
        set_high(PIN_CLOCK);
        set_low(PIN_CLOCK);
    }
}

static uint8_t get_byte(void)
{
    uint32_t byte = 0;

    for (unsigned i = 0; i < 8; i++) {
        set_high(PIN_CLOCK);
        byte = byte << 1 | (GPIO_IDR(GPIO_B) >> PIN_IN & 1);
        set_low(PIN_CLOCK);
    }
    return (uint8_t)byte;
}

void nor_bus_write(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        put_byte(bytes[i]);
    }
}

void nor_bus_read(uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = get_byte();
    }
}
