// SPDX-License-Identifier: Apache-2.0
// Why the MCU was reset, for the bootloader: it only looks, so that the application still finds the flags
// (node/port/power.h). Bound at link time.
#ifndef NBOTA_NODE_PORT_RESET_CAUSE_H
#define NBOTA_NODE_PORT_RESET_CAUSE_H

#include <stdbool.h>

// Whether since the last power-on or since an application cleared the flags there was a reset that the application may
// be blamed for: a watchdog's, software's, or by a forbidden low-power mode. Not the supply's and not the pin's.
bool reset_cause_blames_application(void);

#endif
