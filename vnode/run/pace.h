// SPDX-License-Identifier: Apache-2.0
// Virtual time beside the wall clock.
#ifndef NBOTA_VNODE_RUN_PACE_H
#define NBOTA_VNODE_RUN_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    double speed; // virtual seconds per second; 0 = unpaced
    uint64_t virtual_start_ns;
    uint64_t real_start_ns;
};

// Monotonic wall clock.
uint64_t pace_real_ns(void);

// Both clocks as they are now: `real_ns` is what pace_real_ns() says.
void pace_start(struct pace *self, double speed, uint64_t virtual_ns, uint64_t real_ns);
// How long the caller has to wait, in ms, before virtual time may be at `virtual_ns`; 0 when unpaced or late. What is
// more than 50 ms late is not made up for: who is met at that pace, on the console or in a network, would see the node
// hurry through its time-outs after every pause of this machine.
int pace_wait_ms(struct pace *self, uint64_t virtual_ns, uint64_t real_ns);

#endif
