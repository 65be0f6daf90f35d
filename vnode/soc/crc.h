// SPDX-License-Identifier: Apache-2.0
// The CRC unit, RM0376 section 4: any polynomial of 32, 16, 8 or 7 bits, bytes, half words or words in.
#ifndef NBOTA_VNODE_SOC_CRC_H
#define NBOTA_VNODE_SOC_CRC_H

#include <stdint.h>

struct machine;

struct crc {
    uint32_t value, idr, cr, init, polynomial;
};

void crc_reset(struct machine *self, unsigned index);
uint32_t crc_read(struct machine *self, unsigned index, uint32_t offset);
void crc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);

#endif
