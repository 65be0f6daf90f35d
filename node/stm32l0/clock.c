// SPDX-License-Identifier: Apache-2.0
// Time from LPTIM1, which also counts in Stop mode and sleeps as long as nothing is due: no tick. The crystal may
// take two seconds to start, or never: until it runs, the LSI drives the timer.
#include "node/port/clock.h"

#include <stdbool.h>

#include "node/port/power.h"
#include "node/stm32l0/registers.h"
#include "node/stm32l0/system.h"

enum {
    PERIOD = 65536,      // ticks until the counter wraps
    LSE_WRAP_MS = 64000, // 65536 · 32 / 32768 Hz
    LSI_WRAP_MS = 56680, // 65536 · 32 / 37 kHz
    LONGEST_MS = 30000,  // of one sleep: less than half a wrap
    TICKS_MIN = 3,       // a compare value nearer than this may be passed before it is taken over
    LOOPS_PER_US = 11,   // of 3 cycles (subs 1, bne 2, no wait states in RAM) at 32 MHz, rounded up
};

static struct {
    uint32_t base_ms; // at the counter's last wrap
    uint16_t last;    // the counter when it was last looked at
    bool crystal;
} timer;

// A timer that runs is not switched off but reset: clearing ENABLE near one of its interrupts can freeze its wake-up line
// (STM32L072 errata sheet ES0292, LPTIM).
static void run_timer(void)
{
    RCC_APB1RSTR |= RCC_APB1ENR_LPTIM1; // the same bit
    RCC_APB1RSTR &= ~RCC_APB1ENR_LPTIM1;
    LPTIM_CFGR = LPTIM_CFGR_DIV32;
    LPTIM_IER = LPTIM_CMPM | LPTIM_ARRM; // only while the timer is off
    LPTIM_CR = LPTIM_CR_ENABLE;
    LPTIM_ICR = LPTIM_CMPM | LPTIM_ARRM | LPTIM_CMPOK | LPTIM_ARROK;
    LPTIM_ARR = PERIOD - 1;
    while ((LPTIM_ISR & LPTIM_ARROK) == 0) {
    }
    LPTIM_CMP = PERIOD - 2; // below the period, as it must be
    while ((LPTIM_ISR & LPTIM_CMPOK) == 0) {
    }
    LPTIM_CR = LPTIM_CR_ENABLE | LPTIM_CR_CNTSTRT;
}

void clock_init(void)
{
    PWR_CR |= PWR_CR_DBP; // LSEON is in the protected domain
    RCC_CSR |= RCC_CSR_LSEON | RCC_CSR_LSION;
    while ((RCC_CSR & RCC_CSR_LSIRDY) == 0) { // 200 µs at most
    }
    RCC_APB1ENR |= RCC_APB1ENR_LPTIM1;
    timer.crystal = (RCC_CSR & RCC_CSR_LSERDY) != 0;
    RCC_CCIPR = (RCC_CCIPR & ~RCC_CCIPR_LPTIM1_MASK) |
                (timer.crystal ? RCC_CCIPR_LPTIM1_LSE : RCC_CCIPR_LPTIM1_LSI);
    run_timer();
    NVIC_ISER = BIT(IRQ_LPTIM1);
}

// The counter belongs to another clock: two equal readings are a right one (RM0376 section 21.7.8).
static uint32_t read_count(void)
{
    uint32_t first;
    uint32_t second = LPTIM_CNT;

    do {
        first = second;
        second = LPTIM_CNT;
    } while (first != second);
    return first;
}

static uint32_t to_ms(uint32_t ticks)
{
    return timer.crystal ? ticks * 125 / 128 : ticks * 32 / 37;
}

static uint32_t to_ticks(uint32_t duration_ms)
{
    return timer.crystal ? duration_ms * 128 / 125 + 1 : duration_ms * 37 / 32 + 1;
}

// A wrap is seen by the counter alone: its flag comes a tick early, when the period's last value is reached.
// Somebody looks at least once in a wrap, because the flag's interrupt does.
static uint32_t look(void)
{
    uint32_t mask = interrupts_save();
    uint32_t count = read_count();

    if (count < timer.last) {
        timer.base_ms += timer.crystal ? LSE_WRAP_MS : LSI_WRAP_MS;
    }
    timer.last = (uint16_t)count;
    uint32_t now_ms = timer.base_ms + to_ms(count);
    interrupts_restore(mask);
    return now_ms;
}

void lptim1_handler(void)
{
    LPTIM_ICR = LPTIM_CMPM | LPTIM_ARRM;
    (void)look();
}

uint32_t clock_now_ms(void)
{
    return look();
}

bool clock_is_exact(void)
{
    return timer.crystal;
}

// Once the crystal runs, it takes over; time goes on from what the LSI had counted.
static void take_crystal(void)
{
    if (timer.crystal || (RCC_CSR & RCC_CSR_LSERDY) == 0) {
        return;
    }
    uint32_t mask = interrupts_save();
    uint32_t now_ms = look();
    RCC_APB1RSTR |= RCC_APB1ENR_LPTIM1; // at rest while its clock changes
    RCC_CCIPR = (RCC_CCIPR & ~RCC_CCIPR_LPTIM1_MASK) | RCC_CCIPR_LPTIM1_LSE;
    timer.base_ms = now_ms;
    timer.last = 0;
    timer.crystal = true;
    run_timer();
    interrupts_restore(mask);
}

// False when the moment is too near to be waited for.
static bool set_alarm(uint32_t duration_ms)
{
    uint32_t ticks = to_ticks(duration_ms < LONGEST_MS ? duration_ms : LONGEST_MS);
    uint32_t at = (read_count() + ticks) % PERIOD;

    if (ticks < TICKS_MIN) {
        return false;
    }
    LPTIM_ICR = LPTIM_CMPOK;
    LPTIM_CMP = at == PERIOD - 1 ? 0 : at; // the compare value stays below the period
    while ((LPTIM_ISR & LPTIM_CMPOK) == 0) {
    }
    return true;
}

// With interrupts masked nothing is served between the last look and the sleep, and what becomes pending ends the
// sleep all the same (ARMv6-M B1.5.19, WFI). While a line is busy it is Sleep mode, in which the DMA goes on.
void power_wait_for_event(uint32_t duration_ms)
{
    take_crystal();
    uint32_t mask = interrupts_save();
    if (duration_ms != 0 && !uart_has_news() && set_alarm(duration_ms)) {
        system_idle();
    }
    interrupts_restore(mask);
}

IN_RAM void clock_wait_us(uint32_t duration_us)
{
    uint32_t loops = duration_us * LOOPS_PER_US + 1;

    __asm__ volatile("1:\tsubs %0, #1\n\tbne 1b" : "+l"(loops)::"cc");
}
