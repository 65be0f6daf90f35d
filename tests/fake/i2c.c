// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/i2c.h"

#include <string.h>

#include "node/port/clock.h"
#include "node/port/i2c.h"
#include "node/port/power.h"

enum { MEASURE_MS = 16 }; // 15.5 rounded up

struct fake_sht31 fake_sht31;

uint32_t clock_now_ms(void)
{
    return fake_sht31.now_ms;
}

// Every other return is a spurious one.
void power_wait_for_event(uint32_t duration_ms)
{
    fake_sht31.now_ms += (fake_sht31.now_ms & 1) == 0 ? 1 : duration_ms;
}

enum status i2c_write(uint8_t address, const uint8_t *bytes, size_t size)
{
    if (address != fake_sht31.address) {
        return STATUS_NOT_FOUND;
    }
    if (size == 2 && bytes[0] == 0x24 && bytes[1] == 0x00) {
        fake_sht31.measurements++;
        fake_sht31.ready_ms = fake_sht31.now_ms + MEASURE_MS;
    }
    return STATUS_OK;
}

enum status i2c_read(uint8_t address, uint8_t *bytes, size_t size)
{
    if (address != fake_sht31.address || fake_sht31.measurements == 0 ||
        fake_sht31.now_ms < fake_sht31.ready_ms || size != sizeof fake_sht31.frame) {
        return STATUS_NOT_FOUND; // the sensor does not acknowledge before it is done
    }
    memcpy(bytes, fake_sht31.frame, size);
    return STATUS_OK;
}
