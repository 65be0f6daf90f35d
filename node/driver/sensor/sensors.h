// SPDX-License-Identifier: Apache-2.0
// The sensor sets there are; wire/products.def names one in each row.
#ifndef NBOTA_NODE_DRIVER_SENSOR_SENSORS_H
#define NBOTA_NODE_DRIVER_SENSOR_SENSORS_H

#include "node/port/sensor.h"

extern const struct sensor sht31_sensor; // temperature and humidity on I2C
extern const struct sensor rs485_sensor; // what the user asks on the RS485 line
extern const struct sensor wsc2_sensor;  // a weather station on the RS485 line
extern const struct sensor pom01_sensor; // mains, at two inputs

#endif
