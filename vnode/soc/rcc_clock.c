// SPDX-License-Identifier: Apache-2.0
// Which frequency is where: follows from the registers and from what is ready; changes nothing.
#include "vnode/soc/machine.h"
#include "vnode/soc/rcc_tree.h"

enum { LSE_HZ = 32768, HSI_HZ = 16000000 };

#define CR_HSIDIV   (3U << 3)
#define CR_HSIKERON (1U << 1)
#define CSR_RTCEN   (1U << 18)

bool rcc_is_ready(const struct machine *self, uint64_t ready_ns)
{
    return ready_ns != TIME_NEVER && time_now_ns(self) >= ready_ns;
}

uint32_t rcc_hsi_hz(const struct machine *self)
{
    uint32_t divided = (rcc_get(self, RCC_CR) & CR_HSIDIV) == CR_HSIDIV ? HSI_HZ / 4 : HSI_HZ;

    return rcc_is_ready(self, self->soc.rcc.hsi_ready_ns) ? divided : 0;
}

bool rcc_hsi_stays_on(const struct machine *self)
{
    return (rcc_get(self, RCC_CR) & CR_HSIKERON) != 0;
}

uint32_t rcc_lse_hz(const struct machine *self)
{
    return rcc_is_ready(self, self->soc.rcc.lse_ready_ns) ? LSE_HZ : 0;
}

uint32_t rcc_lsi_hz(const struct machine *self)
{
    return rcc_is_ready(self, self->soc.rcc.lsi_ready_ns) ? self->soc.rcc.lsi_hz : 0;
}

uint32_t rcc_msi_hz(const struct machine *self)
{
    unsigned range = rcc_get(self, RCC_ICSCR) >> 13 & 7;

    return rcc_is_ready(self, self->soc.rcc.msi_ready_ns) ? 65536U << range : 0;
}

static uint32_t pll_hz(const struct machine *self)
{
    static const uint8_t factors[16] = {3, 4, 6, 8, 12, 16, 24, 32, 48};
    uint32_t divider = (rcc_get(self, RCC_CFGR) >> 22 & 3) + 1;

    if (!rcc_is_ready(self, self->soc.rcc.pll_ready_ns)) {
        return 0;
    }
    return rcc_hsi_hz(self) * factors[rcc_get(self, RCC_CFGR) >> 18 & 15] / divider;
}

uint32_t rcc_source_hz(const struct machine *self, unsigned source)
{
    switch (source) {
    case RCC_SW_MSI:
        return rcc_msi_hz(self);
    case RCC_SW_HSI:
        return rcc_hsi_hz(self);
    case RCC_SW_PLL:
        return pll_hz(self);
    default:
        return 0; // the board has no HSE
    }
}

uint32_t rcc_ahb_hz(const struct machine *self)
{
    static const uint8_t shifts[8] = {1, 2, 3, 4, 6, 7, 8, 9};
    uint32_t code = rcc_get(self, RCC_CFGR) >> 4 & 15;

    return code < 8 ? rcc_sysclk_hz(self) : rcc_sysclk_hz(self) >> shifts[code - 8];
}

uint32_t rcc_sysclk_hz(const struct machine *self)
{
    return rcc_source_hz(self, rcc_get(self, RCC_CFGR) & 3);
}

uint32_t rcc_pclk_hz(const struct machine *self, enum rcc_gate gate)
{
    uint32_t code = rcc_get(self, RCC_CFGR) >> (gate == GATE_APB2 ? 11 : 8) & 7;

    return code < 4 ? rcc_ahb_hz(self) : rcc_ahb_hz(self) >> (code - 3);
}

unsigned rcc_selection(const struct machine *self, unsigned shift)
{
    return rcc_get(self, RCC_CCIPR) >> shift & 3;
}

uint32_t rcc_kernel_hz(const struct machine *self, unsigned shift, enum rcc_gate gate)
{
    switch (rcc_selection(self, shift)) {
    case 1:
        return rcc_sysclk_hz(self);
    case 2:
        return rcc_hsi_hz(self);
    case 3:
        return rcc_lse_hz(self);
    default:
        return rcc_pclk_hz(self, gate);
    }
}

uint32_t rcc_rtc_hz(const struct machine *self)
{
    uint32_t csr = rcc_get(self, RCC_CSR);

    if ((csr & CSR_RTCEN) == 0) {
        return 0;
    }
    switch (csr >> 16 & 3) {
    case 1:
        return rcc_lse_hz(self);
    case 2:
        return rcc_lsi_hz(self);
    default:
        return 0; // the board has no HSE
    }
}

// Largest frequencies: RM0376 tables 13 (wait states) and 33 (voltage ranges).
void rcc_check(struct machine *self)
{
    static const struct {
        uint32_t longest_hz, without_wait_hz;
    } ranges[4] = {{0, 0}, {32000000, 16000000}, {16000000, 8000000}, {4200000, 4200000}};
    unsigned range = pwr_voltage_range(self);
    uint32_t hz = rcc_ahb_hz(self);

    if (hz > ranges[range].longest_hz) {
        soc_misuse(self, "%u Hz is too fast for voltage range %u", hz, range);
    } else if (hz > ranges[range].without_wait_hz && !nvm_has_wait_state(self)) {
        soc_misuse(self, "%u Hz needs FLASH_ACR.LATENCY", hz);
    }
}
