// SPDX-License-Identifier: Apache-2.0
// What the firmware remembers of its own failures: a broken contract or a processor fault resets the node, the count and
// the place survive in RAM that no start-up touches. Lost with the supply. Bound at link time.
#ifndef NBOTA_NODE_PORT_FAULT_H
#define NBOTA_NODE_PORT_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum { FAULT_PLACE_SIZE = 40 };

struct fault {
    uint32_t count; // failures since power-on
    // Source file, terminated, its end when it is longer; "" after a fault.
    char place[FAULT_PLACE_SIZE];
    uint32_t detail; // line in the file, or the address of the faulting instruction
};

// True once after each failure, then `*fault` says what it was.
bool fault_take(struct fault *fault);

#endif
