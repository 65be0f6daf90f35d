// SPDX-License-Identifier: Apache-2.0
// The clock tree. Oscillators become ready after a time, and a switch to one that is not ready is misuse.
#include "vnode/soc/rcc.h"

#include "vnode/soc/bus.h"
#include "vnode/soc/machine.h"

enum {
    CR = 0x00,
    ICSCR = 0x04,
    CFGR = 0x0C,
    CIFR = 0x14,
    IOPRSTR = 0x1C,
    APB1RSTR = 0x28,
    IOPENR = 0x2C,
    CCIPR = 0x4C,
    CSR = 0x50,
    // STM32L072 datasheet section 6.3.7: start-up times
    HSI_START_NS = 6 * NS_PER_US,
    MSI_START_NS = 6 * NS_PER_US,
    PLL_LOCK_NS = 160 * NS_PER_US,
    LSI_START_NS = 200 * NS_PER_US,
    LSI_HZ = 37000,
    LSE_HZ = 32768,
    LSE_START_MS = 1000,
    HSI_HZ = 16000000,
};

#define CR_HSION      (1U << 0)
#define CR_HSIRDY     (1U << 2)
#define CR_HSIDIV     (3U << 3)
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

enum { SW_MSI, SW_HSI, SW_HSE, SW_PLL };

static uint32_t *reg(struct machine *self, uint32_t offset)
{
    return &self->soc.rcc.reg[offset / 4];
}

static uint32_t get(const struct machine *self, uint32_t offset)
{
    return self->soc.rcc.reg[offset / 4];
}

