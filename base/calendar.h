// SPDX-License-Identifier: Apache-2.0
// Dates of the Gregorian calendar as seconds since 1970-01-01 00:00:00 UTC, without leap seconds, until February 2106.
#ifndef NBOTA_BASE_CALENDAR_H
#define NBOTA_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar {
    uint16_t year; // 1970..2106
    uint8_t month; // 1..12
    uint8_t day;   // 1..31
    uint8_t hour;
    uint8_t minute;
    uint8_t second;
};

// Whether such a moment exists: no 30 February, no 24:00:00. Years 1970..2105.
bool calendar_is_valid(const struct calendar *date);
// `date` is valid.
uint32_t calendar_to_unix(const struct calendar *date);
struct calendar calendar_of_unix(uint32_t unix_s);

#endif
