// SPDX-License-Identifier: Apache-2.0
// Small doors: the chip's identity, the modem's reset line, the switch of the sensors' supply.
#include "node/port/identity.h"
#include "node/port/modem_pins.h"
#include "node/port/supply.h"
#include "node/stm32l0/registers.h"

enum {
    PIN_RESET = 2,  // PB2 through 1 kΩ to RESET_N
    PIN_SUPPLY = 5, // PB5, active low
};

uint32_t identity_password_number(void)
{
    return UID_WORD0 + UID_WORD2;
}

void modem_reset_line(bool low)
{
    GPIO_OTYPER(GPIO_B) |= BIT(PIN_RESET);
    GPIO_BSRR(GPIO_B) = low ? BIT(PIN_RESET + 16) : BIT(PIN_RESET);
    GPIO_MODER(GPIO_B) = (GPIO_MODER(GPIO_B) & ~(3UL << 2 * PIN_RESET)) | 1UL << 2 * PIN_RESET;
}

void supply_5v(bool on)
{
    GPIO_BSRR(GPIO_B) = on ? BIT(PIN_SUPPLY + 16) : BIT(PIN_SUPPLY);
    GPIO_MODER(GPIO_B) = (GPIO_MODER(GPIO_B) & ~(3UL << 2 * PIN_SUPPLY)) | GPIO_MODE_OUTPUT
                                                                               << 2 * PIN_SUPPLY;
}
