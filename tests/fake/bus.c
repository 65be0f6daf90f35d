// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/bus.h"

#include <string.h>

struct fake_bus fake_bus;

void fake_bus_reset(void)
{
    memset(&fake_bus, 0, sizeof fake_bus);
}

void fake_bus_at(struct cpu *cpu, uint64_t cycle, unsigned exception)
{
    fake_bus.events[fake_bus.event_count].cycle = cycle;
    fake_bus.events[fake_bus.event_count].exception = exception;
    fake_bus.event_count++;
    cpu_schedule(cpu, cycle);
}

static bool is_memory(uint32_t address)
{
    return address - FAKE_BUS_BASE < 4 * FAKE_BUS_WORDS || address == FAKE_BUS_FAST;
}

static void note_access(const struct cpu *cpu)
{
    fake_bus.access_cycles = cpu->cycles;
    fake_bus.access_pc = cpu->r[15];
}

uint32_t bus_read(struct cpu *cpu, uint32_t address, unsigned size)
{
    uint32_t value = 0;

    note_access(cpu);
    fake_bus.reads++;
    if (!is_memory(address)) {
        cpu_bus_fault(cpu, address);
        return 0;
    }
    memcpy(&value, (uint8_t *)fake_bus.words + address % (4 * FAKE_BUS_WORDS), size);
    return value;
}

void bus_write(struct cpu *cpu, uint32_t address, uint32_t value, unsigned size)
{
    note_access(cpu);
    fake_bus.writes++;
    if (address == FAKE_BUS_STOP) {
        cpu_request_stop(cpu, CPU_STOP_BUS);
    } else if (is_memory(address)) {
        memcpy((uint8_t *)fake_bus.words + address % (4 * FAKE_BUS_WORDS), &value, size);
    } else {
        cpu_bus_fault(cpu, address);
    }
}

void bus_event(struct cpu *cpu)
{
    while (fake_bus.events_done < fake_bus.event_count &&
           fake_bus.events[fake_bus.events_done].cycle <= cpu->cycles) {
        unsigned exception = fake_bus.events[fake_bus.events_done++].exception;

        fake_bus.event_ran_at = cpu->cycles;
        if (exception != 0) {
            cpu_pend(cpu, exception);
        }
    }
    if (fake_bus.events_done < fake_bus.event_count) {
        cpu_schedule(cpu, fake_bus.events[fake_bus.events_done].cycle);
    }
}
