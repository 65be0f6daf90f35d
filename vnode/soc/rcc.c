// SPDX-License-Identifier: Apache-2.0
// The registers of the clock tree. Oscillators become ready after a time, and a switch to one that is not ready is
// misuse.
#include "vnode/soc/rcc.h"

#include "vnode/soc/bus.h"
#include "vnode/soc/machine.h"
#include "vnode/soc/rcc_tree.h"

enum {
    // STM32L072 datasheet section 6.3.7: start-up times
    HSI_START_NS = 6 * NS_PER_US,
    MSI_START_NS = 6 * NS_PER_US,
    PLL_LOCK_NS = 160 * NS_PER_US,
    LSI_START_NS = 200 * NS_PER_US,
    LSI_HZ = 37000,
    LSE_START_MS = 1000,
};

#define CR_HSION      (1U << 0)
#define CR_HSIRDY     (1U << 2)
#define CR_MSION      (1U << 8)
#define CR_MSIRDY     (1U << 9)
#define CR_HSEON      (1U << 16)
#define CR_PLLON      (1U << 24)
#define CR_PLLRDY     (1U << 25)
#define CFGR_STOPWUCK (1U << 15)
#define CFGR_PLL      (0x00FD0000U) // PLLSRC, PLLMUL, PLLDIV
#define CSR_LSION     (1U << 0)
#define CSR_LSEON     (1U << 8)
#define CSR_RTCRST    (1U << 19)
#define CSR_RMVF      (1U << 23)
#define CSR_DOMAIN    0x00071D00U // LSEON, LSEBYP, LSEDRV, RTCSEL, RTCEN
#define CSR_CAUSES    0xFF000000U

static uint32_t *reg(struct machine *self, uint32_t offset)
{
    return &self->soc.rcc.reg[offset / 4];
}

void rcc_reset(struct machine *self, bool cold, uint32_t cause)
{
    struct rcc *rcc = &self->soc.rcc;
    uint32_t kept = cold ? 0 : rcc_get(self, RCC_CSR) & (CSR_DOMAIN | CSR_CAUSES);

    for (unsigned i = 0; i < sizeof rcc->reg / sizeof rcc->reg[0]; i++) {
        rcc->reg[i] = 0;
    }
    *reg(self, RCC_CR) = CR_MSION;
    *reg(self, RCC_ICSCR) = 0x0000B000; // MSIRANGE 5
    *reg(self, RCC_IOPENR + 4 * GATE_AHB) = 1U << 8;
    *reg(self, RCC_CSR) = kept | cause;
    rcc->hsi_ready_ns = rcc->pll_ready_ns = rcc->lsi_ready_ns = TIME_NEVER;
    rcc->msi_ready_ns = 0;
    if (cold) {
        rcc->lse_ready_ns = TIME_NEVER;
    }
    if (rcc->lsi_hz == 0) {
        rcc->lsi_hz = LSI_HZ;
        rcc->lse_start_ns = (uint64_t)LSE_START_MS * NS_PER_MS;
    }
}

bool rcc_is_open(const struct machine *self, enum rcc_gate gate, unsigned bit)
{
    return gate == GATE_NONE || (rcc_get(self, RCC_IOPENR + 4 * gate) >> bit & 1) != 0;
}

static void clock_changed(struct machine *self)
{
    uint32_t hz = rcc_ahb_hz(self);

    if (hz != 0) {
        time_set_hz(self, hz);
        rcc_check(self);
    }
}

// Moment of readiness of an oscillator whose enable bit went from `was` to `is`.
static void switch_oscillator(struct machine *self, uint64_t *ready_ns, bool was, bool is,
                              uint64_t start_ns)
{
    if (was && !is) {
        *ready_ns = TIME_NEVER;
    } else if (!was && is) {
        *ready_ns = start_ns == TIME_NEVER ? TIME_NEVER : time_now_ns(self) + start_ns;
    }
}

static void write_cr(struct machine *self, uint32_t value)
{
    struct rcc *rcc = &self->soc.rcc;
    uint32_t old = rcc_get(self, RCC_CR);
    unsigned in_use = rcc_get(self, RCC_CFGR) & 3;
    static const uint32_t enables[4] = {CR_MSION, CR_HSION, CR_HSEON, CR_PLLON | CR_HSION};

    if ((value & enables[in_use]) != enables[in_use]) {
        soc_misuse(self, "RCC_CR %08X switches off the clock in use", value);
        return;
    }
    if ((value & CR_HSEON) != 0) {
        soc_misuse(self, "RCC_CR.HSEON: the board has no HSE, PH0 is the NOR's CS");
    }
    if ((value & CR_PLLON & ~old) != 0 && rcc_hsi_hz(self) == 0) {
        soc_misuse(self, "RCC_CR.PLLON before HSIRDY");
    }
    *reg(self, RCC_CR) = value & ~(CR_HSIRDY | CR_MSIRDY | CR_PLLRDY | 1U << 4);
    *reg(self, RCC_CR) |= (value & 1U << 3) << 1; // HSIDIVF follows HSIDIVEN
    switch_oscillator(self, &rcc->hsi_ready_ns, old & CR_HSION, value & CR_HSION, HSI_START_NS);
    switch_oscillator(self, &rcc->msi_ready_ns, old & CR_MSION, value & CR_MSION, MSI_START_NS);
    switch_oscillator(self, &rcc->pll_ready_ns, old & CR_PLLON, value & CR_PLLON, PLL_LOCK_NS);
    clock_changed(self);
}

