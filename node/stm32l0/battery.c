// SPDX-License-Identifier: Apache-2.0
// VDDA from the internal reference: 3000 mV · factory reading / present reading (RM0376 section 14.9).
#include "node/port/battery.h"

#include <stdbool.h>

#include "node/port/clock.h"
#include "node/stm32l0/registers.h"

enum {
    POLLS = 1000,
    CALIBRATED_AT_MV = 3000,
    SAMPLE_LONGEST = 7, // 160.5 cycles; the reference needs 10 µs
};
#define ADC_CFGR2_PCLK4 (2UL << 30) // clock that needs no HSI16 request

static bool wait_set(volatile uint32_t *reg, uint32_t bit)
{
    for (unsigned i = 0; i < POLLS && (*reg & bit) == 0; i++) {
        clock_wait_us(1);
    }
    return (*reg & bit) != 0;
}

static bool power_up(void)
{
    RCC_APB2ENR |= RCC_APB2ENR_ADC;
    SYSCFG_CFGR3 |= SYSCFG_CFGR3_EN_VREFINT | SYSCFG_CFGR3_ENBUF_ADC;
    ADC_CFGR2 = ADC_CFGR2_PCLK4;
    ADC_CR = ADC_CR_ADVREGEN;
    clock_wait_us(10); // regulator start-up
    ADC_CCR = ADC_CCR_VREFEN;
    ADC_SMPR = SAMPLE_LONGEST;
    ADC_CHSELR = ADC_CHANNEL_VREFINT;
    ADC_ISR = ADC_ISR_ADRDY | ADC_ISR_EOC;
    ADC_CR |= ADC_CR_ADEN;
    return wait_set(&ADC_ISR, ADC_ISR_ADRDY) && wait_set(&SYSCFG_CFGR3, SYSCFG_CFGR3_VREFINT_RDY);
}

static void power_down(void)
{
    ADC_CR |= ADC_CR_ADDIS;
    for (unsigned i = 0; i < POLLS && (ADC_CR & ADC_CR_ADEN) != 0; i++) {
        clock_wait_us(1);
    }
    ADC_CR = 0;
    ADC_CCR = 0;
    SYSCFG_CFGR3 &= ~(SYSCFG_CFGR3_EN_VREFINT | SYSCFG_CFGR3_ENBUF_ADC);
    RCC_APB2ENR &= ~RCC_APB2ENR_ADC;
}

unsigned battery_read_mv(void)
{
    uint32_t reading = 0;

    if (power_up()) {
        ADC_CR |= ADC_CR_ADSTART;
        if (wait_set(&ADC_ISR, ADC_ISR_EOC)) {
            reading = ADC_DR;
        }
    }
    power_down();
    return reading == 0 ? 0 : (unsigned)(CALIBRATED_AT_MV * (uint32_t)VREFINT_CAL / reading);
}
