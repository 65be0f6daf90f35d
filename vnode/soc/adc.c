// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/adc.h"

#include "vnode/soc/board.h"
#include "vnode/soc/machine.h"

enum {
    ISR = 0x00,
    IER = 0x04,
    CR = 0x08,
    CFGR1 = 0x0C,
    CFGR2 = 0x10,
    SMPR = 0x14,
    CHSELR = 0x28,
    DR = 0x40,
    CALFACT = 0xB4,
    CCR = 0x308,
    IRQ_ADC = 12,
    REGULATOR_NS = 10 * NS_PER_US, // datasheet table 64
    READY_NS = 2 * NS_PER_US,
    CALIBRATION_CYCLES = 83,
    CONVERSION_HALF_CYCLES = 25, // 12.5 at 12 bits
    FULL_SCALE = 4095,
    CALIBRATED_AT_MV = 3000,
    VREFINT_SAMPLE_NS = 10 * NS_PER_US,
    PIN_PA1 = 1 << 1,
};

#define ISR_ADRDY   (1U << 0)
#define ISR_EOSMP   (1U << 1)
#define ISR_EOC     (1U << 2)
#define ISR_EOS     (1U << 3)
#define ISR_OVR     (1U << 4)
#define ISR_EOCAL   (1U << 11)
#define CR_ADEN     (1U << 0)
#define CR_ADDIS    (1U << 1)
#define CR_ADSTART  (1U << 2)
#define CR_ADSTP    (1U << 4)
#define CR_ADVREGEN (1U << 28)
#define CR_ADCAL    (1U << 31)
#define CCR_VREFEN  (1U << 22)
#define CH_PA1      (1U << 1)
#define CH_VREFINT  (1U << 17)

void adc_reset(struct machine *self, unsigned index)
{
    (void)index;
    self->soc.adc = (struct adc){0};
    time_due(self, EVENT_ADC, TIME_NEVER);
    soc_irq(self, IRQ_ADC, false);
}

static uint32_t clock_hz(const struct machine *self)
{
    uint32_t pclk_hz = rcc_pclk_hz(self, GATE_APB2);

    switch (self->soc.adc.cfgr2 >> 30) {
    case 1:
        return pclk_hz / 2;
    case 2:
        return pclk_hz / 4;
    case 3:
        return pclk_hz;
    default:
        return rcc_hsi_hz(self);
    }
}

static uint64_t half_cycles_ns(const struct machine *self, uint64_t half_cycles)
{
    return time_of_periods(half_cycles, 2 * clock_hz(self));
}

