// SPDX-License-Identifier: Apache-2.0
// DMA1, RM0376 section 11: seven channels between peripherals and RAM, one transfer per request.
#ifndef NBOTA_VNODE_SOC_DMA_H
#define NBOTA_VNODE_SOC_DMA_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

enum { DMA_CHANNELS = 7 };

struct dma_channel {
    uint32_t ccr, cndtr, cpar, cmar;
    uint32_t reload; // CNDTR as written, for a ring
};

struct dma {
    uint32_t isr, cselr;
    struct dma_channel channel[DMA_CHANNELS];
};

void dma_reset(struct machine *self, unsigned index);
uint32_t dma_read(struct machine *self, unsigned index, uint32_t offset);
void dma_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
// A peripheral asks for one transfer; false when no enabled channel listens to `request`.
bool dma_request(struct machine *self, unsigned request, bool to_peripheral);

#endif
