// SPDX-License-Identifier: Apache-2.0
// What the application can know of the bootloader below it, and have done by it: a shipped node may carry the field's,
// which knows no flash chip and would never carry out an install order. Bound at link time.
//
//   0x080000C0, behind the 48 vectors
//   +--------+----------+-------------+------+---+----------+--------+
//   | "nbBT" | format 2 | hardware id | keys | 0 | work u32 | verify |
//   +--------+----------+-------------+------+---+----------+--------+
//     u32      u8         u8            u8         u32        address, Thumb bit set
//
// `keys` is how many public keys it trusts, 0 = it accepts images by CRC32 alone; `work` how many bytes of work area
// verify wants. Before calling what stands there the application checks magic and format.
#ifndef NBOTA_NODE_PORT_BOOTLOADER_H
#define NBOTA_NODE_PORT_BOOTLOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define BOOTLOADER_MAGIC 0x5442626EU // "nbBT"

enum {
    BOOTLOADER_BLOCK_OFFSET = 0xC0,
    BOOTLOADER_FORMAT = 2, // raised when an older application could no longer order an install
    BOOTLOADER_WORK_SIZE = 1024,  // bytes at most; an application provides as much
    BOOTLOADER_STACK_SIZE = 3072, // what verify takes of the caller's stack at most
};

// A candidate to be verified. The caller's, borrowed for the call.
struct bootloader_request {
    // Reads `size` bytes at `offset` of the unpacked file: header page at 0, image at 4096.
    enum status (*read)(void *context, uint32_t offset, void *buffer, size_t size);
    void (*feed)(void); // called at least every second: the watchdog
    void *context;
    void *work;       // aligned to 8 bytes
    size_t work_size; // BOOTLOADER_WORK_SIZE
    uint32_t counter; // the node's security counter
    uint32_t revoked; // its mask of revoked keys
};

struct bootloader_block {
    uint32_t magic;
    uint8_t format;
    uint8_t hardware_id;
    uint8_t key_count;
    uint8_t reserved;
    uint32_t work_size;
    // A number of wire/verdicts.def. No static RAM; blocks about 2 s for a full slot.
    uint32_t (*verify)(const struct bootloader_request *request);
};

// The nbota bootloader of the known format that is there, NULL when there is none.
const struct bootloader_block *bootloader_find(void);

// Has the bootloader that was found verify a candidate; a number of wire/verdicts.def. The one way there, so that
// scripts/check-stack can tell what lies on the stack: BOOTLOADER_STACK_SIZE, and request's functions above it, which
// belong into the caller's source file.
uint32_t bootloader_verify(const struct bootloader_block *block,
                           const struct bootloader_request *request);

#endif
