// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/exti.h"

#include "vnode/soc/machine.h"

enum {
    IMR = 0x00,
    EMR = 0x04,
    RTSR = 0x08,
    FTSR = 0x0C,
    SWIER = 0x10,
    PR = 0x14,
    EXTICR1 = 0x08, // of SYSCFG
    CFGR3 = 0x20,
    IRQ_RTC = 2,
};

#define IMR_RESET     0x3F840000U // direct lines, RM0376 section 13.5.1
#define CFGR3_VREFINT (1U << 0)
#define CFGR3_BUF_ADC (1U << 8)
#define CFGR3_RDY     (1U << 30)

void exti_reset(struct machine *self, unsigned index)
{
    struct exti *exti = &self->soc.exti;

    (void)index;
    exti->imr = IMR_RESET;
    exti->emr = exti->rtsr = exti->ftsr = exti->swier = exti->pr = 0;
}

void syscfg_reset(struct machine *self, unsigned index)
{
    (void)index;
    for (unsigned i = 0; i < 9; i++) {
        self->soc.exti.syscfg[i] = 0;
    }
}

static void update(struct machine *self)
{
    uint32_t on = self->soc.exti.pr & self->soc.exti.imr;
    uint32_t rtc = 1U << EXTI_RTC_ALARM | 1U << EXTI_RTC_WAKE;

    soc_irq(self, 5, (on & 0x0003) != 0);
    soc_irq(self, 6, (on & 0x000C) != 0);
    soc_irq(self, 7, (on & 0xFFF0) != 0);
    soc_irq(self, IRQ_RTC, (on & rtc) != 0);
}

static void edge(struct machine *self, unsigned line, bool rises)
{
    struct exti *exti = &self->soc.exti;
    uint32_t mask = 1U << line;

    if (((rises ? exti->rtsr : exti->ftsr) & mask) != 0) {
        exti->pr |= mask;
        update(self);
        if ((exti->emr & mask) != 0) {
            cpu_signal_event(&self->cpu);
        }
    }
}

void exti_pin_edge(struct machine *self, unsigned port, unsigned pin, bool rises)
{
    unsigned selected = self->soc.exti.syscfg[EXTICR1 / 4 + pin / 4] >> 4 * (pin % 4) & 15;
    unsigned code = port == PORT_H ? 5 : port;

    if (selected == code) {
        edge(self, pin, rises);
    }
}

bool exti_is_open(const struct machine *self, unsigned line)
{
    return (self->soc.exti.imr >> line & 1) != 0;
}

void exti_line_rises(struct machine *self, unsigned line)
{
    edge(self, line, true);
}

uint32_t exti_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct exti *exti = &self->soc.exti;
    const uint32_t values[] = {exti->imr, exti->emr, exti->rtsr, exti->ftsr, exti->swier, exti->pr};

    (void)index;
    return values[offset / 4];
}

void exti_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct exti *exti = &self->soc.exti;
    uint32_t *const places[] = {&exti->imr, &exti->emr, &exti->rtsr, &exti->ftsr};

    (void)index;
    if (offset == PR) {
        exti->pr &= ~value;
        exti->swier &= ~value;
    } else if (offset == SWIER) {
        exti->pr |= value & ~exti->swier;
        exti->swier |= value;
    } else {
        *places[offset / 4] = value;
    }
    update(self);
}

bool syscfg_has_reference(const struct machine *self)
{
    uint32_t needed = CFGR3_VREFINT | CFGR3_BUF_ADC;

    return (self->soc.exti.syscfg[CFGR3 / 4] & needed) == needed;
}

// The reference needs 3 ms at most to settle (datasheet table 26); its ready bit is what firmware has to poll.
uint32_t syscfg_read(struct machine *self, unsigned index, uint32_t offset)
{
    uint32_t value = self->soc.exti.syscfg[offset / 4];

    (void)index;
    if (offset == CFGR3 && (value & CFGR3_VREFINT) != 0) {
        value |= CFGR3_RDY;
    }
    return value;
}

void syscfg_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    (void)index;
    self->soc.exti.syscfg[offset / 4] = value & ~CFGR3_RDY;
}
