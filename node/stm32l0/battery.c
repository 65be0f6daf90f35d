// SPDX-License-Identifier: Apache-2.0
// VDDA from the internal reference: 3000 mV · factory reading / present reading (RM0376 section 14.9). With it as the
// scale, the divided voltage of rechargeable cells.
#include "node/port/battery.h"

#include <stdbool.h>

#include "node/port/clock.h"
#include "node/stm32l0/registers.h"

enum {
    POLLS = 1000,
    CALIBRATED_AT_MV = 3000,
    SAMPLE_LONGEST = 7, // 160.5 cycles; the reference needs 10 µs
    FULL_SCALE = 4095,
    DIVIDER = 6,
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

// 0 when it does not come.
static uint32_t convert(uint32_t channel)
{
    ADC_CHSELR = channel;
    ADC_CR |= ADC_CR_ADSTART;
    return wait_set(&ADC_ISR, ADC_ISR_EOC) ? ADC_DR : 0; // reading it clears EOC
}

static uint32_t read_vdda_mv(void)
{
    uint32_t reading = convert(ADC_CHANNEL_VREFINT);

    return reading == 0 ? 0 : (uint32_t)(CALIBRATED_AT_MV * (uint32_t)VREFINT_CAL / reading);
}

// The pin is analog since the reset.
static uint32_t read_divided_mv(uint32_t vdda_mv)
{
    return (convert(ADC_CHANNEL_PA1) * DIVIDER * vdda_mv + FULL_SCALE / 2) / FULL_SCALE;
}

unsigned battery_read_mv(void)
{
    uint32_t battery_mv = 0;

    if (power_up()) {
        battery_mv = read_vdda_mv();
        if (battery_place == BATTERY_DIVIDER) {
            battery_mv = read_divided_mv(battery_mv);
        }
    }
    power_down();
    return (unsigned)battery_mv;
}
