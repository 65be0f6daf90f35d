// SPDX-License-Identifier: Apache-2.0
// A firmware that writes where nobody should: the first page of each of the first eight sectors but its own, erased and
// programmed. For each it says at the console whether the controller has refused, then it rests.
#include <stdbool.h>

#include "node/stm32l0/registers.h"

enum {
    PIN_TX = 2, // PA2
    FUNCTION = 4,
    BAUD_9600 = 218, // of 2,097,152 Hz: MSI after a reset
    SECTOR = 4096,
    SECTORS = 8,
    WRPERR = 1 << 8,
};

void reset_handler(void);
extern uint32_t layout_stack_top[];

static void open_console(void)
{
    RCC_IOPENR = RCC_IOPENR_ALL;
    RCC_APB1ENR |= RCC_APB1ENR_USART2;
    GPIO_AFRL(GPIO_A) = (uint32_t)FUNCTION << 4 * PIN_TX;
    GPIO_MODER(GPIO_A) = (GPIO_MODER(GPIO_A) & ~(3UL << 2 * PIN_TX)) | 2UL << 2 * PIN_TX;
    USART_BRR(USART2_BASE) = BAUD_9600;
    USART_CR1(USART2_BASE) = USART_CR1_UE | USART_CR1_TE;
}

static void say(const char *text)
{
    for (; *text != '\0'; text++) {
        while ((USART_ISR(USART2_BASE) & USART_ISR_TXE) == 0) {
        }
        USART_TDR(USART2_BASE) = (uint8_t)*text;
    }
}

static void unlock(void)
{
    FLASH_PEKEYR = 0x89ABCDEF;
    FLASH_PEKEYR = 0x02030405;
    FLASH_PRGKEYR = 0x8C9DAEBF;
    FLASH_PRGKEYR = 0x13141516;
}

static bool is_refused(uint32_t mode, uint32_t address, uint32_t word)
{
    FLASH_SR = FLASH_SR_ERRORS;
    FLASH_PECR |= mode;
    REGISTER(address) = word;
    while ((FLASH_SR & FLASH_SR_BSY) != 0) {
    }
    FLASH_PECR &= ~mode;
    return (FLASH_SR & WRPERR) != 0;
}

static void trespass(uint32_t address)
{
    bool erase = is_refused(FLASH_PECR_ERASE | FLASH_PECR_PROG, address, 0);
    bool program = is_refused(0, address, 0x600DF00D);

    say(erase && program ? "refused\r\n" : erase || program ? "half\r\n" : "written\r\n");
}

void reset_handler(void)
{
    open_console();
    unlock();
    for (unsigned sector = 1; sector < SECTORS; sector++) {
        trespass(FLASH_BEGIN + sector * SECTOR);
    }
    FLASH_SR = FLASH_SR_ERRORS;
    say("done\r\n");
    for (;;) {
    }
}

typedef void (*vector)(void);

__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)layout_stack_top,
    reset_handler,
};
