// SPDX-License-Identifier: Apache-2.0
#include "vnode/soc/factory.h"

#include "vnode/soc/machine.h"

uint32_t factory_read(struct machine *self, uint32_t address, unsigned size)
{
    const struct {
        uint32_t offset, word;
    } words[] = {
        {0x50, self->unique_id[0]}, {0x54, self->unique_id[1]},    {0x64, self->unique_id[2]},
        {0x78, ADC_VREFINT_CAL},    {0x7C, CPU_FLASH_SIZE / 1024},
    };
    uint32_t offset = address - FACTORY_BASE;

    if (options_hold(address)) {
        return options_read(self, address) >> 8 * (offset & 3);
    }

    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((offset & ~3U) == words[i].offset) {
            uint32_t value = words[i].word >> 8 * (offset & 3);
            return size == 4 ? value : value & ((1U << 8 * size) - 1);
        }
    }
    soc_misuse(self, "read at %08X: no factory word we know", address);
    return 0;
}
