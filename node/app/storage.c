// SPDX-License-Identifier: Apache-2.0
// Erasing, and writing pieces that are read back before they count.
#include "node/app/storage.h"

#include "base/crc32.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"

enum {
    AREA_SIZE = 2 * NOR_BLOCK_SIZE,
    WRITE_ATTEMPTS = 2, // a mismatch after one more try is the chip's fault
};

enum status storage_erase(void)
{
    enum status status = STATUS_OK;

    for (uint32_t block = 0; block < AREA_SIZE && status == STATUS_OK; block += NOR_BLOCK_SIZE) {
        status = nor_erase_block64k(block);
        watchdog_feed();
    }
    return status;
}

enum status storage_compare_piece(uint32_t index, struct span piece)
{
    uint8_t read[STORAGE_READ_SIZE];

    for (size_t done = 0; done < piece.size; done += STORAGE_READ_SIZE) {
        struct span rest = span_after(piece, done);
        size_t taken = rest.size < STORAGE_READ_SIZE ? rest.size : STORAGE_READ_SIZE;
        enum status status = nor_read(index * WIRE_PIECE_SIZE + (uint32_t)done, read, taken);
        if (status != STATUS_OK) {
            return status;
        }
        if (memcmp(read, rest.data, taken) != 0) {
            return STATUS_CORRUPT;
        }
    }
    return STATUS_OK;
}

enum status storage_write_piece(uint32_t index, struct span piece)
{
    for (unsigned attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
        enum status status = nor_program(index * WIRE_PIECE_SIZE, piece);
        if (status == STATUS_OK && storage_compare_piece(index, piece) == STATUS_OK) {
            return storage_note_piece(index, crc32_update(0, piece.data, piece.size));
        }
    }
    return STATUS_IO;
}

enum status storage_crc(uint32_t address, uint32_t size_bytes, uint32_t *crc)
{
    uint8_t read[STORAGE_READ_SIZE];

    *crc = 0;
    for (uint32_t done = 0; done < size_bytes; done += STORAGE_READ_SIZE) {
        uint32_t left = size_bytes - done;
        uint32_t taken = left < STORAGE_READ_SIZE ? left : STORAGE_READ_SIZE;
        enum status status = nor_read(address + done, read, taken);
        if (status != STATUS_OK) {
            return status;
        }
        *crc = crc32_update(*crc, read, taken);
    }
    watchdog_feed();
    return STATUS_OK;
}