static uint64_t sampling_ns(const struct machine *self)
{
    static const uint16_t half_cycles[8] = {3, 7, 15, 25, 39, 79, 159, 321};

    return half_cycles_ns(self, half_cycles[self->soc.adc.smpr & 7]);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t measure(const struct machine *self)
{
    if (self->soc.adc.chselr == CH_VREFINT) {
        return ADC_VREFINT_CAL * CALIBRATED_AT_MV / self->soc.vdda_mv;
    }
    if (self->soc.adc.chselr == CH_PA1) {
        return least(self->soc.battery_mv / BOARD_DIVIDER, self->soc.vdda_mv) * FULL_SCALE /
               self->soc.vdda_mv;
    }
    return 0; // nothing is connected to the other inputs
}

static void update(struct machine *self)
{
    soc_irq(self, IRQ_ADC, (self->soc.adc.isr & self->soc.adc.ier) != 0);
}

void adc_event(struct machine *self)
{
    struct adc *adc = &self->soc.adc;

    if ((adc->cr & CR_ADCAL) != 0) {
        adc->cr &= ~CR_ADCAL;
        adc->isr |= ISR_EOCAL;
    } else if ((adc->cr & CR_ADSTART) != 0) {
        adc->cr &= ~CR_ADSTART;
        adc->isr |= ((adc->isr & ISR_EOC) != 0 ? ISR_OVR : 0) | ISR_EOSMP | ISR_EOC | ISR_EOS;
        adc->dr = measure(self);
    } else if ((adc->cr & CR_ADDIS) != 0) {
        adc->cr &= ~(CR_ADDIS | CR_ADEN);
        adc->isr &= ~ISR_ADRDY;
    } else if ((adc->cr & CR_ADEN) != 0) {
        adc->isr |= ISR_ADRDY;
    }
    update(self);
}

static void check_conversion(struct machine *self)
{
    const struct adc *adc = &self->soc.adc;

    if ((adc->cr & CR_ADEN) == 0 || (adc->isr & ISR_ADRDY) == 0) {
        soc_misuse(self, "ADC started before ADRDY");
    } else if (adc->chselr == 0 || (adc->chselr & (adc->chselr - 1)) != 0) {
        soc_misuse(self, "ADC_CHSELR %08X: one channel at a time is modelled", adc->chselr);
    } else if (adc->chselr == CH_VREFINT &&
               (!syscfg_has_reference(self) || (adc->ccr & CCR_VREFEN) == 0)) {
        soc_misuse(self, "ADC reads VREFINT, which is not switched to it");
    } else if (adc->chselr == CH_VREFINT && sampling_ns(self) < VREFINT_SAMPLE_NS) {
        soc_misuse(self, "ADC samples VREFINT for less than 10 us");
    } else if (adc->chselr == CH_PA1 && (self->soc.gpio.port[PORT_A].analog & PIN_PA1) == 0) {
        soc_misuse(self, "ADC reads PA1, which is not analog");
    }
}

static void write_cr(struct machine *self, uint32_t value)
{
    struct adc *adc = &self->soc.adc;
    uint64_t now_ns = time_now_ns(self);
    uint32_t rises = value & ~adc->cr;

    if ((rises & CR_ADVREGEN) != 0) {
        adc->regulator_ns = now_ns;
    }
    if ((value & CR_ADVREGEN) == 0) {
        if ((adc->cr & CR_ADEN) != 0) {
            soc_misuse(self, "ADC_CR.ADVREGEN cleared while the ADC is on");
            return;
        }
        adc->cr &= ~CR_ADVREGEN;
    }
    if ((rises & (CR_ADEN | CR_ADCAL)) != 0 &&
        ((value & CR_ADVREGEN) == 0 || now_ns < adc->regulator_ns + REGULATOR_NS)) {
        soc_misuse(self, "ADC switched on before its regulator is up (10 us)");
        return;
    }
    if (clock_hz(self) == 0 && (rises & (CR_ADEN | CR_ADCAL | CR_ADSTART)) != 0) {
        soc_misuse(self, "ADC without a clock");
        return;
    }
    adc->cr |= value; // bits are set by software and cleared by hardware
    if ((rises & CR_ADSTART) != 0) {
        check_conversion(self);
        time_due(self, EVENT_ADC,
                 now_ns + sampling_ns(self) + half_cycles_ns(self, CONVERSION_HALF_CYCLES));
    } else if ((rises & CR_ADCAL) != 0) {
        time_due(self, EVENT_ADC, now_ns + half_cycles_ns(self, 2 * CALIBRATION_CYCLES));
    } else if ((rises & (CR_ADEN | CR_ADDIS)) != 0) {
        time_due(self, EVENT_ADC, now_ns + READY_NS);
    }
}

static uint32_t *place_of(struct adc *adc, uint32_t offset)
{
    switch (offset) {
    case IER:
        return &adc->ier;
    case CFGR1:
        return &adc->cfgr1;
    case CFGR2:
        return &adc->cfgr2;
    case SMPR:
        return &adc->smpr;
    case CHSELR:
        return &adc->chselr;
    case CCR:
        return &adc->ccr;
    default:
        return NULL;
    }
}

uint32_t adc_read(struct machine *self, unsigned index, uint32_t offset)
{
    struct adc *adc = &self->soc.adc;
    const uint32_t *place = place_of(adc, offset);

    (void)index;
    switch (offset) {
    case ISR:
        return adc->isr;
    case CR:
        return adc->cr;
    case DR:
        adc->isr &= ~ISR_EOC;
        update(self);
        return adc->dr;
    case CALFACT:
        return 0x40;
    default:
        if (place == NULL) {
            soc_misuse(self, "ADC register +%03X is not modelled", offset);
        }
        return place == NULL ? 0 : *place;
    }
}

void adc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct adc *adc = &self->soc.adc;
    uint32_t *place = place_of(adc, offset);

    (void)index;
    if (offset == ISR) {
        adc->isr &= ~value;
    } else if (offset == CR) {
        write_cr(self, value);
    } else if (place == NULL) {
        soc_misuse(self, "ADC register +%03X written, which is not modelled", offset);
    } else if (offset == CFGR2 && (adc->cr & CR_ADEN) != 0 && *place != value) {
        soc_misuse(self, "ADC_CFGR2 written while the ADC is on");
    } else if ((adc->cr & CR_ADSTART) != 0) {
        soc_misuse(self, "ADC set up during a conversion");
    } else {
        *place = value;
    }
    update(self);
}
