// SPDX-License-Identifier: Apache-2.0
// Breakpoints are marks beside the memories: the processor looks at them before it executes (vnode/cpu/cpu.h, stops).
#include "vnode/run/gdb_target.h"

enum { PC = 15 };

// The mark of the instruction at `address`; NULL where no code can be.
static uint8_t *stop_at(struct gdb_target *self, uint32_t address)
{
    if (address % 2 != 0) {
        return NULL;
    }
    if (address - CPU_RAM_BASE < CPU_RAM_SIZE) {
        return &self->stops[(CPU_FLASH_SIZE + address - CPU_RAM_BASE) / 2];
    }
    uint32_t offset = address < CPU_FLASH_SIZE ? address : address - CPU_FLASH_BASE;
    return offset < CPU_FLASH_SIZE ? &self->stops[offset / 2] : NULL;
}

bool gdb_target_set_breakpoint(struct gdb_target *self, uint32_t address)
{
    uint8_t *stop = stop_at(self, address);

    if (stop == NULL || (*stop == 0 && self->breakpoint_count == GDB_BREAKPOINTS_MAX)) {
        return false;
    }
    if (*stop == 0) {
        self->breakpoints[self->breakpoint_count++] = address;
        *stop = 1;
    }
    return true;
}

void gdb_target_clear_breakpoint(struct gdb_target *self, uint32_t address)
{
    uint8_t *stop = stop_at(self, address);
    size_t kept = 0;

    for (size_t i = 0; i < self->breakpoint_count; i++) {
        if (stop_at(self, self->breakpoints[i]) != stop) {
            self->breakpoints[kept++] = self->breakpoints[i];
        }
    }
    self->breakpoint_count = kept;
    if (stop != NULL) {
        *stop = 0;
    }
}

void gdb_target_clear_breakpoints(struct gdb_target *self)
{
    while (self->breakpoint_count > 0) {
        gdb_target_clear_breakpoint(self, self->breakpoints[0]);
    }
}

bool gdb_target_is_at_breakpoint(const struct gdb_target *self)
{
    for (size_t i = 0; i < self->breakpoint_count; i++) {
        if (self->breakpoints[i] == board_machine(self->board)->cpu.r[PC]) {
            return true;
        }
    }
    return false;
}

void gdb_target_arm(struct gdb_target *self, bool armed)
{
    board_machine(self->board)->cpu.stops =
        armed && self->breakpoint_count > 0 ? self->stops : NULL;
}
