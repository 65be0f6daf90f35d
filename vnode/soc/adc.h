// SPDX-License-Identifier: Apache-2.0
// The ADC as far as a node measures its supply: one channel at a time, RM0376 section 14.
#ifndef NBOTA_VNODE_SOC_ADC_H
#define NBOTA_VNODE_SOC_ADC_H

#include <stdint.h>

struct machine;

enum {
    ADC_VREFINT_CAL = 1670
}; // factory reading of the reference at 3.0 V: 1.224 V · 4095 / 3.0 V

struct adc {
    uint32_t isr, ier, cr, cfgr1, cfgr2, smpr, chselr, dr, ccr;
    uint64_t regulator_ns; // when ADVREGEN was set
};

void adc_reset(struct machine *self, unsigned index);
uint32_t adc_read(struct machine *self, unsigned index, uint32_t offset);
void adc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
void adc_event(struct machine *self); // EVENT_ADC

#endif
