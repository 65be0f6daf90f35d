// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/network_time.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/calendar.h"

enum {
    YEAR_MIN = 24, // 2024: no older network is met by this firmware
    YEAR_MAX = 69, // from 70 on the century is the last one
    QUARTER_S = 15 * 60,
    QUARTERS_MAX = 96, // 27.007: a day
};

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

// Cuts two digits off `*text`.
static bool take_two(const char **text, uint8_t *number)
{
    const char *at = *text;

    if (!is_digit(at[0]) || !is_digit(at[1])) {
        return false;
    }
    *number = (uint8_t)((at[0] - '0') * 10 + (at[1] - '0'));
    *text = at + 2;
    return true;
}

// Six numbers, parted as `yy/MM/dd,hh:mm:ss`.
static bool take_numbers(const char **text, uint8_t numbers[6])
{
    static const char behind[6] = {'/', '/', ',', ':', ':', '\0'};

    for (unsigned i = 0; i < 6; i++) {
        if (!take_two(text, &numbers[i])) {
            return false;
        }
        if (behind[i] != '\0' && *(*text)++ != behind[i]) {
            return false;
        }
    }
    return true;
}

// Seconds that local time is ahead of UTC.
static bool take_zone(const char *text, int32_t *zone_s)
{
    uint8_t quarters = 0;
    char sign = *text;

    *zone_s = 0;
    if (sign == '\0' || sign == '"') {
        return true;
    }
    text++;
    if ((sign != '+' && sign != '-') || !take_two(&text, &quarters) || quarters > QUARTERS_MAX) {
        return false;
    }
    *zone_s = (sign == '+' ? 1 : -1) * quarters * QUARTER_S;
    return true;
}

uint32_t network_time_read(const char *text)
{
    uint8_t numbers[6];
    int32_t zone_s;

    text += *text == '"';
    if (!take_numbers(&text, numbers) || !take_zone(text, &zone_s)) {
        return 0;
    }
    struct calendar date = {
        (uint16_t)(2000 + numbers[0]), numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
    bool is_set = numbers[0] >= YEAR_MIN && numbers[0] <= YEAR_MAX && calendar_is_valid(&date);
    return is_set ? calendar_to_unix(&date) - (uint32_t)zone_s : 0;
}
