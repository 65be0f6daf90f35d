// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/stack_meter.h"

#include <stdbool.h>
#include <string.h>

#include "base/endian.h"
#include "vnode/soc/rcc.h"

static uint32_t depth_of(const struct stack_meter *self, const struct cpu *cpu)
{
    uint32_t untouched = 0;

    while (untouched < self->size && cpu->ram[untouched] == self->before[untouched]) {
        untouched++;
    }
    return self->size - (untouched & ~3U);
}

void stack_meter_settle(struct stack_meter *self, const struct cpu *cpu)
{
    struct stack_depth *depth = &self->depths[self->owner];
    uint32_t found = depth_of(self, cpu);

    if (self->size != 0) {
        depth->size = self->size;
        depth->deepest = found > depth->deepest ? found : depth->deepest;
    }
}

static void begin(struct stack_meter *self, const struct cpu *cpu, uint32_t vectors)
{
    uint32_t at = vectors - CPU_FLASH_BASE;
    bool is_known = at < CPU_FLASH_SIZE - 4;
    uint32_t top = is_known ? load_le32(cpu->flash + at) - CPU_RAM_BASE : 0;

    self->owner = at == 0 ? STACK_BOOTLOADER : STACK_APPLICATION;
    self->size = top <= CPU_RAM_SIZE ? top : 0; // an erased table begins no program
    memcpy(self->before, cpu->ram, sizeof self->before);
}

void stack_meter_restart(struct stack_meter *self, const struct cpu *cpu, uint32_t cause)
{
    if ((cause & RCC_CSR_POWER_RESET) == 0) {
        stack_meter_settle(self, cpu);
    }
    begin(self, cpu, CPU_FLASH_BASE);
}

void stack_meter_jump(struct stack_meter *self, const struct cpu *cpu, uint32_t vectors)
{
    stack_meter_settle(self, cpu);
    begin(self, cpu, vectors);
}
