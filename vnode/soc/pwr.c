// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/pwr.h"

#include "vnode/soc/machine.h"

enum {
    CR = 0x00,
    CSR = 0x04,
    WAKE_NS = 5 * NS_PER_US,      // STM32L072 datasheet section 6.3.5
    REFERENCE_NS = 3 * NS_PER_MS, // …table "embedded internal reference voltage"
    RANGE_NS = 20 * NS_PER_US, // regulator settling; the manual names none, firmware must poll VOSF
};

#define CR_PDDS  (1U << 1)
#define CR_CLEAR (3U << 2) // CWUF, CSBF
#define CR_DBP   (1U << 8)
#define CR_ULP   (1U << 9)
#define CR_FWU   (1U << 10)

void pwr_reset(struct machine *self, unsigned index)
{
    (void)index;
    self->soc.pwr = (struct pwr){.cr = 0x1000}; // VOS range 2
}

bool pwr_domain_is_open(const struct machine *self)
{
    return (self->soc.pwr.cr & CR_DBP) != 0;
}

unsigned pwr_voltage_range(const struct machine *self)
{
    return self->soc.pwr.cr >> 11 & 3;
}

bool pwr_is_standby(const struct machine *self)
{
    return (self->soc.pwr.cr & CR_PDDS) != 0;
}

// With ULP the reference was off; without FWU the wake-up waits for it (RM0376 section 6.4.1).
uint64_t pwr_wake_ns(const struct machine *self)
{
    return (self->soc.pwr.cr & (CR_ULP | CR_FWU)) == CR_ULP ? REFERENCE_NS : WAKE_NS;
}

uint32_t pwr_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct pwr *pwr = &self->soc.pwr;

    (void)index;
    if (offset == CR) {
        return pwr->cr;
    }
    return pwr->csr | 1U << 3 | (time_now_ns(self) < pwr->range_ready_ns ? 1U << 4 : 0);
}

void pwr_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct pwr *pwr = &self->soc.pwr;
    uint32_t old = pwr->cr;

    (void)index;
    if (offset == CSR) {
        pwr->csr = value & 7U << 8;
        return;
    }
    if ((value >> 11 & 3) == 0) {
        soc_misuse(self, "PWR_CR.VOS 0 is forbidden");
        return;
    }
    pwr->cr = value & ~CR_CLEAR;
    if (((value ^ old) & 3U << 11) != 0) {
        pwr->range_ready_ns = time_now_ns(self) + RANGE_NS;
        rcc_check(self);
    }
}
