// SPDX-License-Identifier: Apache-2.0
// An SHT31 behind port/i2c.h, with the clock it is measured by.
#ifndef NBOTA_TESTS_FAKE_I2C_H
#define NBOTA_TESTS_FAKE_I2C_H

#include <stdint.h>

struct fake_sht31 {
    uint8_t address;  // 0: nobody on the bus
    uint8_t frame[6]; // what a measurement gives
    uint32_t now_ms;
    uint32_t ready_ms;     // when the measurement is done
    unsigned measurements; // right commands so far
};

extern struct fake_sht31 fake_sht31;

#endif