static void write_cfgr(struct machine *self, uint32_t value)
{
    uint32_t old = rcc_get(self, RCC_CFGR);

    if (((value ^ old) & CFGR_PLL) != 0 && (rcc_get(self, RCC_CR) & CR_PLLON) != 0) {
        soc_misuse(self, "RCC_CFGR changes the PLL while it runs");
        return;
    }
    if (rcc_source_hz(self, value & 3) == 0) {
        soc_misuse(self, "RCC_CFGR.SW %u: that clock is not ready", value & 3);
        return;
    }
    *reg(self, RCC_CFGR) = value & ~(3U << 2);
    clock_changed(self);
}

void rcc_start_lsi(struct machine *self)
{
    if (self->soc.rcc.lsi_ready_ns == TIME_NEVER) {
        self->soc.rcc.lsi_ready_ns = time_now_ns(self) + LSI_START_NS;
    }
}

static void write_csr(struct machine *self, uint32_t value)
{
    struct rcc *rcc = &self->soc.rcc;
    uint32_t old = rcc_get(self, RCC_CSR);
    uint32_t kept = old & CSR_CAUSES;

    if (((value ^ old) & (CSR_DOMAIN | CSR_RTCRST)) != 0 && !pwr_domain_is_open(self)) {
        soc_misuse(self, "RCC_CSR %08X changes the RTC domain with PWR_CR.DBP clear", value);
        return;
    }
    if ((value & CSR_RMVF) != 0) {
        kept = 0;
    }
    if ((value & CSR_RTCRST) != 0) {
        value &= ~CSR_DOMAIN;
        rtc_reset(self);
    }
    *reg(self, RCC_CSR) = (value & (CSR_DOMAIN | CSR_RTCRST | CSR_LSION)) | kept;
    if ((value & CSR_LSION) != 0) {
        rcc_start_lsi(self);
    } else if (!self->soc.iwdg.running) {
        rcc->lsi_ready_ns = TIME_NEVER;
    }
    switch_oscillator(self, &rcc->lse_ready_ns, old & CSR_LSEON, value & CSR_LSEON,
                      rcc->lse_start_ns);
}

uint32_t rcc_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct rcc *rcc = &self->soc.rcc;
    uint32_t value = rcc_get(self, offset);

    (void)index;
    switch (offset) {
    case RCC_CR:
        return value | (rcc_hsi_hz(self) != 0 ? CR_HSIRDY : 0) |
               (rcc_msi_hz(self) != 0 ? CR_MSIRDY : 0) |
               (rcc_is_ready(self, rcc->pll_ready_ns) ? CR_PLLRDY : 0);
    case RCC_CFGR:
        return value | (value & 3) << 2;
    case RCC_CSR:
        return value | (rcc_is_ready(self, rcc->lsi_ready_ns) ? 1U << 1 : 0) |
               (rcc_is_ready(self, rcc->lse_ready_ns) ? 1U << 9 : 0);
    default:
        return value;
    }
}

void rcc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    uint32_t old = rcc_get(self, offset);

    (void)index;
    switch (offset) {
    case RCC_CR:
        write_cr(self, value);
        break;
    case RCC_CFGR:
        write_cfgr(self, value);
        break;
    case RCC_CSR:
        write_csr(self, value);
        break;
    case RCC_CIFR:
        soc_misuse(self, "RCC_CIFR is read-only");
        break;
    default:
        *reg(self, offset) = value;
        if (offset == RCC_ICSCR && ((value ^ old) & 7U << 13) != 0) {
            clock_changed(self);
        }
        if (offset >= RCC_IOPRSTR && offset <= RCC_APB1RSTR) {
            bus_reset_peripherals(self, (enum rcc_gate)((offset - RCC_IOPRSTR) / 4), value & ~old);
        }
    }
}

uint32_t rcc_wake(struct machine *self)
{
    struct rcc *rcc = &self->soc.rcc;
    bool on_hsi = (rcc_get(self, RCC_CFGR) & CFGR_STOPWUCK) != 0;

    *reg(self, RCC_CFGR) = (rcc_get(self, RCC_CFGR) & ~3U) | (on_hsi ? RCC_SW_HSI : RCC_SW_MSI);
    *reg(self, RCC_CR) = (rcc_get(self, RCC_CR) & ~(CR_PLLON | CR_HSION | CR_MSION)) |
                         (on_hsi ? CR_HSION : CR_MSION);
    rcc->pll_ready_ns = TIME_NEVER;
    rcc->hsi_ready_ns = on_hsi ? 0 : TIME_NEVER;
    rcc->msi_ready_ns = on_hsi ? TIME_NEVER : 0;
    return rcc_ahb_hz(self);
}
