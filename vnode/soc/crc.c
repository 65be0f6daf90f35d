// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/crc.h"

#include "vnode/soc/bus.h"
#include "vnode/soc/machine.h"

enum { DR = 0x00, IDR = 0x04, CR = 0x08, INIT = 0x10, POL = 0x14 };

#define CR_RESET   (1U << 0)
#define CR_REV_OUT (1U << 7)

void crc_reset(struct machine *self, unsigned index)
{
    (void)index;
    self->soc.crc = (struct crc){.value = 0xFFFFFFFF, .init = 0xFFFFFFFF, .polynomial = 0x04C11DB7};
}

static unsigned width(const struct crc *crc)
{
    static const uint8_t widths[4] = {32, 16, 8, 7};

    return widths[crc->cr >> 3 & 3];
}

static uint32_t reverse(uint32_t value, unsigned bits)
{
    uint32_t reversed = 0;

    for (unsigned i = 0; i < bits; i++) {
        reversed = reversed << 1 | (value >> i & 1);
    }
    return reversed;
}

// REV_IN turns the bits of each byte, half word or word around.
static uint32_t turned(const struct crc *crc, uint32_t data, unsigned bits)
{
    static const uint8_t units[4] = {0, 8, 16, 32};
    unsigned unit = units[crc->cr >> 5 & 3];
    uint32_t result = 0;

    if (unit == 0) {
        return data;
    }
    if (unit >= bits) {
        return reverse(data, bits);
    }
    for (unsigned at = 0; at < bits; at += unit) {
        result |= reverse(data >> at & ((1U << unit) - 1), unit) << at;
    }
    return result;
}

static void feed(struct crc *crc, uint32_t data, unsigned bits)
{
    unsigned top = width(crc) - 1;
    uint32_t mask = top == 31 ? 0xFFFFFFFF : (1U << (top + 1)) - 1;

    data = turned(crc, data, bits);
    for (unsigned i = bits; i-- > 0;) {
        uint32_t out = (crc->value >> top ^ data >> i) & 1;
        crc->value = (crc->value << 1 ^ (out != 0 ? crc->polynomial : 0)) & mask;
    }
}

uint32_t crc_read(struct machine *self, unsigned index, uint32_t offset)
{
    const struct crc *crc = &self->soc.crc;

    (void)index;
    switch (offset) {
    case DR:
        return (crc->cr & CR_REV_OUT) != 0 ? reverse(crc->value, width(crc)) : crc->value;
    case IDR:
        return crc->idr;
    case CR:
        return crc->cr;
    case INIT:
        return crc->init;
    default:
        return crc->polynomial;
    }
}

void crc_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value)
{
    struct crc *crc = &self->soc.crc;

    (void)index;
    switch (offset) {
    case DR:
        feed(crc, value, 8 * bus_access_size(self));
        break;
    case IDR:
        crc->idr = value & 0xFF;
        break;
    case CR:
        crc->cr = value & 0xF8;
        crc->value = (value & CR_RESET) != 0 ? crc->init : crc->value;
        break;
    case INIT:
        crc->init = crc->value = value;
        break;
    default:
        crc->polynomial = value;
    }
}
