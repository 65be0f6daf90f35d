// SPDX-License-Identifier: Apache-2.0
// A processor with RAM and flash alone: there is nothing behind them, and flash cannot be written.
#include "vnode/cpu/cpu.h"

uint32_t bus_read(struct cpu *cpu, uint32_t address, unsigned size)
{
    (void)size;
    cpu_bus_fault(cpu, address);
    return 0;
}

void bus_write(struct cpu *cpu, uint32_t address, uint32_t value, unsigned size)
{
    (void)value;
    (void)size;
    cpu_bus_fault(cpu, address);
}

void bus_event(struct cpu *cpu)
{
    (void)cpu;
}
