// SPDX-License-Identifier: Apache-2.0
// Alarms, tamper inputs and time stamps are not modelled; using them is misuse.
#include "vnode/soc/rtc.h"

#include "vnode/soc/machine.h"

enum {
    TR = 0x00,
    DR = 0x04,
    CR = 0x08,
    ISR = 0x0C,
    PRER = 0x10,
    WUTR = 0x14,
    WPR = 0x24,
    SSR = 0x28,
    BKP0R = 0x50,
    BKP4R = 0x60,
    OPEN = 2,
    DAY_S = 86400,
};

#define CR_WUCKSEL 7U
#define CR_KNOWN   0x00004467U // WUCKSEL, BYPSHAD, FMT, WUTE, WUTIE
#define CR_WUTE    (1U << 10)
#define CR_WUTIE   (1U << 14)
#define ISR_WUTWF  (1U << 2)
#define ISR_INITS  (1U << 4)
#define ISR_RSF    (1U << 5)
#define ISR_INITF  (1U << 6)
#define ISR_INIT   (1U << 7)
#define ISR_WUTF   (1U << 10)

void rtc_reset(struct machine *self)
{
    self->soc.rtc = (struct rtc){.prer = 0x007F00FF, .wutr = 0xFFFF, .date_bcd = 0x2101};
    time_due(self, EVENT_RTC, TIME_NEVER);
}

static uint64_t wake_period_ns(const struct machine *self)
{
    const struct rtc *rtc = &self->soc.rtc;
    uint32_t hz = rcc_rtc_hz(self);
    uint32_t select = rtc->cr & CR_WUCKSEL;
    uint64_t ticks = (rtc->wutr & 0xFFFF) + 1ULL;
    uint64_t second = ((rtc->prer >> 16 & 0x7F) + 1ULL) * ((rtc->prer & 0x7FFF) + 1ULL);

    if (select < 4) {
        return time_of_periods(ticks * (16U >> select), hz);
    }
    return time_of_periods((ticks + (select >= 6 ? 65536U : 0)) * second, hz);
}

static void arm(struct machine *self, uint64_t from_ns)
{
    bool runs = (self->soc.rtc.cr & CR_WUTE) != 0 && rcc_rtc_hz(self) != 0;

    time_due(self, EVENT_RTC, runs ? from_ns + wake_period_ns(self) : TIME_NEVER);
}

// The clock's settings outlived the reset, the events did not.
void rtc_restart(struct machine *self)
{
    self->soc.rtc.keys = 0;
    arm(self, time_now_ns(self));
}

void rtc_event(struct machine *self)
{
    struct rtc *rtc = &self->soc.rtc;

    rtc->isr |= ISR_WUTF;
    if ((rtc->cr & CR_WUTIE) != 0) {
        exti_line_rises(self, EXTI_RTC_WAKE);
    }
    arm(self, time_now_ns(self));
}

static uint32_t from_bcd(uint32_t bcd)
{
    return (bcd >> 4 & 15) * 10 + (bcd & 15);
}

static uint32_t to_bcd(uint32_t number)
{
    return number / 10 << 4 | number % 10;
}

// Whole periods of PREDIV_A since the calendar was set.
static uint64_t subseconds(const struct machine *self)
{
    uint32_t hz = rcc_rtc_hz(self);
    uint64_t passed_ns = time_now_ns(self) - self->soc.rtc.set_ns;

    return hz == 0 ? 0 : time_periods(passed_ns, hz) / ((self->soc.rtc.prer >> 16 & 0x7F) + 1);
}

static uint32_t time_of_day(const struct machine *self)
{
    const struct rtc *rtc = &self->soc.rtc;
    uint64_t seconds = subseconds(self) / ((rtc->prer & 0x7FFF) + 1);

    seconds += from_bcd(rtc->time_bcd >> 16) * 3600ULL + from_bcd(rtc->time_bcd >> 8 & 0x7F) * 60 +
               from_bcd(rtc->time_bcd & 0x7F);
    uint32_t rest = (uint32_t)(seconds % DAY_S);
    return to_bcd(rest / 3600) << 16 | to_bcd(rest / 60 % 60) << 8 | to_bcd(rest % 60);
}

