// SPDX-License-Identifier: Apache-2.0
// The packed image file: what a server stores and serves, and what lies in a node's NOR.
//
//   M    = header page (4096 bytes) || application image
//   file = for each 1024-byte piece P of M, the last may be shorter:  P || CRC32(P), little-endian
//
//   header page   0        4     5       9         13       17      21             4096
//                 +--------+-----+-------+---------+--------+-------+----- - - - ---+
//                 | magic  | new | model | version | size   | crc32 | zero          |
//                 +--------+-----+-------+---------+--------+-------+----- - - - ---+
//                   u32      u8    u32     u32       u32      u32     (little-endian, no holes)
//
// A piece with its CRC is a chunk: 1028 bytes, the last one 5..1028.
#ifndef NBOTA_WIRE_IMAGE_H
#define NBOTA_WIRE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum {
    WIRE_PIECE_SIZE = 1024,
    WIRE_CRC_SIZE = 4,
    WIRE_CHUNK_SIZE = WIRE_PIECE_SIZE + WIRE_CRC_SIZE,
    WIRE_HEADER_SIZE = 21, // of the header page, what is used
    WIRE_HEADER_PAGE_SIZE = 4096,
    WIRE_SLOT_SIZE = 122880, // application slot 0x08007800..0x080257FF
    WIRE_PIECES_MAX = 124,   // (4096 + 122880) / 1024
    WIRE_PACKED_MIN = 4117,  // one byte of image
    WIRE_PACKED_MAX = 127472,
    WIRE_TEXT_MAX = 64, // bytes of a title or version that are compared
};
#define WIRE_SLOT_BASE   0x08007800U
#define WIRE_IMAGE_MAGIC 0xA8404166U

_Static_assert(WIRE_PIECES_MAX *WIRE_PIECE_SIZE == WIRE_HEADER_PAGE_SIZE + WIRE_SLOT_SIZE,
               "the largest image fills its pieces");
_Static_assert(WIRE_PIECES_MAX *WIRE_CHUNK_SIZE == WIRE_PACKED_MAX, "…and its chunks");

struct image_header {
    uint8_t new_firmware_request; // 1 = please install
    uint32_t model;               // a constant of the field's packer
    uint32_t firmware_version;    // likewise
    uint32_t firmware_size;       // bytes of the application image, 1..WIRE_SLOT_SIZE
    uint32_t firmware_crc32;      // CRC32 of the application image
};

// Reads the first 21 bytes of a header page. STATUS_INVALID: too short, no magic, or size out of range.
enum status image_header_decode(struct span page, struct image_header *header);
void image_header_encode(const struct image_header *header, uint8_t bytes[WIRE_HEADER_SIZE]);
// The header of `image` as the field's packer writes it.
struct image_header image_header_of(struct span image);

// Size in bytes of the packed file of an image of `image_size` bytes.
uint32_t image_packed_size(uint32_t image_size);
// Whether a packed file can have this size at all.
bool image_size_is_packed(uint32_t packed_size);
// Number of pieces of a packed file of that size.
uint32_t image_piece_count(uint32_t packed_size);
// Bytes of piece `index` without its CRC.
uint32_t image_piece_size(uint32_t packed_size, uint32_t index);

// Writes chunk `index` (piece and CRC) of the packed file of `image` into `chunk`, which holds
// WIRE_CHUNK_SIZE bytes; returns its size. The caller keeps index below image_piece_count().
// `page` is the header page, WIRE_HEADER_PAGE_SIZE bytes.
uint32_t image_pack_chunk(struct span page, struct span image, uint32_t index, uint8_t *chunk);

enum { IMAGE_VECTORS_SIZE = 8 };
// Whether an image that begins with these bytes can be jumped into: its stack pointer lies in the 20 KB of SRAM, its
// reset vector is a Thumb address inside the slot. An image that fails this would never run again, nor its successor.
bool image_can_start(const uint8_t vectors[IMAGE_VECTORS_SIZE]);

enum { IMAGE_ALL_GOOD = -1 };
// Index of the first piece whose CRC does not match, IMAGE_ALL_GOOD when all do. A rest too short for a
// piece counts as bad.
long image_first_bad_piece(struct span packed);

#endif
