// SPDX-License-Identifier: Apache-2.0
// What the application can know of the bootloader below it: a shipped node may carry the field's, which knows no flash
// chip and would never carry out an install order. Bound at link time.
//
//   0x080000C0, behind the 48 vectors
//   +--------+----------+-------------+-----+
//   | "nbBT" | format 1 | hardware id | 0 0 |
//   +--------+----------+-------------+-----+
//     u32      u8         u8
#ifndef NBOTA_NODE_PORT_BOOTLOADER_H
#define NBOTA_NODE_PORT_BOOTLOADER_H

#include <stdbool.h>
#include <stdint.h>

#define BOOTLOADER_MAGIC 0x5442626EU // "nbBT"

enum {
    BOOTLOADER_BLOCK_OFFSET = 0xC0,
    BOOTLOADER_FORMAT = 1, // raised when an older application could no longer order an install
};

struct bootloader_block {
    uint32_t magic;
    uint8_t format;
    uint8_t hardware_id;
    uint8_t reserved[2];
};
_Static_assert(sizeof(struct bootloader_block) == 8, "the drawing above");

// Whether an nbota bootloader of the known format is there.
bool bootloader_is_ours(void);

#endif
