// SPDX-License-Identifier: Apache-2.0
#include "node/stm32l0/system.h"

#include "node/port/nor_bus.h"
#include "node/stm32l0/registers.h"

// 32 MHz needs voltage range 1 and one wait state (RM0376 sections 6.1.7 and 3.3.1).
static void raise_voltage(void)
{
    RCC_APB1ENR |= RCC_APB1ENR_PWR;
    while ((PWR_CSR & PWR_CSR_VOSF) != 0) {
    }
    PWR_CR = (PWR_CR & ~PWR_CR_VOS_MASK) | PWR_CR_VOS_1;
    while ((PWR_CSR & PWR_CSR_VOSF) != 0) {
    }
    FLASH_ACR |= FLASH_ACR_LATENCY;
    FLASH_ACR |= FLASH_ACR_PRFTEN;
}

// HSI16 × 4 / 2. Before the application the bootloader has done it: then the PLL runs and must not be touched.
void system_raise_clock(void)
{
    if ((RCC_CFGR & RCC_CFGR_SWS_MASK) == RCC_CFGR_SWS_PLL) {
        return;
    }
    RCC_CR |= RCC_CR_HSION;
    while ((RCC_CR & RCC_CR_HSIRDY) == 0) {
    }
    RCC_CFGR |= RCC_CFGR_PLLMUL4 | RCC_CFGR_PLLDIV2 | RCC_CFGR_STOPWUCK;
    RCC_CR |= RCC_CR_PLLON;
    while ((RCC_CR & RCC_CR_PLLRDY) == 0) {
    }
    RCC_CFGR |= RCC_CFGR_SW_PLL;
    while ((RCC_CFGR & RCC_CFGR_SWS_MASK) != RCC_CFGR_SWS_PLL) {
    }
}

static void enable_peripherals(void)
{
    RCC_AHBENR |= RCC_AHBENR_DMA;
    RCC_APB2ENR |= RCC_APB2ENR_SYSCFG;
    RCC_APB1ENR |= RCC_APB1ENR_USART2 | RCC_APB1ENR_LPUART1 | RCC_APB1ENR_I2C1;
    RCC_CCIPR |= RCC_CCIPR_USART2_HSI16 | RCC_CCIPR_LPUART1_HSI16 | RCC_CCIPR_I2C1_HSI16;
}

void system_init(void)
{
    RCC_IOPENR = RCC_IOPENR_ALL;
    (void)RCC_IOPENR; // the clock reaches the ports two cycles after it is switched on
    nor_bus_park();
    raise_voltage();
    system_raise_clock();
    enable_peripherals();
}

// What the bootloader used must neither fire into the application's handlers nor write into its memory.
static void quiet(void)
{
    (void)interrupts_save();
    USART_CR1(USART2_BASE) = 0;
    USART_CR1(LPUART1_BASE) = 0;
    DMA_CCR(3) = 0;
    DMA_CCR(5) = 0;
    LPTIM_CR = 0;
    NVIC_ICER = 0xFFFFFFFFUL;
    NVIC_ICPR = 0xFFFFFFFFUL;
}

void system_jump(unsigned long base)
{
    uint32_t stack = REGISTER(base);
    uint32_t entry = REGISTER(base + 4);

    quiet();
    SCB_VTOR = base;
    __asm__ volatile("msr msp, %0\n\tcpsie i\n\tbx %1" : : "r"(stack), "r"(entry) : "memory");
    __builtin_unreachable();
}
