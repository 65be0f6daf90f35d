// SPDX-License-Identifier: Apache-2.0
// Between the NOR's protocol (nor.c) and its commands (nor_command.c) only.
#ifndef NBOTA_VNODE_CHIP_NOR_COMMAND_H
#define NBOTA_VNODE_CHIP_NOR_COMMAND_H

#include "base/attr.h"
#include "vnode/chip/nor.h"

enum {
    NOR_NEEDS_WEL = 1,
    NOR_WHILE_BUSY = 2, // allowed any time while awake
    NOR_AT_START = 4,   // part of the start sequence
    NOR_WHILE_ASLEEP = 8,
};

enum { NOR_STATUS_BP = 0x1C };

struct nor_command {
    uint8_t opcode;
    uint8_t flags;
    uint8_t address_bytes;
    uint8_t dummy_bytes;
    // Answers byte `n` after address and dummies; NULL for commands that only take.
    uint8_t (*answer)(struct nor_chip *self, uint32_t n, uint64_t now_ns);
    // Takes byte `n` after the address; NULL for commands that only answer.
    void (*take)(struct nor_chip *self, uint32_t n, uint8_t byte);
    // CS has gone high after `n` bytes behind the address.
    void (*finish)(struct nor_chip *self, uint32_t n, uint64_t now_ns);
};

// NULL for an opcode that the class does not have.
const struct nor_command *nor_find_command(uint8_t opcode);
void nor_complain(struct nor_chip *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);
uint8_t nor_cell(struct nor_chip *self, uint32_t address);
// A cell's content as it reads with the bits that are stuck.
uint8_t nor_stuck_cell(const struct nor_chip *self, uint32_t address, uint8_t cell);
// What a write of `status` leaves.
uint8_t nor_kept_status(const struct nor_chip *self, uint8_t status);
const uint8_t *nor_id(const struct nor_chip *self); // three bytes
uint8_t nor_sfdp(const struct nor_part *part, uint32_t address);
// 99: what is under way is torn, the chip starts anew.
void nor_software_reset(struct nor_chip *self, uint64_t now_ns);

#endif