void rcc_reset(struct machine *self, bool cold, uint32_t cause)
{
    struct rcc *rcc = &self->soc.rcc;
    uint32_t kept = cold ? 0 : get(self, CSR) & (CSR_DOMAIN | CSR_CAUSES);

    for (unsigned i = 0; i < sizeof rcc->reg / sizeof rcc->reg[0]; i++) {
        rcc->reg[i] = 0;
    }
    *reg(self, CR) = CR_MSION;
    *reg(self, ICSCR) = 0x0000B000; // MSIRANGE 5
    *reg(self, IOPENR + 4 * GATE_AHB) = 1U << 8;
    *reg(self, CSR) = kept | cause;
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

static bool is_ready(const struct machine *self, uint64_t ready_ns)
{
    return ready_ns != TIME_NEVER && time_now_ns(self) >= ready_ns;
}

bool rcc_is_open(const struct machine *self, enum rcc_gate gate, unsigned bit)
{
    return gate == GATE_NONE || (get(self, IOPENR + 4 * gate) >> bit & 1) != 0;
}

uint32_t rcc_hsi_hz(const struct machine *self)
{
    uint32_t divided = (get(self, CR) & CR_HSIDIV) == CR_HSIDIV ? HSI_HZ / 4 : HSI_HZ;

    return is_ready(self, self->soc.rcc.hsi_ready_ns) ? divided : 0;
}

uint32_t rcc_lse_hz(const struct machine *self)
{
    return is_ready(self, self->soc.rcc.lse_ready_ns) ? LSE_HZ : 0;
}

uint32_t rcc_lsi_hz(const struct machine *self)
{
    return is_ready(self, self->soc.rcc.lsi_ready_ns) ? self->soc.rcc.lsi_hz : 0;
}

static uint32_t msi_hz(const struct machine *self)
{
    return is_ready(self, self->soc.rcc.msi_ready_ns) ? 65536U << (get(self, ICSCR) >> 13 & 7) : 0;
}

static uint32_t pll_hz(const struct machine *self)
{
    static const uint8_t factors[16] = {3, 4, 6, 8, 12, 16, 24, 32, 48};
    uint32_t divider = (get(self, CFGR) >> 22 & 3) + 1;

    if (!is_ready(self, self->soc.rcc.pll_ready_ns)) {
        return 0;
    }
    return rcc_hsi_hz(self) * factors[get(self, CFGR) >> 18 & 15] / divider;
}

static uint32_t source_hz(const struct machine *self, unsigned source)
{
    switch (source) {
    case SW_MSI:
        return msi_hz(self);
    case SW_HSI:
        return rcc_hsi_hz(self);
    case SW_PLL:
        return pll_hz(self);
    default:
        return 0; // the board has no HSE
    }
}

static uint32_t ahb_hz(const struct machine *self)
{
    uint32_t code = get(self, CFGR) >> 4 & 15;
    static const uint8_t shifts[8] = {1, 2, 3, 4, 6, 7, 8, 9};

    return code < 8 ? rcc_sysclk_hz(self) : rcc_sysclk_hz(self) >> shifts[code - 8];
}

uint32_t rcc_sysclk_hz(const struct machine *self)
{
    return source_hz(self, get(self, CFGR) & 3);
}

uint32_t rcc_pclk_hz(const struct machine *self, enum rcc_gate gate)
{
    uint32_t code = get(self, CFGR) >> (gate == GATE_APB2 ? 11 : 8) & 7;

    return code < 4 ? ahb_hz(self) : ahb_hz(self) >> (code - 3);
}

uint32_t rcc_kernel_hz(const struct machine *self, unsigned shift, enum rcc_gate gate)
{
    switch (get(self, CCIPR) >> shift & 3) {
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

// Largest frequencies: RM0376 tables 13 (wait states) and 33 (voltage ranges).
void rcc_check(struct machine *self)
{
    static const struct {
        uint32_t longest_hz, without_wait_hz;
    } ranges[4] = {{0, 0}, {32000000, 16000000}, {16000000, 8000000}, {4200000, 4200000}};
    unsigned range = pwr_voltage_range(self);
    uint32_t hz = ahb_hz(self);

    if (hz > ranges[range].longest_hz) {
        soc_misuse(self, "%u Hz is too fast for voltage range %u", hz, range);
    } else if (hz > ranges[range].without_wait_hz && !nvm_has_wait_state(self)) {
        soc_misuse(self, "%u Hz needs FLASH_ACR.LATENCY", hz);
    }
}

static void clock_changed(struct machine *self)
{
    uint32_t hz = ahb_hz(self);

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
    uint32_t old = get(self, CR);
    unsigned in_use = get(self, CFGR) & 3;
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
    *reg(self, CR) = value & ~(CR_HSIRDY | CR_MSIRDY | CR_PLLRDY | 1U << 4);
    *reg(self, CR) |= (value & 1U << 3) << 1; // HSIDIVF follows HSIDIVEN
    switch_oscillator(self, &rcc->hsi_ready_ns, old & CR_HSION, value & CR_HSION, HSI_START_NS);
    switch_oscillator(self, &rcc->msi_ready_ns, old & CR_MSION, value & CR_MSION, MSI_START_NS);
    switch_oscillator(self, &rcc->pll_ready_ns, old & CR_PLLON, value & CR_PLLON, PLL_LOCK_NS);
    clock_changed(self);
}

static void write_cfgr(struct machine *self, uint32_t value)
{
    uint32_t old = get(self, CFGR);

    if (((value ^ old) & CFGR_PLL) != 0 && (get(self, CR) & CR_PLLON) != 0) {
        soc_misuse(self, "RCC_CFGR changes the PLL while it runs");
        return;
    }
    if (source_hz(self, value & 3) == 0) {
        soc_misuse(self, "RCC_CFGR.SW %u: that clock is not ready", value & 3);
        return;
    }
    *reg(self, CFGR) = value & ~(3U << 2);
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
    uint32_t old = get(self, CSR);
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
    *reg(self, CSR) = (value & (CSR_DOMAIN | CSR_RTCRST | CSR_LSION)) | kept;
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
    uint32_t value = get(self, offset);

    (void)index;
    switch (offset) {
    case CR:
        return value | (rcc_hsi_hz(self) != 0 ? CR_HSIRDY : 0) |
               (msi_hz(self) != 0 ? CR_MSIRDY : 0) |
               (is_ready(self, rcc->pll_ready_ns) ? CR_PLLRDY : 0);
    case CFGR:
        return value | (value & 3) << 2;
    case CSR:
        return value | (is_ready(self, rcc->lsi_ready_ns) ? 1U << 1 : 0) |
               (is_ready(self, rcc->lse_ready_ns) ? 1U << 9 : 0);
    default:
        return value;
    }
}

void rcc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    uint32_t old = get(self, offset);

    (void)index;
    switch (offset) {
    case CR:
        write_cr(self, value);
        break;
    case CFGR:
        write_cfgr(self, value);
        break;
    case CSR:
        write_csr(self, value);
        break;
    case CIFR:
        soc_misuse(self, "RCC_CIFR is read-only");
        break;
    default:
        *reg(self, offset) = value;
        if (offset == ICSCR && ((value ^ old) & 7U << 13) != 0) {
            clock_changed(self);
        }
        if (offset >= IOPRSTR && offset <= APB1RSTR) {
            bus_reset_peripherals(self, (enum rcc_gate)((offset - IOPRSTR) / 4), value & ~old);
        }
    }
}

uint32_t rcc_wake(struct machine *self)
{
    struct rcc *rcc = &self->soc.rcc;
    bool on_hsi = (get(self, CFGR) & CFGR_STOPWUCK) != 0;

    *reg(self, CFGR) = (get(self, CFGR) & ~3U) | (on_hsi ? SW_HSI : SW_MSI);
    *reg(self, CR) =
        (get(self, CR) & ~(CR_PLLON | CR_HSION | CR_MSION)) | (on_hsi ? CR_HSION : CR_MSION);
    rcc->pll_ready_ns = TIME_NEVER;
    rcc->hsi_ready_ns = on_hsi ? 0 : TIME_NEVER;
    rcc->msi_ready_ns = on_hsi ? TIME_NEVER : 0;
    return ahb_hz(self);
}
