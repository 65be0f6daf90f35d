// SPDX-License-Identifier: Apache-2.0
// The user key and the interrupt inputs: what they ask for is done or noted here.
#ifndef NBOTA_NODE_APP_INPUTS_H
#define NBOTA_NODE_APP_INPUTS_H

#include <stdbool.h>
#include <stdint.h>

void inputs_open(void);
// Looks at all of them; returns ms until it must be called again without an edge. May reset the node.
uint32_t inputs_run(uint32_t now_ms);

// An uplink begins: an interrupt that came since the last one that was delivered is told with it.
void inputs_begin_uplink(void);
// It was delivered: what was told is done with. One that came meanwhile waits for the next.
void inputs_end_uplink(void);
// Whether the present uplink tells an interrupt, and the level that the input had then (undefined without).
bool inputs_interrupt(bool *is_high);

#endif
