// SPDX-License-Identifier: Apache-2.0
// The download area in NOR (docs/memory.md):
//   0x000000  header page and image, pieces of 1024 bytes at 1024 · n; their CRCs are not stored
//   0x01F000  the piece map: one u32 per piece, its CRC32, written after the piece was read back
// nor_open() comes first. Everything here blocks and feeds the watchdog; what the chip refuses is STATUS_IO or
// STATUS_TIMEOUT.
#ifndef NBOTA_NODE_APP_STORAGE_H
#define NBOTA_NODE_APP_STORAGE_H

#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "wire/fwinfo.h"
#include "wire/verdict.h"

// Erases 128 KB; 0.5 s, at most 8 s.
enum status storage_erase(void);

// Writes the checked `piece` as number `index`, reads it back, notes it in the map.
enum status storage_write_piece(uint32_t index, struct span piece);

// STATUS_CORRUPT: what lies in NOR as number `index` is not `piece`.
enum status storage_compare_piece(uint32_t index, struct span piece);

// Sets bit n of `stored` (WIRE_PIECES_MAX bits) for every piece of a packed file of that size that lies in NOR with
// the CRC that the map notes; makes room where a cut left something else. About 1 s for a full slot.
enum status storage_load_map(uint8_t *stored, uint32_t packed_size_bytes);

// The application image that a complete download holds.
struct image_found {
    uint32_t size_bytes;
    uint32_t crc32;
};

// What the bootloader says of what lies in NOR (node/port/bootloader.h). About 3 s for a full slot.
enum verdict storage_judge(void);

// fw_checksum and size against `info`, and storage_judge(), whose refusal is logged. STATUS_CORRUPT: it is not what was
// offered or would not be installed. About 4 s for a full slot.
enum status storage_verify(const struct fwinfo *info, struct image_found *found);

// ---- shared by the sources of this part ----

enum {
    STORAGE_MAP_ADDRESS = 0x01F000,
    STORAGE_READ_SIZE = 64, // bytes looked at in one go
};
// CRC32 over a part of NOR.
enum status storage_crc(uint32_t address, uint32_t size_bytes, uint32_t *crc);
// Notes piece `index` in the map.
enum status storage_note_piece(uint32_t index, uint32_t crc);

#endif
