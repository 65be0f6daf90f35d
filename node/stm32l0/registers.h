// SPDX-License-Identifier: Apache-2.0
// The registers of the STM32L072 that the firmware uses. Names, addresses and bits: RM0376.
#ifndef NBOTA_NODE_STM32L0_REGISTERS_H
#define NBOTA_NODE_STM32L0_REGISTERS_H

#include <stdint.h>

// Code that must not be fetched from flash: because the flash is busy, or because its wait states would spoil
// the time. The start-up copies it to RAM together with .data; the linker lays the way to it.
#define IN_RAM __attribute__((section(".ramfunc"), noinline))

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define BIT(n)            (1UL << (n))

// RCC, section 7
#define RCC_CR       REGISTER(0x40021000)
#define RCC_ICSCR    REGISTER(0x40021004)
#define RCC_CFGR     REGISTER(0x4002100C)
#define RCC_APB1RSTR REGISTER(0x40021028)
#define RCC_IOPENR   REGISTER(0x4002102C)
#define RCC_AHBENR   REGISTER(0x40021030)
#define RCC_APB2ENR  REGISTER(0x40021034)
#define RCC_APB1ENR  REGISTER(0x40021038)
#define RCC_CCIPR    REGISTER(0x4002104C)
#define RCC_CSR      REGISTER(0x40021050)

#define RCC_CR_HSION            BIT(0)
#define RCC_CR_HSIKERON         BIT(1)
#define RCC_CR_HSIRDY           BIT(2)
#define RCC_CR_PLLON            BIT(24)
#define RCC_CR_PLLRDY           BIT(25)
#define RCC_CFGR_SW_PLL         3UL
#define RCC_CFGR_SWS_PLL        (3UL << 2)
#define RCC_CFGR_SWS_MASK       (3UL << 2)
#define RCC_CFGR_STOPWUCK       BIT(15)
#define RCC_CFGR_PLLMUL4        (1UL << 18)
#define RCC_CFGR_PLLDIV2        (1UL << 22)
#define RCC_IOPENR_ALL          0x8FUL // ports A, B, C, D, H
#define RCC_AHBENR_DMA          BIT(0)
#define RCC_APB2ENR_SYSCFG      BIT(0)
#define RCC_APB2ENR_ADC         BIT(9)
#define RCC_APB2ENR_USART1      BIT(14)
#define RCC_APB1ENR_USART2      BIT(17)
#define RCC_APB1ENR_LPUART1     BIT(18)
#define RCC_APB1ENR_I2C1        BIT(21)
#define RCC_APB1ENR_PWR         BIT(28)
#define RCC_APB1ENR_LPTIM1      BIT(31)
#define RCC_CCIPR_USART1_HSI16  (2UL << 0)
#define RCC_CCIPR_USART2_HSI16  (2UL << 2)
#define RCC_CCIPR_LPUART1_HSI16 (2UL << 10)
#define RCC_CCIPR_I2C1_HSI16    (2UL << 12)
#define RCC_CCIPR_LPTIM1_LSI    (1UL << 18)
#define RCC_CCIPR_LPTIM1_LSE    (3UL << 18)
#define RCC_CCIPR_LPTIM1_MASK   (3UL << 18)
#define RCC_CSR_LSION           BIT(0)
#define RCC_CSR_LSIRDY          BIT(1)
#define RCC_CSR_LSEON           BIT(8)
#define RCC_CSR_LSERDY          BIT(9)
#define RCC_CSR_RMVF            BIT(23)
#define RCC_CSR_SFTRSTF         BIT(28)
#define RCC_CSR_IWDGRSTF        BIT(29)
#define RCC_CSR_WWDGRSTF        BIT(30)
#define RCC_CSR_LPWRRSTF        BIT(31)
// Resets that an application may be blamed for. Each reset sets the pin's flag too (RM0376 section 7.1.1).
#define RCC_CSR_BLAMES_APPLICATION                                                                 \
    (RCC_CSR_SFTRSTF | RCC_CSR_IWDGRSTF | RCC_CSR_WWDGRSTF | RCC_CSR_LPWRRSTF)

