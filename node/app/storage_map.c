// SPDX-License-Identifier: Apache-2.0
// The piece map, and what a resume finds. A piece counts only while its content has the CRC that the map notes, so a
// cut inside a write costs pieces, never a wrong image.
#include "base/endian.h"
#include "node/app/storage.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/image.h"

enum { PIECES_PER_SECTOR = NOR_SECTOR_SIZE / WIRE_PIECE_SIZE };
#define MAP_MISSING 0xFFFFFFFFU

static enum status read_map(uint32_t index, uint32_t *crc)
{
    uint8_t word[4];
    enum status status = nor_read(STORAGE_MAP_ADDRESS + 4 * index, word, sizeof word);

    *crc = status == STATUS_OK ? load_le32(word) : MAP_MISSING;
    return status;
}

enum status storage_note_piece(uint32_t index, uint32_t crc)
{
    uint8_t word[4];

    store_le32(word, crc);
    return nor_program(STORAGE_MAP_ADDRESS + 4 * index, span_of(word, sizeof word));
}

static bool is_set(const uint8_t *stored, uint32_t index)
{
    return (stored[index / 8] >> (index % 8) & 1) != 0;
}

static void set_bit(uint8_t *stored, uint32_t index, bool value)
{
    uint8_t bit = (uint8_t)(1U << (index % 8));

    stored[index / 8] = (uint8_t)(value ? stored[index / 8] | bit : stored[index / 8] & ~bit);
}

static enum status look_for_piece(uint8_t *stored, uint32_t index, uint32_t packed_size_bytes)
{
    uint32_t noted;
    uint32_t crc;
    enum status status = read_map(index, &noted);

    if (status != STATUS_OK || noted == MAP_MISSING) {
        return status;
    }
    status = storage_crc(index * WIRE_PIECE_SIZE, image_piece_size(packed_size_bytes, index), &crc);
    set_bit(stored, index, status == STATUS_OK && crc == noted);
    return status;
}

static enum status check_erased(uint32_t address, bool *erased)
{
    uint8_t read[STORAGE_READ_SIZE];

    for (uint32_t done = 0; done < WIRE_PIECE_SIZE && *erased; done += STORAGE_READ_SIZE) {
        enum status status = nor_read(address + done, read, sizeof read);
        if (status != STATUS_OK) {
            return status;
        }
        for (size_t i = 0; i < sizeof read; i++) {
            *erased = *erased && read[i] == 0xFF;
        }
    }
    watchdog_feed();
    return STATUS_OK;
}

// A cut inside a write leaves a piece that is neither erased nor good. Its sector is erased, and the good pieces
// beside it have to come again.
static enum status clean_sector(uint8_t *stored, uint32_t first)
{
    bool erased = true;

    for (uint32_t i = first; i < first + PIECES_PER_SECTOR; i++) {
        enum status status =
            is_set(stored, i) ? STATUS_OK : check_erased(i * WIRE_PIECE_SIZE, &erased);
        if (status != STATUS_OK) {
            return status;
        }
    }
    if (erased) {
        return STATUS_OK;
    }
    for (uint32_t i = first; i < first + PIECES_PER_SECTOR; i++) {
        set_bit(stored, i, false);
    }
    return nor_erase_sector(first * WIRE_PIECE_SIZE);
}

// The map may hold notes of pieces that are gone, or a torn one: then it is written anew.
static enum status clean_map(const uint8_t *stored)
{
    uint32_t crcs[WIRE_PIECES_MAX];
    bool dirty = false;
    enum status status = STATUS_OK;

    for (uint32_t i = 0; i < WIRE_PIECES_MAX && status == STATUS_OK; i++) {
        status = read_map(i, &crcs[i]);
        dirty = dirty || (!is_set(stored, i) && crcs[i] != MAP_MISSING);
    }
    if (status != STATUS_OK || !dirty) {
        return status;
    }
    status = nor_erase_sector(STORAGE_MAP_ADDRESS);
    for (uint32_t i = 0; i < WIRE_PIECES_MAX && status == STATUS_OK; i++) {
        status = is_set(stored, i) ? storage_note_piece(i, crcs[i]) : STATUS_OK;
    }
    return status;
}

enum status storage_load_map(uint8_t *stored, uint32_t packed_size_bytes)
{
    uint32_t count = image_piece_count(packed_size_bytes);
    enum status status = STATUS_OK;

    memset(stored, 0, (WIRE_PIECES_MAX + 7) / 8);
    for (uint32_t i = 0; i < count && status == STATUS_OK; i++) {
        status = look_for_piece(stored, i, packed_size_bytes);
    }
    for (uint32_t i = 0; i < WIRE_PIECES_MAX && status == STATUS_OK; i += PIECES_PER_SECTOR) {
        status = clean_sector(stored, i);
    }
    return status == STATUS_OK ? clean_map(stored) : status;
}
