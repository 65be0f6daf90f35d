// SPDX-License-Identifier: Apache-2.0
#include "node/driver/sensor/sensor_line.h"

#include "node/port/clock.h"
#include "node/port/power.h"
#include "node/port/rs485.h"
#include "node/port/supply.h"
#include "node/port/watchdog.h"

enum { SLICE_MS = 2000 };

// A sleep may end early, and the watchdog's time is longer than a slice.
void sensor_wait_ms(uint32_t duration_ms)
{
    uint32_t began_ms = clock_now_ms();
    uint32_t passed_ms = 0;

    while (passed_ms < duration_ms) {
        uint32_t left_ms = duration_ms - passed_ms;
        power_wait_for_event(left_ms < SLICE_MS ? left_ms : SLICE_MS);
        watchdog_feed();
        passed_ms = clock_now_ms() - began_ms;
    }
}

void sensor_line_begin(struct line_format *format)
{
    supply_5v(true);
    sensor_wait_ms(rs485_supply_ms());
    rs485_format(format);
    line_open(format);
}

void sensor_line_end(void)
{
    line_close();
    supply_5v(false);
}
