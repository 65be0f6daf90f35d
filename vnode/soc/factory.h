// SPDX-License-Identifier: Apache-2.0
// The words that ST writes: unique id, reading of the reference, size of the flash (RM0376 section 33).
#ifndef NBOTA_VNODE_SOC_FACTORY_H
#define NBOTA_VNODE_SOC_FACTORY_H

#include <stdint.h>

struct machine;

#define FACTORY_BASE 0x1FF80000U
enum { FACTORY_SIZE = 0x80 };

uint32_t factory_read(struct machine *self, uint32_t address, unsigned size);

#endif