// PWR, section 6
#define PWR_CR          REGISTER(0x40007000)
#define PWR_CSR         REGISTER(0x40007004)
#define PWR_CR_LPSDSR   BIT(0)
#define PWR_CR_PDDS     BIT(1)
#define PWR_CR_CWUF     BIT(2)
#define PWR_CR_DBP      BIT(8)
#define PWR_CR_ULP      BIT(9)
#define PWR_CR_FWU      BIT(10)
#define PWR_CR_VOS_MASK (3UL << 11)
#define PWR_CR_VOS_1    (1UL << 11)
#define PWR_CSR_VOSF    BIT(4)

// FLASH and data EEPROM, section 3
#define FLASH_BEGIN        0x08000000UL
#define FLASH_ACR          REGISTER(0x40022000)
#define FLASH_PECR         REGISTER(0x40022004)
#define FLASH_PEKEYR       REGISTER(0x4002200C)
#define FLASH_PRGKEYR      REGISTER(0x40022010)
#define FLASH_SR           REGISTER(0x40022018)
#define FLASH_ACR_LATENCY  BIT(0)
#define FLASH_ACR_PRFTEN   BIT(1)
#define FLASH_PECR_PELOCK  BIT(0)
#define FLASH_PECR_PRGLOCK BIT(1)
#define FLASH_PECR_PROG    BIT(3)
#define FLASH_PECR_ERASE   BIT(9)
#define FLASH_PECR_FPRG    BIT(10)
#define FLASH_SR_BSY       BIT(0)
#define FLASH_SR_ERRORS    0x00032F00UL // WRPERR PGAERR SIZERR OPTVERR RDERR NOTZEROERR FWWERR

// GPIO, section 9
#define GPIO_A             0x50000000UL
#define GPIO_B             0x50000400UL
#define GPIO_H             0x50001C00UL
#define GPIO_MODER(port)   REGISTER((port) + 0x00)
#define GPIO_OTYPER(port)  REGISTER((port) + 0x04)
#define GPIO_OSPEEDR(port) REGISTER((port) + 0x08)
#define GPIO_PUPDR(port)   REGISTER((port) + 0x0C)
#define GPIO_IDR(port)     REGISTER((port) + 0x10)
#define GPIO_BSRR(port)    REGISTER((port) + 0x18)
#define GPIO_AFRL(port)    REGISTER((port) + 0x20)
#define GPIO_AFRH(port)    REGISTER((port) + 0x24)
#define GPIO_MODE_INPUT    0UL
#define GPIO_MODE_OUTPUT   1UL
#define GPIO_MODE_FUNCTION 2UL
#define GPIO_MODE_ANALOG   3UL
#define GPIO_PULL_NONE     0UL
#define GPIO_PULL_UP       1UL
#define GPIO_PULL_DOWN     2UL

// SYSCFG and EXTI, sections 10 and 13
#define SYSCFG_EXTICR(n) REGISTER(0x40010008 + 4 * (n))
#define EXTI_IMR         REGISTER(0x40010400)
#define EXTI_RTSR        REGISTER(0x40010408)
#define EXTI_FTSR        REGISTER(0x4001040C)
#define EXTI_PR          REGISTER(0x40010414)
#define EXTI_PINS        0xFFFFUL // lines 0 to 15

