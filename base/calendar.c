// SPDX-License-Identifier: Apache-2.0
// Days are counted from 1 March: then the leap day is the last of a year and months have the same lengths in each
// (H. Hinnant, chrono-Compatible Low-Level Date Algorithms).
#include "base/calendar.h"

enum {
    DAY_S = 86400,
    EPOCH_DAYS = 719468, // from 0000-03-01 to 1970-01-01
    ERA_YEARS = 400,
    ERA_DAYS = 146097,
};

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool calendar_is_valid(const struct calendar *date)
{
    static const uint8_t lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (date->year < 1970 || date->year > 2105 || date->month < 1 || date->month > 12) {
        return false;
    }
    unsigned length =
        lengths[date->month - 1] + (date->month == 2 && is_leap(date->year) ? 1U : 0U);
    return date->day >= 1 && date->day <= length && date->hour < 24 && date->minute < 60 &&
           date->second < 60;
}

uint32_t calendar_to_unix(const struct calendar *date)
{
    uint32_t year = date->year - (date->month <= 2 ? 1U : 0U);
    uint32_t month = (date->month + 9U) % 12; // March is 0
    uint32_t day_of_year = (153 * month + 2) / 5 + date->day - 1;
    uint32_t days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - EPOCH_DAYS;

    return days * DAY_S + date->hour * 3600U + date->minute * 60U + date->second;
}

struct calendar calendar_of_unix(uint32_t unix_s)
{
    uint32_t days = unix_s / DAY_S + EPOCH_DAYS;
    uint32_t second = unix_s % DAY_S;
    uint32_t day_of_era = days % ERA_DAYS;
    uint32_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t month = (5 * day_of_year + 2) / 153; // March is 0

    return (struct calendar){
        .year = (uint16_t)(days / ERA_DAYS * ERA_YEARS + year_of_era + (month >= 10 ? 1U : 0U)),
        .month = (uint8_t)(month < 10 ? month + 3 : month - 9),
        .day = (uint8_t)(day_of_year - (153 * month + 2) / 5 + 1),
        .hour = (uint8_t)(second / 3600),
        .minute = (uint8_t)(second / 60 % 60),
        .second = (uint8_t)(second % 60),
    };
}
