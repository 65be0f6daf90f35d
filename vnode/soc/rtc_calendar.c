// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/rtc_calendar.h"

#include "vnode/soc/machine.h"

enum { HOUR_S = 3600, MINUTE_S = 60, DAY_S = 86400, DAYS_AHEAD = 4 * 366 };

#define ALARM_ANY_SECOND (1U << 7)
#define ALARM_ANY_MINUTE (1U << 15)
#define ALARM_ANY_HOUR   (1U << 23)
#define ALARM_WEEKDAY    (1U << 30)
#define ALARM_ANY_DAY    (1U << 31)

struct date {
    unsigned year, month, day, weekday; // 0..99, 1.., 1.., 1 (Monday)..7
};

static uint32_t from_bcd(uint32_t bcd)
{
    return (bcd >> 4 & 15) * 10 + (bcd & 15);
}

static uint32_t to_bcd(uint32_t number)
{
    return number / 10 << 4 | number % 10;
}

// ---- time of day ----

uint64_t rtc_second_periods(const struct machine *self)
{
    uint32_t prer = self->soc.rtc.prer;

    return ((prer >> 16 & 0x7F) + 1ULL) * ((prer & 0x7FFF) + 1ULL);
}

static uint64_t periods(const struct machine *self)
{
    uint32_t hz = rcc_rtc_hz(self);

    return hz == 0 ? 0 : time_periods(time_now_ns(self) - self->soc.rtc.set_ns, hz);
}

// Seconds from the midnight of the day that was set.
static uint64_t seconds_since_midnight(const struct machine *self)
{
    uint32_t bcd = self->soc.rtc.time_bcd;

    return periods(self) / rtc_second_periods(self) + from_bcd(bcd >> 16 & 0x3F) * HOUR_S +
           from_bcd(bcd >> 8 & 0x7F) * MINUTE_S + from_bcd(bcd & 0x7F);
}

uint32_t rtc_time(const struct machine *self)
{
    uint32_t rest = (uint32_t)(seconds_since_midnight(self) % DAY_S);

    return to_bcd(rest / HOUR_S) << 16 | to_bcd(rest / MINUTE_S % 60) << 8 | to_bcd(rest % 60);
}

uint32_t rtc_subseconds(const struct machine *self)
{
    uint32_t prer = self->soc.rtc.prer;
    uint64_t ticks = periods(self) / ((prer >> 16 & 0x7F) + 1);

    return (prer & 0x7FFF) - (uint32_t)(ticks % ((prer & 0x7FFF) + 1));
}

// ---- date ----

static unsigned days_of(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && year % 4 == 0 ? 1U : 0U); // 2000 to 2099
}

static void next_day(struct date *date)
{
    date->weekday = date->weekday % 7 + 1;
    if (++date->day <= days_of(date->year, date->month)) {
        return;
    }
    date->day = 1;
    if (++date->month > 12) {
        date->month = 1;
        date->year = (date->year + 1) % 100;
    }
}

static struct date date_set(const struct machine *self)
{
    uint32_t bcd = self->soc.rtc.date_bcd;
    struct date date = {from_bcd(bcd >> 16 & 0xFF), from_bcd(bcd >> 8 & 0x1F), from_bcd(bcd & 0x3F),
                        bcd >> 13 & 7};

    date.month = date.month >= 1 && date.month <= 12 ? date.month : 1;
    return date;
}

static struct date date_now(const struct machine *self)
{
    struct date date = date_set(self);

    for (uint64_t days = seconds_since_midnight(self) / DAY_S; days > 0; days--) {
        next_day(&date);
    }
    return date;
}

uint32_t rtc_date(const struct machine *self)
{
    struct date date = date_now(self);

    return to_bcd(date.year) << 16 | date.weekday << 13 | to_bcd(date.month) << 8 |
           to_bcd(date.day);
}

// ---- alarms, RM0376 section 26.7.7 ----

static bool fits_day(uint32_t alarm, const struct date *date)
{
    if ((alarm & ALARM_ANY_DAY) != 0) {
        return true;
    }
    if ((alarm & ALARM_WEEKDAY) != 0) {
        return (alarm >> 24 & 15) == date->weekday;
    }
    return from_bcd(alarm >> 24 & 0x3F) == date->day;
}

static bool fits(uint32_t alarm, uint32_t any, unsigned shift, uint32_t value)
{
    return (alarm & any) != 0 || from_bcd(alarm >> shift & 0x7F) == value;
}

// First second of a day from `from_s` on that the alarm names; DAY_S = none.
static uint32_t second_of_day(uint32_t alarm, uint32_t from_s)
{
    for (uint32_t s = from_s; s < DAY_S; s++) {
        if (!fits(alarm & ~(1U << 22), ALARM_ANY_HOUR, 16, s / HOUR_S)) {
            s += HOUR_S - 1 - s % HOUR_S;
        } else if (!fits(alarm, ALARM_ANY_MINUTE, 8, s / MINUTE_S % 60)) {
            s += MINUTE_S - 1 - s % MINUTE_S;
        } else if (fits(alarm, ALARM_ANY_SECOND, 0, s % 60)) {
            return s;
        }
    }
    return DAY_S;
}

// When the calendar shows second `second`, counted from the midnight of the day that was set.
static uint64_t ns_of(const struct machine *self, uint64_t second)
{
    uint64_t passed = seconds_since_midnight(self) - periods(self) / rtc_second_periods(self);

    return self->soc.rtc.set_ns +
           time_of_periods((second - passed) * rtc_second_periods(self), rcc_rtc_hz(self));
}

uint64_t rtc_alarm_ns(const struct machine *self, unsigned alarm)
{
    uint32_t value = self->soc.rtc.alarm[alarm];
    uint64_t now_s = seconds_since_midnight(self);
    struct date date = date_now(self);
    uint32_t from_s = (uint32_t)(now_s % DAY_S) + 1;

    if (rcc_rtc_hz(self) == 0) {
        return TIME_NEVER;
    }
    for (unsigned days = 0; days < DAYS_AHEAD; days++, from_s = 0, next_day(&date)) {
        uint32_t second = fits_day(value, &date) ? second_of_day(value, from_s) : DAY_S;
        if (second < DAY_S) {
            return ns_of(self, now_s / DAY_S * DAY_S + (uint64_t)days * DAY_S + second);
        }
    }
    return TIME_NEVER;
}
