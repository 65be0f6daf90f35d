// SPDX-License-Identifier: Apache-2.0
// I2C1 as master on PB6 and PB7, 100 kHz from HSI16, polled with a bound.
#include "node/port/i2c.h"

#include "node/port/clock.h"
#include "node/stm32l0/registers.h"

enum {
    TIMING_100KHZ = 0x30420F13, // RM0376 table 123, 16 MHz, standard mode
    POLLS = 1000,               // of 10 µs each
    PIN_CLOCK = 6,
    PIN_DATA = 7,
    FUNCTION = 1,
};

static void open_bus(void)
{
    uint32_t pins = 3UL << 2 * PIN_CLOCK | 3UL << 2 * PIN_DATA;

    GPIO_OTYPER(GPIO_B) |= BIT(PIN_CLOCK) | BIT(PIN_DATA);
    GPIO_AFRL(GPIO_B) = (GPIO_AFRL(GPIO_B) & 0x00FFFFFFUL) | (uint32_t)FUNCTION << 4 * PIN_CLOCK |
                        (uint32_t)FUNCTION << 4 * PIN_DATA;
    GPIO_MODER(GPIO_B) = (GPIO_MODER(GPIO_B) & ~pins) | (pins & 0xAAAAAAAAUL);
    I2C_CR1 = 0;
    I2C_TIMINGR = TIMING_100KHZ;
    I2C_CR1 = I2C_CR1_PE;
}

// Waits for one of `flags`; a NACK ends it too.
static enum status wait_for(uint32_t flags)
{
    for (unsigned i = 0; i < POLLS; i++) {
        uint32_t isr = I2C_ISR;
        if ((isr & I2C_ISR_NACKF) != 0) {
            return STATUS_NOT_FOUND;
        }
        if ((isr & flags) != 0) {
            return STATUS_OK;
        }
        clock_wait_us(10);
    }
    return STATUS_TIMEOUT;
}

static void begin(uint8_t address, size_t size, uint32_t direction)
{
    open_bus();
    I2C_ICR = I2C_ISR_NACKF | I2C_ISR_STOPF;
    I2C_CR2 =
        (uint32_t)address << 1 | (uint32_t)size << 16 | I2C_CR2_AUTOEND | direction | I2C_CR2_START;
}

// The stop comes by itself, after a NACK too; switching off before it would leave the sensor inside a transfer.
static enum status finish(enum status status)
{
    if (status != STATUS_TIMEOUT) {
        I2C_ICR = I2C_ISR_NACKF;
        enum status stopped = wait_for(I2C_ISR_STOPF);
        status = status == STATUS_OK ? stopped : status;
    }
    I2C_CR1 = 0;
    return status;
}

enum status i2c_write(uint8_t address, const uint8_t *bytes, size_t size)
{
    enum status status = STATUS_OK;

    begin(address, size, 0);
    for (size_t i = 0; i < size && status == STATUS_OK; i++) {
        status = wait_for(I2C_ISR_TXIS);
        if (status == STATUS_OK) {
            I2C_TXDR = bytes[i];
        }
    }
    return finish(status);
}

enum status i2c_read(uint8_t address, uint8_t *bytes, size_t size)
{
    enum status status = STATUS_OK;

    begin(address, size, I2C_CR2_READ);
    for (size_t i = 0; i < size && status == STATUS_OK; i++) {
        status = wait_for(I2C_ISR_RXNE);
        if (status == STATUS_OK) {
            bytes[i] = (uint8_t)I2C_RXDR;
        }
    }
    return finish(status);
}
