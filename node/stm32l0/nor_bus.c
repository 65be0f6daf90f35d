// SPDX-License-Identifier: Apache-2.0
// The board's flash pins fit no SPI unit (docs/memory.md), so the bus is driven by hand: mode 0, data out before the
// rising edge, data in after it. About 2.6 Mbit/s in and 1.6 Mbit/s out at 32 MHz.
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
    GPIO_OSPEEDR(GPIO_B) |= 3UL << 2 * PIN_CLOCK | 3UL << 2 * PIN_OUT; // the usual speed is 0.4 MHz
    set_mode(GPIO_B, PIN_CLOCK, MODE_OUTPUT);
    set_mode(GPIO_B, PIN_OUT, MODE_OUTPUT);
    set_mode(GPIO_B, PIN_IN, MODE_ANALOG);
}

void nor_bus_open(void)
{
    nor_bus_park();
    set_mode(GPIO_B, PIN_IN, MODE_INPUT);
}

// In both loops a 1 beside the byte tells when its eight bits are through: registers are few, and a counter would cost a
// third of the time.
void nor_bus_write(const uint8_t *bytes, size_t size)
{
    volatile uint32_t *const set = &GPIO_BSRR(GPIO_B);
    const uint32_t out = BIT(PIN_OUT);
    const uint32_t clock = BIT(PIN_CLOCK);

    for (const uint8_t *end = bytes + size; bytes < end; bytes++) {
        uint32_t byte = (uint32_t)*bytes << 24 | 1UL << 23;
        do { // the highest bit is next
            *set = (int32_t)byte < 0 ? out : out << 16;
            *set = clock;
            *set = clock << 16;
            byte <<= 1;
        } while (byte != BIT(31));
    }
}

// The chip puts out the next bit at the falling edge, and a level takes some cycles through the port. So this work stays
// between the two, where the compiler sees no reason to leave it: 0.15 us.
static inline uint32_t put_away(uint32_t byte, uint32_t level)
{
    __asm__ volatile("" : "+r"(level)); // not before
    byte = byte << 1 | level << (31 - PIN_IN) >> 31;
    __asm__ volatile("" : "+r"(byte)); // not later
    return byte;
}

void nor_bus_read(uint8_t *bytes, size_t size)
{
    volatile uint32_t *const set = &GPIO_BSRR(GPIO_B);
    volatile uint32_t *const in = &GPIO_IDR(GPIO_B);
    const uint32_t clock = BIT(PIN_CLOCK);

    for (const uint8_t *end = bytes + size; bytes < end; bytes++) {
        uint32_t byte = 1;
        do { // two bits a turn
#pragma GCC unroll 2
            for (unsigned bit = 0; bit < 2; bit++) {
                *set = clock;
                uint32_t level = *in;
                *set = clock << 16;
                byte = put_away(byte, level);
            }
        } while (byte < 0x100);
        *bytes = (uint8_t)byte;
    }
}
