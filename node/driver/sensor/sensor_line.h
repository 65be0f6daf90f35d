// SPDX-License-Identifier: Apache-2.0
// What the sensor sets on the serial line share.
#ifndef NBOTA_NODE_DRIVER_SENSOR_SENSOR_LINE_H
#define NBOTA_NODE_DRIVER_SENSOR_SENSOR_LINE_H

#include <stdint.h>

#include "node/port/line.h"

// Sleeps and feeds the watchdog.
void sensor_wait_ms(uint32_t duration_ms);

// Switches the 5 V supply on, waits as long as the user wants and opens the line with the user's format.
void sensor_line_begin(struct line_format *format);
void sensor_line_end(void);

#endif
