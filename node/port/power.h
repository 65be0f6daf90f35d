// SPDX-License-Identifier: Apache-2.0
// Sleeping, resetting, and why the last reset came. Bound at link time.
#ifndef NBOTA_NODE_PORT_POWER_H
#define NBOTA_NODE_PORT_POWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

// Sleeps until an interrupt has been served or `duration_ms` have passed, whichever is first; returns at once
// for 0. Spurious returns are allowed.
void power_wait_for_event(uint32_t duration_ms);
NO_RETURN void power_reset(void);
// "Software!", "POR/PDR!", "Independent watchdog!", … as shipped nodes print it; of the reset before
// power_init().
const char *power_reset_cause_text(void);
// Whether it was a watchdog's, software's, or by a forbidden low-power mode; not the supply's or the pin's.
bool power_reset_blames_application(void);

#endif
