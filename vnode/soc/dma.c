// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/dma.h"

#include <string.h>

#include "vnode/soc/machine.h"

enum {
    ISR = 0x00,
    IFCR = 0x04,
    CHANNELS = 0x08,
    CHANNEL_SIZE = 20,
    CSELR = 0xA8,
    CCR = 0x00,
    CNDTR = 0x04,
    CPAR = 0x08,
    CMAR = 0x0C,
};

#define CCR_EN      (1U << 0)
#define CCR_TCIE    (1U << 1)
#define CCR_HTIE    (1U << 2)
#define CCR_DIR     (1U << 4)
#define CCR_CIRC    (1U << 5)
#define CCR_PINC    (1U << 6)
#define CCR_MINC    (1U << 7)
#define CCR_MEM2MEM (1U << 14)
#define FLAG_GI     1U
#define FLAG_TC     2U
#define FLAG_HT     4U

// Which channels hear which request, bit n = channel n + 1 (RM0376 table 51).
static const struct {
    uint8_t to_memory, to_peripheral;
} listeners[16] = {
    [3] = {1 << 2 | 1 << 4, 1 << 1 | 1 << 3}, // USART1
    [4] = {1 << 4 | 1 << 5, 1 << 3 | 1 << 6}, // USART2
    [5] = {1 << 2 | 1 << 5, 1 << 1 | 1 << 6}, // LPUART1
    [6] = {1 << 2 | 1 << 6, 1 << 1 | 1 << 5}, // I2C1
};

void dma_reset(struct machine *self, unsigned index)
{
    (void)index;
    self->soc.dma = (struct dma){0};
}

static uint32_t selected(const struct machine *self, unsigned channel)
{
    return self->soc.dma.cselr >> 4 * channel & 15;
}

// Channels 2 and 3 share an interrupt, so do 4 to 7.
static void update(struct machine *self)
{
    static const struct {
        uint8_t irq, first, last;
    } lines[] = {{9, 0, 0}, {10, 1, 2}, {11, 3, 6}};

    for (unsigned i = 0; i < 3; i++) {
        bool asserted = false;
        for (unsigned n = lines[i].first; n <= lines[i].last; n++) {
            uint32_t enabled = self->soc.dma.channel[n].ccr & (CCR_TCIE | CCR_HTIE);
            asserted = asserted || (self->soc.dma.isr >> 4 * n & enabled) != 0;
        }
        soc_irq(self, lines[i].irq, asserted);
    }
}

static uint32_t width(uint32_t ccr, unsigned shift)
{
    return 1U << (ccr >> shift & 3);
}

static uint8_t *memory(struct machine *self, uint32_t address, uint32_t size)
{
    if (address - CPU_RAM_BASE > CPU_RAM_SIZE - size || address % size != 0) {
        soc_misuse(self, "DMA transfer at %08X, which is not aligned RAM", address);
        return NULL;
    }
    return self->cpu.ram + (address - CPU_RAM_BASE);
}

// The transfer number `done` of the channel's run.
static void transfer(struct machine *self, const struct dma_channel *channel, uint32_t done)
{
    uint32_t peripheral_size = width(channel->ccr, 8);
    uint32_t memory_size = width(channel->ccr, 10);
    uint32_t address = channel->cmar + ((channel->ccr & CCR_MINC) != 0 ? done * memory_size : 0);
    uint8_t *place = memory(self, address, memory_size);
    uint32_t value = 0;

    if (place == NULL) {
        return;
    }
    if ((channel->ccr & CCR_DIR) != 0) {
        memcpy(&value, place, memory_size);
        bus_write(&self->cpu, channel->cpar, value, peripheral_size);
    } else {
        value = bus_read(&self->cpu, channel->cpar, peripheral_size);
        memcpy(place, &value, memory_size);
    }
}

static void count(struct machine *self, unsigned n)
{
    struct dma_channel *channel = &self->soc.dma.channel[n];

    channel->cndtr--;
    if (channel->cndtr == channel->reload / 2) {
        self->soc.dma.isr |= (FLAG_GI | FLAG_HT) << 4 * n;
    }
    if (channel->cndtr == 0) {
        self->soc.dma.isr |= (FLAG_GI | FLAG_TC) << 4 * n;
        channel->cndtr = (channel->ccr & CCR_CIRC) != 0 ? channel->reload : 0;
    }
    update(self);
}

