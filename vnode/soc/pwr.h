// SPDX-License-Identifier: Apache-2.0
// Power control, RM0376 section 6: voltage range, access to the RTC domain, Stop.
#ifndef NBOTA_VNODE_SOC_PWR_H
#define NBOTA_VNODE_SOC_PWR_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct pwr {
    uint32_t cr;
    uint32_t csr;
    uint64_t range_ready_ns; // VOSF is set before
};

void pwr_reset(struct machine *self, unsigned index);
uint32_t pwr_read(struct machine *self, unsigned index, uint32_t offset);
void pwr_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
bool pwr_domain_is_open(const struct machine *self);    // DBP
unsigned pwr_voltage_range(const struct machine *self); // 1, 2 or 3
bool pwr_is_standby(const struct machine *self);        // PDDS
// From the event that ends Stop to the first instruction.
uint64_t pwr_wake_ns(const struct machine *self);

#endif
