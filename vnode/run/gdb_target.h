// SPDX-License-Identifier: Apache-2.0
// What a debugger sees of the board: registers, memory, breakpoints. Looking changes nothing: peripherals are read in a copy
// of the machine, so that a look into a data register does not swallow a character.
#ifndef NBOTA_VNODE_RUN_GDB_TARGET_H
#define NBOTA_VNODE_RUN_GDB_TARGET_H

#include "vnode/run/board.h"

enum {
    GDB_REGISTERS = 21, // r0..r12, sp, lr, pc, xpsr, msp, psp, primask, control
    GDB_BREAKPOINTS_MAX = 64,
};

struct gdb_target {
    struct board *board;
    struct machine *look; // heap, for looking at peripherals; NULL before the first look
    uint32_t breakpoints[GDB_BREAKPOINTS_MAX];
    size_t breakpoint_count;
    uint8_t stops[(CPU_FLASH_SIZE + CPU_RAM_SIZE) / 2];
};

void gdb_target_init(struct gdb_target *self, struct board *board);
void gdb_target_release(struct gdb_target *self);
// The description of the registers, as XML (GDB manual, appendix G.5: org.gnu.gdb.arm.m-profile, m-system).
const char *gdb_target_description(void);

uint32_t gdb_target_register(const struct gdb_target *self, unsigned index);
// False for one that does not exist.
bool gdb_target_set_register(struct gdb_target *self, unsigned index, uint32_t value);

// False when nothing answers there, or when a strict board forbids the access.
bool gdb_target_read(struct gdb_target *self, uint32_t address, uint8_t *bytes, size_t size);
// RAM, flash and EEPROM, as a probe programs them: content counts at once. False elsewhere.
bool gdb_target_write(struct gdb_target *self, uint32_t address, const uint8_t *bytes, size_t size);

// False without room, or for an address where no code can be. Setting one twice is one.
bool gdb_target_set_breakpoint(struct gdb_target *self, uint32_t address);
void gdb_target_clear_breakpoint(struct gdb_target *self, uint32_t address);
void gdb_target_clear_breakpoints(struct gdb_target *self);
// Whether the instruction that comes next has one.
bool gdb_target_is_at_breakpoint(const struct gdb_target *self);
// Lets the processor heed them, or not.
void gdb_target_arm(struct gdb_target *self, bool armed);

#endif