static uint32_t status(const struct machine *self)
{
    const struct rtc *rtc = &self->soc.rtc;
    bool ready = time_now_ns(self) >= rtc->write_ready_ns;
    uint32_t value = rtc->isr | ISR_RSF | (from_bcd(rtc->date_bcd >> 16) != 0 ? ISR_INITS : 0);

    if (ready && (rtc->isr & ISR_INIT) != 0) {
        value |= ISR_INITF;
    }
    if (ready && (rtc->cr & CR_WUTE) == 0) {
        value |= ISR_WUTWF;
    }
    return value;
}

uint32_t rtc_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct rtc *rtc = &self->soc.rtc;

    (void)index;
    if (offset >= BKP0R && offset <= BKP4R) {
        return rtc->backup[(offset - BKP0R) / 4];
    }
    switch (offset) {
    case TR:
        return time_of_day(self);
    case DR: // the date stands: nothing on the node reads it
        return rtc->date_bcd;
    case CR:
        return rtc->cr;
    case ISR:
        return status(self);
    case PRER:
        return rtc->prer;
    case WUTR:
        return rtc->wutr;
    case SSR:
        return (rtc->prer & 0x7FFF) - (uint32_t)(subseconds(self) % ((rtc->prer & 0x7FFF) + 1));
    default:
        soc_misuse(self, "RTC register +%02X is not modelled", offset);
        return 0;
    }
}

static void write_key(struct rtc *rtc, uint32_t key)
{
    if (rtc->keys == 0 && key == 0xCA) {
        rtc->keys = 1;
    } else {
        rtc->keys = rtc->keys == 1 && key == 0x53 ? OPEN : 0;
    }
}

static void write_open(struct machine *self, uint32_t offset, uint32_t value)
{
    struct rtc *rtc = &self->soc.rtc;
    bool sets = (status(self) & ISR_INITF) != 0;
    uint64_t two_periods_ns = rcc_rtc_hz(self) == 0 ? 0 : time_of_periods(2, rcc_rtc_hz(self));

    if ((offset == TR || offset == DR || offset == PRER) && !sets) {
        soc_misuse(self, "RTC register +%02X written outside the initialization", offset);
    } else if (offset == TR) {
        rtc->time_bcd = value;
    } else if (offset == DR) {
        rtc->date_bcd = value;
    } else if (offset == PRER) {
        rtc->prer = value;
    } else if (offset == WUTR && (status(self) & ISR_WUTWF) == 0) {
        soc_misuse(self, "RTC_WUTR written before WUTWF");
    } else if (offset == WUTR) {
        rtc->wutr = value;
    } else if (offset == CR && (value & ~CR_KNOWN) != 0) {
        soc_misuse(self, "RTC_CR %08X: only the wake-up timer is modelled", value);
    } else if (offset == CR) {
        rtc->write_ready_ns = time_now_ns(self) + two_periods_ns;
        rtc->cr = value;
        arm(self, time_now_ns(self));
    } else {
        soc_misuse(self, "RTC register +%02X written, which is not modelled", offset);
    }
}

static void write_isr(struct machine *self, uint32_t value)
{
    struct rtc *rtc = &self->soc.rtc;

    if ((value & ISR_INIT) == 0 && (rtc->isr & ISR_INIT) != 0) {
        rtc->set_ns = time_now_ns(self);
    } else if ((value & ISR_INIT) != 0 && (rtc->isr & ISR_INIT) == 0 && rcc_rtc_hz(self) != 0) {
        rtc->write_ready_ns = time_now_ns(self) + time_of_periods(2, rcc_rtc_hz(self));
    }
    rtc->isr = (value & ISR_INIT) | (rtc->isr & value & ISR_WUTF);
}

void rtc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct rtc *rtc = &self->soc.rtc;

    (void)index;
    if (!pwr_domain_is_open(self)) {
        soc_misuse(self, "RTC register +%02X written with PWR_CR.DBP clear", offset);
    } else if (offset >= BKP0R && offset <= BKP4R) {
        rtc->backup[(offset - BKP0R) / 4] = value;
    } else if (offset == WPR) {
        write_key(rtc, value);
    } else if (offset == ISR && (value & ISR_INIT) == (rtc->isr & ISR_INIT)) {
        write_isr(self, value); // flags are cleared without the keys
    } else if (rtc->keys != OPEN) {
        soc_misuse(self, "RTC register +%02X written without the keys CA 53", offset);
    } else if (offset == ISR) {
        write_isr(self, value);
    } else {
        write_open(self, offset, value);
    }
}
