// SPDX-License-Identifier: Apache-2.0
// SYSCFG and EXTI, RM0376 sections 10 and 13: which pin is which external interrupt, and the reference's switch.
#ifndef NBOTA_VNODE_SOC_EXTI_H
#define NBOTA_VNODE_SOC_EXTI_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

enum { EXTI_RTC_ALARM = 17, EXTI_RTC_WAKE = 20, EXTI_LPTIM = 29 };

struct exti {
    uint32_t imr, emr, rtsr, ftsr, swier, pr;
    uint32_t syscfg[9]; // by offset / 4
};

void exti_reset(struct machine *self, unsigned index);
uint32_t exti_read(struct machine *self, unsigned index, uint32_t offset);
void exti_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
void syscfg_reset(struct machine *self, unsigned index);
uint32_t syscfg_read(struct machine *self, unsigned index, uint32_t offset);
void syscfg_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);

void exti_pin_edge(struct machine *self, unsigned port, unsigned pin, bool rises);
// The line is not masked: what is on it wakes from Stop.
bool exti_is_open(const struct machine *self, unsigned line);
// A rising edge on an internal line.
void exti_line_rises(struct machine *self, unsigned line);
bool syscfg_has_reference(const struct machine *self); // VREFINT on and ready for the ADC

#endif
