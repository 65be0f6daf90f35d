// SPDX-License-Identifier: Apache-2.0
// How deep each program's stack has been: what of its stack no longer holds what it found there. A word that was written
// with what it held before is not seen; the RAM of a power-on is random, so that is rare.
#ifndef NBOTA_VNODE_RUN_STACK_METER_H
#define NBOTA_VNODE_RUN_STACK_METER_H

#include <stdint.h>

#include "vnode/cpu/cpu.h"

enum stack_owner { STACK_BOOTLOADER, STACK_APPLICATION, STACK_OWNERS };

struct stack_depth {
    uint32_t deepest; // bytes, over all starts
    uint32_t size;    // what the linker gave it, from the beginning of RAM on; 0 = never started
};

// The fields but `depths` are private. Zeros to begin with.
struct stack_meter {
    struct stack_depth depths[STACK_OWNERS];
    enum stack_owner owner;
    uint32_t size; // of the stack under way
    uint8_t before[CPU_RAM_SIZE];
};

// The processor starts anew, `cause` as in struct board_ports. Behind a power cut nobody can tell what ran before.
void stack_meter_restart(struct stack_meter *self, const struct cpu *cpu, uint32_t cause);
// A program begins whose vector table stands at `vectors`, in flash.
void stack_meter_jump(struct stack_meter *self, const struct cpu *cpu, uint32_t vectors);
// What runs counts up to now.
void stack_meter_settle(struct stack_meter *self, const struct cpu *cpu);

#endif
