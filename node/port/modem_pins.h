// SPDX-License-Identifier: Apache-2.0
// The modem's reset line. Bound at link time.
#ifndef NBOTA_NODE_PORT_MODEM_PINS_H
#define NBOTA_NODE_PORT_MODEM_PINS_H

#include <stdbool.h>

// Pulls RESET_N low or lets it go (open drain).
void modem_reset_line(bool low);

#endif
