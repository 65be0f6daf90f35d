// SPDX-License-Identifier: Apache-2.0
// What the registers (rcc.c) and the frequencies (rcc_clock.c) share; nobody else includes it.
#ifndef NBOTA_VNODE_SOC_RCC_TREE_H
#define NBOTA_VNODE_SOC_RCC_TREE_H

#include "vnode/soc/machine.h"

enum {
    RCC_CR = 0x00,
    RCC_ICSCR = 0x04,
    RCC_CFGR = 0x0C,
    RCC_CIFR = 0x14,
    RCC_IOPRSTR = 0x1C,
    RCC_APB1RSTR = 0x28,
    RCC_IOPENR = 0x2C,
    RCC_CCIPR = 0x4C,
    RCC_CSR = 0x50,
};

// Of RCC_CFGR.SW.
enum { RCC_SW_MSI, RCC_SW_HSI, RCC_SW_HSE, RCC_SW_PLL };

// The register at `offset` as it was written, without ready bits.
static inline uint32_t rcc_get(const struct machine *self, uint32_t offset)
{
    return self->soc.rcc.reg[offset / 4];
}

// `ready_ns` as in struct rcc: whether that moment has come.
bool rcc_is_ready(const struct machine *self, uint64_t ready_ns);
// Frequencies in Hz, 0 while the oscillator is not running.
uint32_t rcc_msi_hz(const struct machine *self);
uint32_t rcc_source_hz(const struct machine *self, unsigned source); // RCC_SW_…
uint32_t rcc_ahb_hz(const struct machine *self);

#endif
