// SPDX-License-Identifier: Apache-2.0
// AT+SLEEP: no uplink and no update until the key is held or AT+SLEEP=0 comes; then the node resets and runs.
#ifndef NBOTA_NODE_APP_REST_H
#define NBOTA_NODE_APP_REST_H

#include <stdbool.h>
#include <stdint.h>

// As AT+SLEEP=1 and 0: kept over a reset.
void rest_begin(void);
void rest_end(void);
// Until the reset that ends it.
bool rest_is_on(void);
// Call it while no duty runs: says that the mode begins, puts the module to sleep, resets at its end. Returns ms
// until it must be called again, UINT32_MAX when nothing is to be waited for.
uint32_t rest_run(uint32_t now_ms);

#endif