// USART1, USART2 and LPUART1, sections 28 and 29: the same registers
#define USART1_BASE        0x40013800UL
#define USART2_BASE        0x40004400UL
#define LPUART1_BASE       0x40004800UL
#define USART_CR1(base)    REGISTER((base) + 0x00)
#define USART_CR2(base)    REGISTER((base) + 0x04)
#define USART_CR3(base)    REGISTER((base) + 0x08)
#define USART_BRR(base)    REGISTER((base) + 0x0C)
#define USART_ISR(base)    REGISTER((base) + 0x1C)
#define USART_ICR(base)    REGISTER((base) + 0x20)
#define USART_RDR(base)    ((base) + 0x24)
#define USART_TDR(base)    REGISTER((base) + 0x28)
#define USART_CR1_UE       BIT(0)
#define USART_CR1_UESM     BIT(1)
#define USART_CR1_RE       BIT(2)
#define USART_CR1_TE       BIT(3)
#define USART_CR1_IDLEIE   BIT(4)
#define USART_CR1_TCIE     BIT(6)
#define USART_CR1_TXEIE    BIT(7)
#define USART_CR1_PS       BIT(9)
#define USART_CR1_PCE      BIT(10)
#define USART_CR1_M0       BIT(12)
#define USART_CR2_STOP_2   (2UL << 12)
#define USART_CR2_STOP_1_5 (3UL << 12)
#define USART_CR3_DMAR     BIT(6)
#define USART_CR3_OVRDIS   BIT(12)
#define USART_CR3_WUS_RXNE (3UL << 20)
#define USART_CR3_WUFIE    BIT(22)
#define USART_ISR_FE       BIT(1)
#define USART_ISR_NE       BIT(2)
#define USART_ISR_IDLE     BIT(4)
#define USART_ISR_RXNE     BIT(5)
#define USART_ISR_TC       BIT(6)
#define USART_ISR_TXE      BIT(7)
#define USART_ISR_BUSY     BIT(16)
#define USART_ICR_WUCF     BIT(20)
#define USART_ICR_IDLE     BIT(4)

// DMA1, section 11
#define DMA_ISR      REGISTER(0x40020000)
#define DMA_IFCR     REGISTER(0x40020004)
#define DMA_CCR(n)   REGISTER(0x40020008 + 20 * ((n)-1))
#define DMA_CNDTR(n) REGISTER(0x4002000C + 20 * ((n)-1))
#define DMA_CPAR(n)  REGISTER(0x40020010 + 20 * ((n)-1))
#define DMA_CMAR(n)  REGISTER(0x40020014 + 20 * ((n)-1))
#define DMA_CSELR    REGISTER(0x400200A8)
#define DMA_CCR_EN   BIT(0)
#define DMA_CCR_TCIE BIT(1)
#define DMA_CCR_HTIE BIT(2)
#define DMA_CCR_CIRC BIT(5)
#define DMA_CCR_MINC BIT(7)
#define DMA_TC(n)    BIT(4 * ((n)-1) + 1) // in ISR and IFCR
#define DMA_HT(n)    BIT(4 * ((n)-1) + 2)

// LPTIM1, section 21
#define LPTIM_ISR        REGISTER(0x40007C00)
#define LPTIM_ICR        REGISTER(0x40007C04)
#define LPTIM_IER        REGISTER(0x40007C08)
#define LPTIM_CFGR       REGISTER(0x40007C0C)
#define LPTIM_CR         REGISTER(0x40007C10)
#define LPTIM_CMP        REGISTER(0x40007C14)
#define LPTIM_ARR        REGISTER(0x40007C18)
#define LPTIM_CNT        REGISTER(0x40007C1C)
#define LPTIM_CMPM       BIT(0)
#define LPTIM_ARRM       BIT(1)
#define LPTIM_CMPOK      BIT(3)
#define LPTIM_ARROK      BIT(4)
#define LPTIM_CFGR_DIV32 (5UL << 9)
#define LPTIM_CR_ENABLE  BIT(0)
#define LPTIM_CR_CNTSTRT BIT(2)

// I2C1, section 27
#define I2C_CR1         REGISTER(0x40005400)
#define I2C_CR2         REGISTER(0x40005404)
#define I2C_TIMINGR     REGISTER(0x40005410)
#define I2C_ISR         REGISTER(0x40005418)
#define I2C_ICR         REGISTER(0x4000541C)
#define I2C_RXDR        REGISTER(0x40005424)
#define I2C_TXDR        REGISTER(0x40005428)
#define I2C_CR1_PE      BIT(0)
#define I2C_CR2_READ    BIT(10)
#define I2C_CR2_START   BIT(13)
#define I2C_CR2_AUTOEND BIT(25)
#define I2C_ISR_TXIS    BIT(1)
#define I2C_ISR_RXNE    BIT(2)
#define I2C_ISR_NACKF   BIT(4)
#define I2C_ISR_STOPF   BIT(5)

