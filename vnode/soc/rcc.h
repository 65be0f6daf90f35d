// SPDX-License-Identifier: Apache-2.0
// Reset and clock control, RM0376 section 7.
#ifndef NBOTA_VNODE_SOC_RCC_H
#define NBOTA_VNODE_SOC_RCC_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

// Bits of RCC_CSR
#define RCC_CSR_OPTION_RESET (1U << 25)
#define RCC_CSR_PIN_RESET    (1U << 26)
#define RCC_CSR_POWER_RESET  (1U << 27)
#define RCC_CSR_SOFT_RESET   (1U << 28)
#define RCC_CSR_IWDG_RESET   (1U << 29)

// Which enable register opens a peripheral's clock.
enum rcc_gate { GATE_IOP, GATE_AHB, GATE_APB2, GATE_APB1, GATE_NONE };

struct rcc {
    uint32_t reg[21];      // by offset / 4; ready bits are made when read
    uint64_t hsi_ready_ns; // moments, TIME_NEVER while off
    uint64_t msi_ready_ns;
    uint64_t pll_ready_ns;
    uint64_t lsi_ready_ns;
    uint64_t lse_ready_ns;
    uint32_t lsi_hz; // 26..56 kHz over parts and temperature; 37000 unless a test says otherwise
    uint64_t lse_start_ns; // how long the crystal needs; TIME_NEVER = it never starts
};

void rcc_reset(struct machine *self, bool cold, uint32_t cause);
uint32_t rcc_read(struct machine *self, unsigned index, uint32_t offset);
void rcc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);

// Whether the clock of a peripheral is on.
bool rcc_is_open(const struct machine *self, enum rcc_gate gate, unsigned bit);
// Frequencies in Hz, 0 while the oscillator is not running.
uint32_t rcc_sysclk_hz(const struct machine *self);
uint32_t rcc_pclk_hz(const struct machine *self, enum rcc_gate gate);
uint32_t rcc_hsi_hz(const struct machine *self);
uint32_t rcc_lse_hz(const struct machine *self);
uint32_t rcc_lsi_hz(const struct machine *self);
// What RTCSEL selects, 0 also while the RTC's clock is off.
uint32_t rcc_rtc_hz(const struct machine *self);
// The two bits of CCIPR at `shift`, and the clock that they select for a USART or I2C on `gate`.
unsigned rcc_selection(const struct machine *self, unsigned shift);
uint32_t rcc_kernel_hz(const struct machine *self, unsigned shift, enum rcc_gate gate);
// Checks the present clock against wait states and voltage range; misuse when it is too fast.
void rcc_check(struct machine *self);
// LSI is switched on by the watchdog too.
void rcc_start_lsi(struct machine *self);
// HSI16 goes on in Stop (HSIKERON), ready for the lines.
bool rcc_hsi_stays_on(const struct machine *self);
// After Stop: everything but MSI or HSI16 is off. Returns the clock in Hz.
uint32_t rcc_wake(struct machine *self);

#endif
