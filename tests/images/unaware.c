// SPDX-License-Identifier: Apache-2.0
// A firmware of former times, as far as a battery cares: it puts the module to sleep and stops the processor, like any
// node between two uplinks, and it knows of no flash chip. PH0, the chip's select line, stays analog as the reset left
// it, and nobody sends B9 (vendor 3.2 B). It replaces bootloader and application.
#include "node/stm32l0/registers.h"

enum {
    PIN_TX = 10, // PB10
    FUNCTION = 7,
    BAUD_115200 = 35556,  // 256 · 16 MHz / 115200
    LOOPS_PER_S = 500000, // of 4 cycles at 2.1 MHz: MSI after a reset
    BOOT_S = 8,           // of the module, 5 s at most
};

void reset_handler(void);
extern uint32_t layout_stack_top[];

static void pause_s(unsigned seconds)
{
    for (volatile uint32_t i = 0; i < seconds * LOOPS_PER_S / 4; i++) {
    }
}

static void open_line(void)
{
    RCC_CR |= RCC_CR_HSION;
    while ((RCC_CR & RCC_CR_HSIRDY) == 0) {
    }
    RCC_IOPENR = RCC_IOPENR_ALL;
    RCC_APB1ENR |= RCC_APB1ENR_LPUART1 | RCC_APB1ENR_PWR;
    RCC_CCIPR = RCC_CCIPR_LPUART1_HSI16;
    GPIO_AFRH(GPIO_B) = (uint32_t)FUNCTION << 4 * (PIN_TX - 8);
    GPIO_MODER(GPIO_B) = (GPIO_MODER(GPIO_B) & ~(3UL << 2 * PIN_TX)) | 2UL << 2 * PIN_TX;
    USART_BRR(LPUART1_BASE) = BAUD_115200;
    USART_CR1(LPUART1_BASE) = USART_CR1_UE | USART_CR1_TE;
}

static void say(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((USART_ISR(LPUART1_BASE) & USART_ISR_TXE) == 0) {
        }
        USART_TDR(LPUART1_BASE) = (uint8_t)*text;
    }
    while ((USART_ISR(LPUART1_BASE) & USART_ISR_TC) == 0) {
    }
}

void reset_handler(void)
{
    open_line();
    pause_s(BOOT_S);
    say("AT+QSCLK=1\r\n");
    pause_s(2);
    say("AT+CFUN=0\r\n");
    pause_s(10);
    PWR_CR = (PWR_CR & ~PWR_CR_PDDS) | PWR_CR_LPSDSR | PWR_CR_ULP;
    SCB_SCR |= SCB_SCR_DEEP;
    for (;;) {
        wait_for_interrupt();
    }
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)layout_stack_top,
    reset_handler,
};
