// SPDX-License-Identifier: Apache-2.0
// USART1 on PA9 and PA10, polled: the node has nothing else to do while it waits for a sensor's answer, and a character
// takes 87 µs at least, longer than any interrupt.
#include "node/port/line.h"

#include <stdbool.h>

#include "node/port/clock.h"
#include "node/stm32l0/registers.h"

enum {
    CLOCK_HZ = 16000000, // HSI16
    PIN_SEND = 9,
    PIN_RECEIVE = 10,
    FUNCTION = 4,
    LOOK_EVERY_US = 20,
};

static void set_pins(uint32_t mode)
{
    uint32_t fields = 15UL << 4 * (PIN_SEND - 8) | 15UL << 4 * (PIN_RECEIVE - 8);
    uint32_t function = (uint32_t)FUNCTION << 4 * (PIN_SEND - 8) | (uint32_t)FUNCTION
                                                                       << 4 * (PIN_RECEIVE - 8);
    uint32_t modes = 3UL << 2 * PIN_SEND | 3UL << 2 * PIN_RECEIVE;

    GPIO_AFRH(GPIO_A) = (GPIO_AFRH(GPIO_A) & ~fields) | function;
    GPIO_MODER(GPIO_A) =
        (GPIO_MODER(GPIO_A) & ~modes) | mode << 2 * PIN_SEND | mode << 2 * PIN_RECEIVE;
}

// With parity the frame has nine bits, the parity bit in the place of the eighth (RM0376 section 28.5.13).
static uint32_t parity_bits(uint8_t parity)
{
    static const uint32_t bits[] = {
        [LINE_PARITY_NONE] = 0,
        [LINE_PARITY_ODD] = USART_CR1_M0 | USART_CR1_PCE | USART_CR1_PS,
        [LINE_PARITY_EVEN] = USART_CR1_M0 | USART_CR1_PCE,
    };

    return bits[parity];
}

static uint32_t stop_bits(uint8_t stop)
{
    static const uint32_t bits[] = {
        [LINE_STOP_1] = 0, [LINE_STOP_1_5] = USART_CR2_STOP_1_5, [LINE_STOP_2] = USART_CR2_STOP_2};

    return bits[stop];
}

void line_open(const struct line_format *format)
{
    RCC_CCIPR |= RCC_CCIPR_USART1_HSI16;
    RCC_APB2ENR |= RCC_APB2ENR_USART1;
    USART_CR1(USART1_BASE) = 0;
    USART_CR2(USART1_BASE) = stop_bits(format->stop);
    USART_CR3(USART1_BASE) = USART_CR3_OVRDIS;
    USART_BRR(USART1_BASE) = (CLOCK_HZ + format->baud / 2) / format->baud;
    USART_CR1(USART1_BASE) =
        parity_bits(format->parity) | USART_CR1_UE | USART_CR1_RE | USART_CR1_TE;
    set_pins(GPIO_MODE_FUNCTION);
}

void line_close(void)
{
    set_pins(GPIO_MODE_ANALOG);
    USART_CR1(USART1_BASE) = 0;
    RCC_APB2ENR &= ~RCC_APB2ENR_USART1;
}

static bool take(uint8_t *byte)
{
    if ((USART_ISR(USART1_BASE) & USART_ISR_RXNE) == 0) {
        return false;
    }
    *byte = (uint8_t)REGISTER(USART_RDR(USART1_BASE));
    return true;
}

static void wait_sent(uint32_t flag)
{
    while ((USART_ISR(USART1_BASE) & flag) == 0) {
    }
}

void line_send(struct span bytes)
{
    uint8_t dropped;

    (void)take(&dropped);
    for (size_t i = 0; i < bytes.size; i++) {
        wait_sent(USART_ISR_TXE);
        USART_TDR(USART1_BASE) = bytes.data[i];
    }
    wait_sent(USART_ISR_TC);
}

static bool wait_byte(uint8_t *byte, uint32_t limit_ms)
{
    uint32_t began_ms = clock_now_ms();

    while (!take(byte)) {
        if (clock_now_ms() - began_ms >= limit_ms) {
            return false;
        }
        clock_wait_us(LOOK_EVERY_US);
    }
    return true;
}

size_t line_receive(uint8_t *buffer, size_t capacity, uint32_t first_ms, uint32_t gap_ms)
{
    size_t count = 0;

    while (count < capacity && wait_byte(&buffer[count], count == 0 ? first_ms : gap_ms)) {
        count++;
    }
    return count;
}
