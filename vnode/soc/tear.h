// SPDX-License-Identifier: Apache-2.0
// What a power cut leaves of one persistent operation, without running a processor: the same code as of a cut in a run.
#ifndef NBOTA_VNODE_SOC_TEAR_H
#define NBOTA_VNODE_SOC_TEAR_H

#include "vnode/soc/machine.h"

struct tear {
    enum nvm_kind kind;
    uint32_t address; // of the MCU, or in the NOR
    uint32_t
        size; // bytes that the operation changes: 4, 64 or 128 of the MCU; a page or the area of the NOR
    const uint8_t *content; // that many new bytes; erases need none
    uint32_t fraction;      // of its duration, in 1/65536
};

// Only without power; the machine's generator decides which bits got there.
void tear_operation(struct machine *self, const struct tear *tear);

#endif
