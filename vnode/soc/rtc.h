// SPDX-License-Identifier: Apache-2.0
// The RTC domain, RM0376 section 26: calendar, two alarms, wake-up timer and the five backup registers. It outlives a
// system reset and goes on in Stop.
#ifndef NBOTA_VNODE_SOC_RTC_H
#define NBOTA_VNODE_SOC_RTC_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

enum { RTC_BACKUP_WORDS = 5, RTC_ALARMS = 2 };

struct rtc {
    uint32_t cr, isr, prer, wutr;
    uint32_t alarm[RTC_ALARMS]; // ALRMAR, ALRMBR
    uint8_t keys;               // of WPR given so far; 2 = open
    uint32_t time_bcd, date_bcd;
    uint64_t set_ns;               // when the calendar held time_bcd and date_bcd
    uint64_t write_ready_ns;       // INITF and WUTWF until then are pending
    uint64_t wake_ns;              // next turn of the wake-up timer, TIME_NEVER while it is off
    uint64_t alarm_ns[RTC_ALARMS]; // likewise
    uint32_t backup[RTC_BACKUP_WORDS];
};

void rtc_reset(struct machine *self);   // of the whole domain
void rtc_restart(struct machine *self); // after a system reset
uint32_t rtc_read(struct machine *self, unsigned index, uint32_t offset);
void rtc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
void rtc_event(struct machine *self); // EVENT_RTC

#endif
