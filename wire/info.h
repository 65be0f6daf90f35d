// SPDX-License-Identifier: Apache-2.0
// The info block: what an image says about itself, right behind its vector table, so that a packer needs no flags
// and a wrong image is refused before anything is erased.
//
//   offset from the image's first byte (0xC0 = 48 vectors)
//   0xC0      C4      C5       C6        C7   C8         DC           EC     F0     F4       F8
//   +---------+-------+--------+---------+----+----------+------------+------+------+--------+-------+
//   | "nbIN"  | form. | product| hardware| 0  | title 20 | version 16 | load | size | counter| crc32 |
//   +---------+-------+--------+---------+----+----------+------------+------+------+--------+-------+
//     u32       u8      u8       u8        u8   NUL-padded             u32    u32    u32      u32
//
// crc32 covers 0xC0..0xF7. size and crc32 are filled in after linking (info_seal); 0 before that.
// A change of meaning or place raises the format; a reader refuses a format it does not know.
#ifndef NBOTA_WIRE_INFO_H
#define NBOTA_WIRE_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum {
    INFO_OFFSET = 0xC0,
    INFO_SIZE = 60,
    INFO_END = INFO_OFFSET + INFO_SIZE,
    INFO_FORMAT = 1,
    INFO_TITLE_SIZE = 20,   // with at least one NUL
    INFO_VERSION_SIZE = 16, // likewise
};
#define INFO_MAGIC 0x4E49626EU // "nbIN"

struct image_info {
    uint8_t product_id;
    uint8_t hardware_id;
    char title[INFO_TITLE_SIZE];
    char version[INFO_VERSION_SIZE];
    uint32_t load_address;
    uint32_t image_size;
    uint32_t security_counter;
};

// The block as the linker places it; the field order is the format.
struct info_block {
    uint32_t magic;
    uint8_t format;
    uint8_t product_id;
    uint8_t hardware_id;
    uint8_t reserved;
    char title[INFO_TITLE_SIZE];
    char version[INFO_VERSION_SIZE];
    uint32_t load_address;
    uint32_t image_size;
    uint32_t security_counter;
    uint32_t crc32;
};
_Static_assert(sizeof(struct info_block) == INFO_SIZE, "the drawing above");

// STATUS_NOT_FOUND: no block (a plain or foreign image); STATUS_INVALID: unknown format, texts not
// terminated, or a size that is not the image's; STATUS_CORRUPT: CRC.
enum status info_decode(struct span image, struct image_info *info);

// Whether a node of `hardware_id` may install the image of `image_size` bytes that begins with `beginning`
// (INFO_END bytes are enough). A block that is damaged, of an unknown format, for another address or for other hardware
// forbids it. Without a block nobody can tell: another maker's image, allowed as shipped nodes allow it.
bool info_allows(struct span beginning, uint32_t image_size, uint8_t hardware_id);

// Fills size and CRC into the block of an image just linked. STATUS_NOT_FOUND without a block.
enum status info_seal(uint8_t *image, uint32_t image_size);

#endif
