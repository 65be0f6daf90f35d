// SPDX-License-Identifier: Apache-2.0
// The calendar behind RTC_TR and RTC_DR and when an alarm comes; nobody but the RTC includes it.
#ifndef NBOTA_VNODE_SOC_RTC_CALENDAR_H
#define NBOTA_VNODE_SOC_RTC_CALENDAR_H

#include <stdint.h>

struct machine;

// Periods of its clock that a second of the calendar takes.
uint64_t rtc_second_periods(const struct machine *self);
// As the registers show them. 1 January 2000 to 31 December 2099.
uint32_t rtc_time(const struct machine *self);
uint32_t rtc_date(const struct machine *self);
uint32_t rtc_subseconds(const struct machine *self);
// The next second that alarm 0 (A) or 1 (B) names, behind the present one; TIME_NEVER when no date of the next four years
// does or the clock stands.
uint64_t rtc_alarm_ns(const struct machine *self, unsigned alarm);

#endif
