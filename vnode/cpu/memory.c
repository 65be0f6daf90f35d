// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/memory.h"

#include <stddef.h>
#include <string.h>

#include "vnode/cpu/events.h"
#include "vnode/cpu/exceptions.h"
#include "vnode/cpu/scs.h"
#include "vnode/cpu/wait.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "memories are read as the host's words");

#define PRIVATE_BUS_BASE 0xE0000000U // DDI 0419 B3.1: the private peripheral bus, 1 MB
#define PRIVATE_BUS_SIZE 0x00100000U
#define SCS_BASE         0xE000E000U
#define SCS_SIZE         0x00001000U

// Offset into flash of an address in it or in its alias at 0 (RM0376 2.5), CPU_FLASH_SIZE or more elsewhere.
static uint32_t flash_offset(uint32_t address)
{
    return address < CPU_FLASH_SIZE ? address : address - CPU_FLASH_BASE;
}

// Without a division, which a size that is not known would make of a remainder.
static bool is_aligned(uint32_t address, unsigned size)
{
    return (address & (size - 1)) == 0;
}

bool memory_holds(uint32_t address)
{
    return address - CPU_RAM_BASE < CPU_RAM_SIZE || flash_offset(address) < CPU_FLASH_SIZE;
}

static void read_flash(struct cpu *self, uint32_t offset, unsigned size, uint32_t *value)
{
    cpu_stall(self, self->flash_busy_until[offset / CPU_FLASH_BANK_SIZE]);
    self->cycles += self->flash_wait_states;
    memcpy(value, self->flash + offset, size);
}

// SCS registers are words, and privileged code alone reaches them (DDI 0419 B3.1.1).
static bool scs_is_reachable(struct cpu *self, uint32_t address, unsigned size)
{
    if (address - SCS_BASE >= SCS_SIZE || !exceptions_privileged(self)) {
        cpu_bus_fault(self, address);
        return false;
    }
    if (size != 4) {
        cpu_misuse(self, "access of %u bytes to 0x%08X, which takes words, at 0x%08X", size,
                   (unsigned)address, (unsigned)(self->r[15] - 2));
        return false;
    }
    return true;
}

bool memory_read(struct cpu *self, uint32_t address, unsigned size, uint32_t *value)
{
    *value = 0;
    self->faulted = self->steady_read = false;
    if (!is_aligned(address, size)) {
        exceptions_fault(self, "misaligned read of", address, self->r[15] - 2);
    } else if (address - CPU_RAM_BASE < CPU_RAM_SIZE) {
        memcpy(value, self->ram + (address - CPU_RAM_BASE), size);
    } else if (flash_offset(address) < CPU_FLASH_SIZE) {
        read_flash(self, flash_offset(address), size, value);
    } else if (address - PRIVATE_BUS_BASE < PRIVATE_BUS_SIZE) {
        if (scs_is_reachable(self, address, size)) {
            *value = scs_read(self, address - SCS_BASE);
        }
    } else {
        *value = bus_read(self, address, size);
        events_bus_was_busy(self);
    }
    if (!self->steady_read) {
        wait_spoil(self);
    }
    return !self->faulted;
}

bool memory_write(struct cpu *self, uint32_t address, unsigned size, uint32_t value)
{
    self->faulted = false;
    if (!is_aligned(address, size)) {
        exceptions_fault(self, "misaligned write of", address, self->r[15] - 2);
    } else if (address - CPU_RAM_BASE < CPU_RAM_SIZE) {
        memcpy(self->ram + (address - CPU_RAM_BASE), &value, size);
    } else if (address - PRIVATE_BUS_BASE < PRIVATE_BUS_SIZE) {
        if (scs_is_reachable(self, address, size)) {
            scs_write(self, address - SCS_BASE, value);
        }
    } else {
        bus_write(self, address, size == 4 ? value : value & ((1U << 8 * size) - 1), size);
        events_bus_was_busy(self);
    }
    return !self->faulted;
}

static bool find_flash(struct cpu *self, uint32_t pc, uint32_t offset, struct code_memory *memory)
{
    cpu_stall(self, self->flash_busy_until[offset / CPU_FLASH_BANK_SIZE]);
    *memory = (struct code_memory){.bytes = self->flash,
                                   .base = pc - offset,
                                   .wait_states = self->flash_wait_states,
                                   .stops = self->stops};
    return self->stop == CPU_RUNNING;
}

bool memory_find_code(struct cpu *self, uint32_t pc, struct code_memory *memory)
{
    if (pc - CPU_RAM_BASE < CPU_RAM_SIZE) {
        *memory = (struct code_memory){.bytes = self->ram, .base = CPU_RAM_BASE};
        memory->stops = self->stops == NULL ? NULL : self->stops + CPU_FLASH_SIZE / 2;
        return true;
    }
    if (flash_offset(pc) < CPU_FLASH_SIZE) {
        return find_flash(self, pc, flash_offset(pc), memory);
    }
    exceptions_fault(self, "fetch from", pc, pc);
    return false;
}

void cpu_bus_fault(struct cpu *self, uint32_t address)
{
    exceptions_fault(self, "nothing answers at", address, self->r[15] - 2);
}
