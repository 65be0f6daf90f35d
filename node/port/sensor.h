// SPDX-License-Identifier: Apache-2.0
// What a node measures.
#ifndef NBOTA_NODE_PORT_SENSOR_H
#define NBOTA_NODE_PORT_SENSOR_H

#include <stdint.h>

#include "base/status.h"

struct sensor_reading {
    int16_t temperature_centi; // 0.01 °C
    uint16_t humidity_centi;   // 0.01 % relative humidity
};

// One measurement of the SHT31; blocks about 16 ms. STATUS_NOT_FOUND without sensor, STATUS_CORRUPT on a bad CRC.
enum status sht31_read(struct sensor_reading *reading);

#endif
