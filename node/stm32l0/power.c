// SPDX-License-Identifier: Apache-2.0
#include "node/port/power.h"

#include "node/port/counters.h"
#include "node/stm32l0/registers.h"
#include "node/stm32l0/system.h"

static uint32_t cause;

// Regulator in low power, reference off; FWU: the wake-up does not wait 3 ms for the reference, whose readiness is
// polled where it is used (RM0376 section 6.3.9).
static void prepare_stop(void)
{
    PWR_CR = (PWR_CR & ~PWR_CR_PDDS) | PWR_CR_LPSDSR | PWR_CR_ULP | PWR_CR_FWU | PWR_CR_CWUF;
}

void power_init(void)
{
    cause = RCC_CSR;
    RCC_CSR |= RCC_CSR_RMVF;
    counter_add(COUNTER_RESETS);
    if ((cause & (BIT(29) | BIT(30))) != 0) {
        counter_add(COUNTER_WATCHDOG);
    }
    prepare_stop();
}

// The watchdog, LPTIM1 and the edge detectors go on; the lines hear. What is pending already ends it at once.
static void stop(void)
{
    SCB_SCR |= SCB_SCR_DEEP;
    wait_for_interrupt();
    SCB_SCR &= ~SCB_SCR_DEEP;
}

void power_idle(void)
{
    if (!uart_may_stop()) {
        wait_for_interrupt();
        return;
    }
    uart_before_stop();
    // What the DMA took in between has woken nobody, and the line cannot fall idle in Stop.
    if (uart_may_stop()) {
        stop();
    }
    uart_after_stop(); // before the clock: at 115200 the next character is complete in 87 µs
    system_raise_clock();
}

void power_reset(void)
{
    __asm__ volatile("dsb" ::: "memory"); // what was stored before counts
    SCB_AIRCR = SCB_AIRCR_RESET;
    for (;;) {
    }
}

bool power_reset_blames_application(void)
{
    return (cause & RCC_CSR_BLAMES_APPLICATION) != 0;
}

// First match wins: a power-on sets the pin's flag too.
const char *power_reset_cause_text(void)
{
    static const struct {
        uint8_t bit;
        char text[22];
    } causes[] = {
        {27, "POR/PDR!"},         {31, "Low-power!"},
        {30, "Window watchdog!"}, {29, "Independent watchdog!"},
        {28, "Software!"},        {26, "NRST!"},
    };

    for (unsigned i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        if ((cause & BIT(causes[i].bit)) != 0) {
            return causes[i].text;
        }
    }
    return "BOR!";
}
