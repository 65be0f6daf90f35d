// SPDX-License-Identifier: Apache-2.0
// Ticks follow from time; only matches and values on their way to the counter's clock are events.
#include "vnode/soc/lptim.h"

#include "vnode/soc/machine.h"

enum {
    ISR = 0x00,
    ICR = 0x04,
    IER = 0x08,
    CFGR = 0x0C,
    CR = 0x10,
    CMP = 0x14,
    ARR = 0x18,
    CNT = 0x1C,
    IRQ_LPTIM1 = 13,
    TAKE_OVER_PERIODS = 3, // of its clock before the prescaler; the manual gives no number
    CCIPR_SHIFT = 18,
};

#define FLAG_CMPM    (1U << 0)
#define FLAG_ARRM    (1U << 1)
#define FLAG_CMPOK   (1U << 3)
#define FLAG_ARROK   (1U << 4)
#define FLAGS        0x7FU
#define CR_ENABLE    (1U << 0)
#define CR_SNGSTRT   (1U << 1)
#define CR_CNTSTRT   (1U << 2)
#define CFGR_PRESC   (7U << 9)
#define CFGR_PRELOAD (1U << 22)

static uint32_t clock_hz(const struct machine *self)
{
    switch (rcc_selection(self, CCIPR_SHIFT)) {
    case 1:
        return rcc_lsi_hz(self);
    case 2:
        return rcc_hsi_hz(self);
    case 3:
        return rcc_lse_hz(self);
    default:
        return rcc_pclk_hz(self, GATE_APB1);
    }
}

bool lptim_runs_in_stop(const struct machine *self)
{
    return (rcc_selection(self, CCIPR_SHIFT) & 1) != 0; // LSI or LSE
}

static void stop_counting(struct machine *self)
{
    struct lptim *lptim = &self->soc.lptim;

    lptim->counting = false;
    lptim->cmp_taken_ns = lptim->arr_taken_ns = TIME_NEVER;
    time_due(self, EVENT_LPTIM, TIME_NEVER);
}

void lptim_reset(struct machine *self, unsigned index)
{
    (void)index;
    self->soc.lptim = (struct lptim){.arr = 1, .arr_written = 1};
    stop_counting(self);
    soc_irq(self, IRQ_LPTIM1, false);
}

static unsigned prescaler_shift(const struct lptim *lptim)
{
    return (lptim->cfgr & CFGR_PRESC) >> 9;
}

static uint64_t tick_at(const struct lptim *lptim, uint64_t ns)
{
    return time_periods(ns - lptim->start_ns, lptim->hz) >> prescaler_shift(lptim);
}

static uint64_t ns_of_tick(const struct lptim *lptim, uint64_t tick)
{
    return lptim->start_ns + time_of_periods(tick << prescaler_shift(lptim), lptim->hz);
}

static uint64_t next_match(const struct lptim *lptim, uint32_t value)
{
    uint64_t period = lptim->arr + 1ULL;
    uint64_t tick = lptim->served_tick - lptim->served_tick % period + value;

    return tick > lptim->served_tick ? tick : tick + period;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void update(struct machine *self)
{
    struct lptim *lptim = &self->soc.lptim;
    uint64_t next_ns = earlier(lptim->cmp_taken_ns, lptim->arr_taken_ns);

    if (lptim->counting) {
        uint64_t match = next_match(lptim, lptim->arr);
        if (lptim->cmp <= lptim->arr) {
            match = earlier(match, next_match(lptim, lptim->cmp));
        }
        next_ns = earlier(next_ns, ns_of_tick(lptim, match));
    }
    time_due(self, EVENT_LPTIM, next_ns);
    bool passes = !self->soc.time.stopped || exti_is_open(self, EXTI_LPTIM);
    soc_irq(self, IRQ_LPTIM1, passes && (lptim->isr & lptim->ier) != 0);
}

static void take_over(uint64_t now_ns, uint64_t *taken_ns, uint32_t *value, uint32_t written,
                      uint32_t *isr, uint32_t flag)
{
    if (now_ns >= *taken_ns) {
        *taken_ns = TIME_NEVER;
        *value = written;
        *isr |= flag;
    }
}

// A value equal to the present count matches at its next turn only.
void lptim_event(struct machine *self)
{
    struct lptim *lptim = &self->soc.lptim;
    uint64_t now_ns = time_now_ns(self);

    if (lptim->counting) {
        uint64_t tick = tick_at(lptim, now_ns);
        uint64_t turn = tick % (lptim->arr + 1ULL);
        if (tick > lptim->served_tick) {
            lptim->isr |=
                (turn == lptim->cmp ? FLAG_CMPM : 0) | (turn == lptim->arr ? FLAG_ARRM : 0);
            lptim->served_tick = tick;
        }
    }
    take_over(now_ns, &lptim->cmp_taken_ns, &lptim->cmp, lptim->cmp_written, &lptim->isr,
              FLAG_CMPOK);
    take_over(now_ns, &lptim->arr_taken_ns, &lptim->arr, lptim->arr_written, &lptim->isr,
              FLAG_ARROK);
    update(self);
}

static uint32_t count(const struct machine *self)
{
    const struct lptim *lptim = &self->soc.lptim;

    if (!lptim->counting) {
        return 0;
    }
    return (uint32_t)(tick_at(lptim, time_now_ns(self)) % (lptim->arr + 1ULL));
}

uint32_t lptim_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct lptim *lptim = &self->soc.lptim;

    (void)index;
    switch (offset) {
    case ISR:
        self->cpu.steady_read = true; // flags come with events
        return lptim->isr;
    case IER:
        return lptim->ier;
    case CFGR:
        return lptim->cfgr;
    case CR:
        return lptim->cr;
    case CMP:
        return lptim->cmp_written;
    case ARR:
        return lptim->arr_written;
    case CNT:
        return count(self);
    default:
        return 0;
    }
}

