// SPDX-License-Identifier: Apache-2.0
// I2C1 as a master, RM0376 section 27, with the SHT31 on its bus.
#ifndef NBOTA_VNODE_SOC_I2C_H
#define NBOTA_VNODE_SOC_I2C_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

enum i2c_phase { I2C_FREE, I2C_ADDRESS, I2C_WAIT_DATA, I2C_BYTE, I2C_HELD, I2C_STOPPING };

struct i2c {
    uint32_t cr1, cr2, oar[2], timingr, timeoutr, isr;
    uint8_t rx, tx;
    uint8_t left; // bytes of NBYTES still to go
    enum i2c_phase phase;
};

void i2c_reset(struct machine *self, unsigned index);
uint32_t i2c_read(struct machine *self, unsigned index, uint32_t offset);
void i2c_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
void i2c_event(struct machine *self); // EVENT_I2C

#endif