// IWDG, section 24
#define IWDG_KR  REGISTER(0x40003000)
#define IWDG_PR  REGISTER(0x40003004)
#define IWDG_RLR REGISTER(0x40003008)
#define IWDG_SR  REGISTER(0x4000300C)

// ADC, section 14, and the reference's switch in SYSCFG, section 10
#define ADC_ISR                  REGISTER(0x40012400)
#define ADC_CR                   REGISTER(0x40012408)
#define ADC_CFGR2                REGISTER(0x40012410)
#define ADC_SMPR                 REGISTER(0x40012414)
#define ADC_CHSELR               REGISTER(0x40012428)
#define ADC_DR                   REGISTER(0x40012440)
#define ADC_CCR                  REGISTER(0x40012708)
#define ADC_ISR_ADRDY            BIT(0)
#define ADC_ISR_EOC              BIT(2)
#define ADC_CR_ADEN              BIT(0)
#define ADC_CR_ADDIS             BIT(1)
#define ADC_CR_ADSTART           BIT(2)
#define ADC_CR_ADVREGEN          BIT(28)
#define ADC_CR_ADCAL             BIT(31)
#define ADC_CCR_VREFEN           BIT(22)
#define ADC_CHANNEL_PA1          BIT(1)
#define ADC_CHANNEL_VREFINT      BIT(17)
#define SYSCFG_CFGR3             REGISTER(0x40010020)
#define SYSCFG_CFGR3_EN_VREFINT  BIT(0)
#define SYSCFG_CFGR3_ENBUF_ADC   BIT(8)
#define SYSCFG_CFGR3_VREFINT_RDY BIT(30)

// Processor: NVIC and SCB, ARMv6-M Architecture Reference Manual B3
#define NVIC_ISER       REGISTER(0xE000E100)
#define NVIC_ICER       REGISTER(0xE000E180)
#define NVIC_ICPR       REGISTER(0xE000E280)
#define SCB_VTOR        REGISTER(0xE000ED08)
#define SCB_AIRCR       REGISTER(0xE000ED0C)
#define SCB_AIRCR_RESET 0x05FA0004UL
#define SCB_SCR         REGISTER(0xE000ED10)
#define SCB_SCR_DEEP    BIT(2)

enum irq {
    IRQ_EXTI_0_1 = 5,
    IRQ_EXTI_4_15 = 7,
    IRQ_DMA_2_3 = 10,
    IRQ_DMA_4_7 = 11,
    IRQ_LPTIM1 = 13,
    IRQ_USART2 = 28,
    IRQ_LPUART1 = 29,
};

// Factory words
#define UID_WORD0   REGISTER(0x1FF80050)
#define UID_WORD2   REGISTER(0x1FF80064)
#define VREFINT_CAL (*(volatile uint16_t *)0x1FF80078) // reading at VDDA = 3.0 V

// Interrupts off, and back to what they were: the bootloader runs with all of them off.
static inline uint32_t interrupts_save(void)
{
    uint32_t mask;

    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(mask)::"memory");
    return mask;
}

static inline void interrupts_restore(uint32_t mask)
{
    __asm__ volatile("msr primask, %0" ::"r"(mask) : "memory");
}

static inline void interrupts_on(void)
{
    __asm__ volatile("cpsie i" ::: "memory");
}

// What the DMA wrote is read from here on, not earlier.
static inline void memory_changed(void)
{
    __asm__ volatile("" ::: "memory");
}

static inline void wait_for_interrupt(void)
{
    __asm__ volatile("dsb\n\twfi" ::: "memory");
}

#endif