static void write_cr(struct machine *self, uint32_t value)
{
    struct lptim *lptim = &self->soc.lptim;
    bool starts = (value & CR_CNTSTRT) != 0 && !lptim->counting;

    if ((value & CR_ENABLE) == 0) {
        lptim->cr = 0;
        stop_counting(self);
        return;
    }
    if ((value & (CR_SNGSTRT | CR_CNTSTRT)) != 0 && (lptim->cr & CR_ENABLE) == 0) {
        soc_misuse(self, "LPTIM started in the same store that enables it");
        return;
    }
    if ((value & CR_SNGSTRT) != 0) {
        soc_misuse(self, "LPTIM one-shot mode is not modelled");
        return;
    }
    lptim->cr = CR_ENABLE;
    lptim->hz = clock_hz(self);
    if (lptim->hz == 0) {
        soc_misuse(self, "LPTIM enabled, but its clock source is not running");
    } else if (starts && lptim->cmp_written >= lptim->arr_written) {
        soc_misuse(self, "LPTIM started with CMP %u not below ARR %u", lptim->cmp_written,
                   lptim->arr_written);
    } else if (starts) {
        lptim->counting = true;
        lptim->start_ns = time_now_ns(self);
        lptim->served_tick = 0;
    }
}

static void write_value(struct machine *self, uint32_t value, uint32_t *written, uint64_t *taken_ns,
                        const char *name)
{
    const struct lptim *lptim = &self->soc.lptim;

    if ((lptim->cr & CR_ENABLE) == 0) {
        soc_misuse(self, "LPTIM_%s written while the timer is off", name);
    } else if (*taken_ns != TIME_NEVER) {
        soc_misuse(self, "LPTIM_%s written before the last value was taken over", name);
    } else {
        *written = value & 0xFFFF;
        *taken_ns = time_now_ns(self) + time_of_periods(TAKE_OVER_PERIODS, lptim->hz);
    }
}

static void set_up(struct machine *self, uint32_t *place, uint32_t value)
{
    if ((self->soc.lptim.cr & CR_ENABLE) != 0) {
        soc_misuse(self, "LPTIM_IER or LPTIM_CFGR written while the timer is on");
        return;
    }
    *place = value;
}

void lptim_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct lptim *lptim = &self->soc.lptim;

    (void)index;
    switch (offset) {
    case ICR:
        lptim->isr &= ~value;
        break;
    case IER:
        set_up(self, &lptim->ier, value & FLAGS);
        break;
    case CFGR:
        set_up(self, &lptim->cfgr, value);
        if ((value & ~(CFGR_PRESC | CFGR_PRELOAD)) != 0) {
            soc_misuse(self, "LPTIM_CFGR %08X: only the prescaler is modelled", value);
        }
        break;
    case CR:
        write_cr(self, value);
        break;
    case CMP:
        write_value(self, value, &lptim->cmp_written, &lptim->cmp_taken_ns, "CMP");
        if ((value & 0xFFFF) >= lptim->arr_written) {
            soc_misuse(self, "LPTIM_CMP %u not below ARR %u", value, lptim->arr_written);
        }
        break;
    case ARR:
        write_value(self, value, &lptim->arr_written, &lptim->arr_taken_ns, "ARR");
        break;
    default:
        soc_misuse(self, "LPTIM register +%02X written, which is read-only", offset);
    }
    update(self);
}
