// SPDX-License-Identifier: Apache-2.0
// A duty that only finds the network and leaves it again, for an application on trial that has nobody to send to.
#ifndef NBOTA_NODE_APP_ATTACH_H
#define NBOTA_NODE_APP_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

bool attach_is_running(void);
void attach_begin(uint32_t now_ms);
// Returns ms until it must be called again.
uint32_t attach_run(uint32_t now_ms);

#endif
