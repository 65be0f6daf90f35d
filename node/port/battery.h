// SPDX-License-Identifier: Apache-2.0
// Supply voltage. Bound at link time.
#ifndef NBOTA_NODE_PORT_BATTERY_H
#define NBOTA_NODE_PORT_BATTERY_H

// Supply in mV, measured against the internal reference; 0 when the converter does not answer. Blocks < 1 ms.
unsigned battery_read_mv(void);

#endif
