// SPDX-License-Identifier: Apache-2.0
// Single transactions with the chip: opcode, address, bytes, and the wait for its ready bit. Nothing here knows
// whether the chip is awake. Opcodes and times: docs/memory.md, "The chip".
#ifndef NBOTA_NODE_DRIVER_NOR_COMMAND_H
#define NBOTA_NODE_DRIVER_NOR_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum nor_opcode {
    NOR_WRITE_STATUS = 0x01,
    NOR_PROGRAM = 0x02,
    NOR_READ = 0x03,
    NOR_READ_STATUS = 0x05,
    NOR_WRITE_ENABLE = 0x06,
    NOR_ERASE_SECTOR = 0x20,
    NOR_READ_SFDP = 0x5A,
    NOR_RESET_ENABLE = 0x66,
    NOR_RESET = 0x99,
    NOR_READ_ID = 0x9F,
    NOR_WAKE = 0xAB,
    NOR_DEEP_SLEEP = 0xB9,
    NOR_ERASE_BLOCK64K = 0xD8,
};

enum nor_status_bit {
    NOR_STATUS_BUSY = 0x01,
    NOR_STATUS_WRITABLE = 0x02,
    NOR_STATUS_PROTECTED = 0x1C, // BP0..2
    NOR_STATUS_NO_CHIP = 0xFF,   // a floating line; no chip erases with every protection bit set
};

// An opcode alone.
void nor_command(enum nor_opcode opcode);
// An opcode, then `size` bytes of answer.
void nor_command_read(enum nor_opcode opcode, void *answer, size_t size);
// An opcode with a 24-bit address, then `size` bytes out or in. Either may be 0 bytes long.
void nor_command_out(enum nor_opcode opcode, uint32_t address, const void *bytes, size_t size);
void nor_command_in(enum nor_opcode opcode, uint32_t address, void *bytes, size_t size);

uint8_t nor_status(void);
// Polls until the chip is ready: every 0.1 ms, at most `bound_ms`. Does not feed the watchdog.
enum status nor_wait_ready(uint32_t bound_ms);

#endif
