// SPDX-License-Identifier: Apache-2.0
// Small doors: the chip's identity, the switch of the sensors' supply, and the wires to the modem. PB2 leads to the reset
// pin of a BC660K-GL or, through a transistor, to the power key of a BG95-M2; the binary's dialogue uses one of them.
#include "node/port/identity.h"
#include "node/port/modem_pins.h"
#include "node/port/supply.h"
#include "node/stm32l0/registers.h"

enum {
    PIN_POWER = 2,   // PB2 through 1 kΩ to RESET_N, or to the base of the key's transistor
    PIN_SUPPLY = 5,  // PB5, active low
    PIN_STATUS = 13, // PA13, inverted; SWDIO after a reset, which ends with the first look at it
};

uint32_t identity_password_number(void)
{
    return UID_WORD0 + UID_WORD2;
}

static void drive_power_pin(bool high)
{
    GPIO_BSRR(GPIO_B) = high ? BIT(PIN_POWER) : BIT(PIN_POWER + 16);
    GPIO_MODER(GPIO_B) = (GPIO_MODER(GPIO_B) & ~(3UL << 2 * PIN_POWER)) | 1UL << 2 * PIN_POWER;
}

void modem_reset_line(bool low)
{
    GPIO_OTYPER(GPIO_B) |= BIT(PIN_POWER);
    drive_power_pin(!low);
}

void modem_power_key(bool pressed)
{
    drive_power_pin(pressed);
}

// The pull-up that SWDIO has after a reset stays: a wire that leads nowhere says off.
bool modem_is_on(void)
{
    GPIO_MODER(GPIO_A) &= ~(3UL << 2 * PIN_STATUS);
    return (GPIO_IDR(GPIO_A) & BIT(PIN_STATUS)) == 0;
}

void supply_5v(bool on)
{
    GPIO_BSRR(GPIO_B) = on ? BIT(PIN_SUPPLY + 16) : BIT(PIN_SUPPLY);
    GPIO_MODER(GPIO_B) = (GPIO_MODER(GPIO_B) & ~(3UL << 2 * PIN_SUPPLY)) | GPIO_MODE_OUTPUT
                                                                               << 2 * PIN_SUPPLY;
}
