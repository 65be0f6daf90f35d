// SPDX-License-Identifier: Apache-2.0
// Real time as the rules of vnode/net/quiet.h count it: only what was watched. A machine that stands still or is busy
// with others keeps the peers from answering too, so of the time between two looks only one step counts. Looks come
// every 2 ms while virtual time stands; the longer they take, the longer the peers are waited for. Pure.
#ifndef NBOTA_VNODE_NET_PATIENCE_H
#define NBOTA_VNODE_NET_PATIENCE_H

#include <stdint.h>

#define PATIENCE_STEP_NS UINT64_C(4000000) // twice the nap of vnode/run/board_time.c

struct patience {
    uint64_t seen_ns; // real time of the last look
    uint64_t sum_ns;
};

// A look at `real_ns` (monotonic); returns the time that counts so far, in ms.
uint64_t patience_look_ms(struct patience *self, uint64_t real_ns);

#endif
