// SPDX-License-Identifier: Apache-2.0
// Alarms are of whole seconds. Tamper inputs and time stamps are not modelled; using them is misuse.
#include "vnode/soc/rtc.h"

#include "vnode/soc/machine.h"
#include "vnode/soc/rtc_calendar.h"

enum {
    TR = 0x00,
    DR = 0x04,
    CR = 0x08,
    ISR = 0x0C,
    PRER = 0x10,
    WUTR = 0x14,
    ALRMAR = 0x1C,
    ALRMBR = 0x20,
    WPR = 0x24,
    SSR = 0x28,
    ALRMASSR = 0x44,
    ALRMBSSR = 0x48,
    BKP0R = 0x50,
    BKP4R = 0x60,
    OPEN = 2,
};

#define CR_WUCKSEL 7U
#define CR_KNOWN   0x00007727U // WUCKSEL, BYPSHAD, ALRAE, ALRBE, WUTE, ALRAIE, ALRBIE, WUTIE
#define CR_ALRAE   (1U << 8)
#define CR_ALRAIE  (1U << 12)
#define CR_WUTE    (1U << 10)
#define CR_WUTIE   (1U << 14)
#define ISR_ALRAWF (1U << 0)
#define ISR_WUTWF  (1U << 2)
#define ISR_INITS  (1U << 4)
#define ISR_RSF    (1U << 5)
#define ISR_INITF  (1U << 6)
#define ISR_INIT   (1U << 7)
#define ISR_ALRAF  (1U << 8)
#define ISR_WUTF   (1U << 10)
#define ISR_FLAGS  (3U << 8 | ISR_WUTF)

static uint64_t wake_period_ns(const struct machine *self)
{
    const struct rtc *rtc = &self->soc.rtc;
    uint32_t hz = rcc_rtc_hz(self);
    uint32_t select = rtc->cr & CR_WUCKSEL;
    uint64_t ticks = (rtc->wutr & 0xFFFF) + 1ULL;

    if (select < 4) {
        return time_of_periods(ticks * (16U >> select), hz);
    }
    return time_of_periods((ticks + (select >= 6 ? 65536U : 0)) * rtc_second_periods(self), hz);
}

static void schedule(struct machine *self)
{
    const struct rtc *rtc = &self->soc.rtc;
    uint64_t next_ns = rtc->wake_ns;

    for (unsigned i = 0; i < RTC_ALARMS; i++) {
        next_ns = rtc->alarm_ns[i] < next_ns ? rtc->alarm_ns[i] : next_ns;
    }
    time_due(self, EVENT_RTC, next_ns);
}

static void arm_wake(struct machine *self)
{
    bool runs = (self->soc.rtc.cr & CR_WUTE) != 0 && rcc_rtc_hz(self) != 0;

    self->soc.rtc.wake_ns = runs ? time_now_ns(self) + wake_period_ns(self) : TIME_NEVER;
}

static void arm_alarms(struct machine *self)
{
    for (unsigned i = 0; i < RTC_ALARMS; i++) {
        bool is_on = (self->soc.rtc.cr & CR_ALRAE << i) != 0;
        self->soc.rtc.alarm_ns[i] = is_on ? rtc_alarm_ns(self, i) : TIME_NEVER;
    }
}

static void arm(struct machine *self)
{
    arm_wake(self);
    arm_alarms(self);
    schedule(self);
}

void rtc_reset(struct machine *self)
{
    self->soc.rtc = (struct rtc){.prer = 0x007F00FF, .wutr = 0xFFFF, .date_bcd = 0x2101};
    arm(self);
}

// The clock's settings outlived the reset, the events did not.
void rtc_restart(struct machine *self)
{
    self->soc.rtc.keys = 0;
    arm(self);
}

static void raise_alarm(struct machine *self, unsigned alarm)
{
    self->soc.rtc.isr |= ISR_ALRAF << alarm;
    if ((self->soc.rtc.cr & CR_ALRAIE << alarm) != 0) {
        exti_line_rises(self, EXTI_RTC_ALARM);
    }
}

void rtc_event(struct machine *self)
{
    struct rtc *rtc = &self->soc.rtc;
    uint64_t now_ns = time_now_ns(self);

    for (unsigned i = 0; i < RTC_ALARMS; i++) {
        if (rtc->alarm_ns[i] <= now_ns) {
            raise_alarm(self, i);
        }
    }
    if (rtc->wake_ns <= now_ns) {
        rtc->isr |= ISR_WUTF;
        if ((rtc->cr & CR_WUTIE) != 0) {
            exti_line_rises(self, EXTI_RTC_WAKE);
        }
        arm_wake(self);
    }
    arm_alarms(self);
    schedule(self);
}

static uint32_t status(const struct machine *self)
{
    const struct rtc *rtc = &self->soc.rtc;
    bool ready = time_now_ns(self) >= rtc->write_ready_ns;
    uint32_t value = rtc->isr | ISR_RSF | ((rtc->date_bcd >> 16 & 0xFF) != 0 ? ISR_INITS : 0);

    if (ready && (rtc->isr & ISR_INIT) != 0) {
        value |= ISR_INITF;
    }
    if (ready && (rtc->cr & CR_WUTE) == 0) {
        value |= ISR_WUTWF;
    }
    for (unsigned i = 0; i < RTC_ALARMS; i++) {
        value |= (rtc->cr & CR_ALRAE << i) == 0 ? ISR_ALRAWF << i : 0;
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
        return rtc_time(self);
    case DR:
        return rtc_date(self);
    case CR:
        return rtc->cr;
    case ISR:
        return status(self);
    case PRER:
        return rtc->prer;
    case WUTR:
        return rtc->wutr;
    case SSR:
        return rtc_subseconds(self);
    case ALRMAR:
    case ALRMBR:
        return rtc->alarm[(offset - ALRMAR) / 4];
    case ALRMASSR:
    case ALRMBSSR:
        return 0;
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

static void write_alarm(struct machine *self, unsigned alarm, uint32_t value)
{
    if ((self->soc.rtc.cr & CR_ALRAE << alarm) != 0) {
        soc_misuse(self, "RTC_ALRM%cR written while the alarm is on", 'A' + (int)alarm);
        return;
    }
    self->soc.rtc.alarm[alarm] = value;
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
        soc_misuse(self, "RTC_CR %08X: 24 hours, alarms and wake-up timer are modelled", value);
    } else if (offset == CR) {
        rtc->write_ready_ns = time_now_ns(self) + two_periods_ns;
        rtc->cr = value;
        arm(self);
    } else if (offset == ALRMAR || offset == ALRMBR) {
        write_alarm(self, (offset - ALRMAR) / 4, value);
    } else if ((offset != ALRMASSR && offset != ALRMBSSR) || value != 0) {
        soc_misuse(self, "RTC register +%02X written, which is not modelled", offset);
    }
}

static void write_isr(struct machine *self, uint32_t value)
{
    struct rtc *rtc = &self->soc.rtc;
    bool moves = false;

    if ((value & ISR_INIT) == 0 && (rtc->isr & ISR_INIT) != 0) {
        rtc->set_ns = time_now_ns(self);
        moves = true;
    } else if ((value & ISR_INIT) != 0 && (rtc->isr & ISR_INIT) == 0 && rcc_rtc_hz(self) != 0) {
        rtc->write_ready_ns = time_now_ns(self) + time_of_periods(2, rcc_rtc_hz(self));
    }
    rtc->isr = (value & ISR_INIT) | (rtc->isr & value & ISR_FLAGS);
    if (moves) {
        arm_alarms(self);
        schedule(self);
    }
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