bool dma_request(struct machine *self, unsigned request, bool to_peripheral)
{
    for (unsigned n = 0; n < DMA_CHANNELS; n++) {
        struct dma_channel *channel = &self->soc.dma.channel[n];
        bool same_way = ((channel->ccr & CCR_DIR) != 0) == to_peripheral;
        if ((channel->ccr & CCR_EN) != 0 && channel->cndtr != 0 && same_way &&
            selected(self, n) == request) {
            uint32_t done = channel->reload - channel->cndtr;
            count(self, n); // first: the access may bring the next request
            transfer(self, channel, done);
            return true;
        }
    }
    return false;
}

static void check_enable(struct machine *self, unsigned n)
{
    const struct dma_channel *channel = &self->soc.dma.channel[n];
    uint32_t request = selected(self, n);
    uint8_t channels = (channel->ccr & CCR_DIR) != 0 ? listeners[request].to_peripheral
                                                     : listeners[request].to_memory;

    if ((channel->ccr & (CCR_MEM2MEM | CCR_PINC)) != 0) {
        soc_misuse(self, "DMA channel %u: MEM2MEM and PINC are not modelled", n + 1);
    } else if ((channels >> n & 1) == 0) {
        soc_misuse(self, "DMA channel %u does not hear request %u this way", n + 1, request);
    } else if (channel->cndtr == 0) {
        soc_misuse(self, "DMA channel %u enabled with CNDTR 0", n + 1);
    }
}

static void write_channel(struct machine *self, unsigned n, uint32_t offset, uint32_t value)
{
    struct dma_channel *channel = &self->soc.dma.channel[n];

    if (offset == CCR) {
        bool begins = (value & CCR_EN) != 0 && (channel->ccr & CCR_EN) == 0;
        channel->ccr = value & 0x7FFF;
        if (begins) {
            channel->reload = channel->cndtr;
            check_enable(self, n);
            usart_serve_dma(self);
        }
        return;
    }
    if ((channel->ccr & CCR_EN) != 0) {
        soc_misuse(self, "DMA channel %u set up while it is enabled", n + 1);
        return;
    }
    if (offset == CNDTR) {
        channel->cndtr = value & 0xFFFF;
    } else if (offset == CPAR) {
        channel->cpar = value;
    } else {
        channel->cmar = value;
    }
}

uint32_t dma_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct dma *dma = &self->soc.dma;

    (void)index;
    if (offset == ISR) {
        return dma->isr;
    }
    if (offset == CSELR) {
        return dma->cselr;
    }
    if (offset < CHANNELS || offset >= CHANNELS + DMA_CHANNELS * CHANNEL_SIZE) {
        return 0;
    }
    const struct dma_channel *channel = &dma->channel[(offset - CHANNELS) / CHANNEL_SIZE];
    const uint32_t values[5] = {channel->ccr, channel->cndtr, channel->cpar, channel->cmar, 0};
    return values[(offset - CHANNELS) % CHANNEL_SIZE / 4];
}

void dma_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct dma *dma = &self->soc.dma;

    (void)index;
    if (offset == IFCR) { // clearing a channel's global flag clears its others
        for (unsigned n = 0; n < DMA_CHANNELS; n++) {
            uint32_t flags = value >> 4 * n & 15;
            dma->isr &= ~((flags & FLAG_GI) != 0 ? 15U << 4 * n : flags << 4 * n);
        }
    } else if (offset == CSELR) {
        dma->cselr = value;
    } else if (offset >= CHANNELS && offset < CHANNELS + DMA_CHANNELS * CHANNEL_SIZE &&
               (offset - CHANNELS) % CHANNEL_SIZE <= CMAR) {
        write_channel(self, (offset - CHANNELS) / CHANNEL_SIZE, (offset - CHANNELS) % CHANNEL_SIZE,
                      value);
    } else {
        soc_misuse(self, "DMA register +%02X written, which is read-only or reserved", offset);
    }
    update(self);
}
