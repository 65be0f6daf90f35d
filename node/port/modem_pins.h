// SPDX-License-Identifier: Apache-2.0
// The board's wires to the modem beside its serial line. Bound at link time; which of them a board has is the
// dialogue's to know (node/driver/modem/dialogue.h): a BC660K-GL has a reset pin, a BG95-M2 a power key and STATUS.
#ifndef NBOTA_NODE_PORT_MODEM_PINS_H
#define NBOTA_NODE_PORT_MODEM_PINS_H

#include <stdbool.h>

// Pulls RESET_N low or lets it go (open drain).
void modem_reset_line(bool low);
// Presses PWRKEY or lets it go; never to be held for long.
void modem_power_key(bool pressed);
// STATUS: the module is switched on.
bool modem_is_on(void);

#endif
