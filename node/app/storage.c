// SPDX-License-Identifier: Apache-2.0
// The download area in NOR (docs/memory.md):
//   0x000000  header page and image, pieces of 1024 bytes at 1024 · n; their CRCs are not stored
//   0x01F000  the piece map: one u32 per piece, its CRC32, written after the piece was read back
#include "base/crc32.h"
#include "base/endian.h"
#include "base/sha256.h"
#include "node/app/app.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"
#include "wire/checksum.h"
#include "wire/image.h"

enum {
    MAP_ADDRESS = 0x01F000,
    BLOCK_SIZE = 65536,
    AREA_SIZE = 2 * BLOCK_SIZE,
    COMPARE_SIZE = 64,
    PIECES_PER_SECTOR = 4,
    WRITE_ATTEMPTS = 2, // a mismatch after one more try is the chip's fault
};
#define MAP_MISSING 0xFFFFFFFFU

enum status storage_check(void)
{
    return nor_open();
}

enum status storage_erase(void)
{
    enum status status = STATUS_OK;

    for (uint32_t block = 0; block < AREA_SIZE && status == STATUS_OK; block += BLOCK_SIZE) {
        status = nor_erase_block64k(block);
        watchdog_feed();
    }
    return status;
}

static bool reads_back(uint32_t address, struct span bytes)
{
    uint8_t read[COMPARE_SIZE];

    for (size_t done = 0; done < bytes.size; done += COMPARE_SIZE) {
        struct span rest = span_after(bytes, done);
        size_t taken = rest.size < COMPARE_SIZE ? rest.size : COMPARE_SIZE;
        if (nor_read(address + (uint32_t)done, read, taken) != STATUS_OK ||
            memcmp(read, rest.data, taken) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_erased(uint32_t address, size_t size)
{
    uint8_t read[COMPARE_SIZE];

    for (size_t done = 0; done < size; done += COMPARE_SIZE) {
        size_t taken = size - done < COMPARE_SIZE ? size - done : COMPARE_SIZE;
        if (nor_read(address + (uint32_t)done, read, taken) != STATUS_OK) {
            return false;
        }
        for (size_t i = 0; i < taken; i++) {
            if (read[i] != 0xFF) {
                return false;
            }
        }
    }
    return true;
}

static uint32_t map_word(uint32_t index)
{
    uint8_t word[4] = {0xFF, 0xFF, 0xFF, 0xFF};

    (void)nor_read(MAP_ADDRESS + 4 * index, word, sizeof word);
    return load_le32(word);
}

static enum status note_piece(uint32_t index, uint32_t crc)
{
    uint8_t word[4];

    store_le32(word, crc);
    return map_word(index) == crc
               ? STATUS_OK
               : nor_program(MAP_ADDRESS + 4 * index, span_of(word, sizeof word));
}

enum status storage_write_piece(uint32_t index, struct span piece)
{
    uint32_t address = index * WIRE_PIECE_SIZE;

    for (unsigned attempt = 0; attempt < WRITE_ATTEMPTS; attempt++) {
        enum status status = nor_program(address, piece);
        if (status == STATUS_OK && reads_back(address, piece)) {
            return note_piece(index, crc32_update(0, piece.data, piece.size));
        }
    }
    return STATUS_IO;
}

// ---- what a resume finds ----

static uint32_t piece_size(uint32_t index, uint32_t packed_size_bytes)
{
    uint32_t left = packed_size_bytes - index * WIRE_CHUNK_SIZE;

    return (left < WIRE_CHUNK_SIZE ? left : WIRE_CHUNK_SIZE) - WIRE_CRC_SIZE;
}

static enum status crc_of_nor(uint32_t crc, uint32_t address, uint32_t size_bytes, uint32_t *result)
{
    uint8_t read[COMPARE_SIZE];

    for (uint32_t done = 0; done < size_bytes; done += COMPARE_SIZE) {
        uint32_t left = size_bytes - done;
        uint32_t taken = left < COMPARE_SIZE ? left : COMPARE_SIZE;
        enum status status = nor_read(address + done, read, taken);
        if (status != STATUS_OK) {
            return status;
        }
        crc = crc32_update(crc, read, taken);
        watchdog_feed();
    }
    *result = crc;
    return STATUS_OK;
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

static bool piece_is_good(uint32_t index, uint32_t packed_size_bytes)
{
    uint32_t noted = map_word(index);
    uint32_t crc;

    return noted != MAP_MISSING &&
           crc_of_nor(0, index * WIRE_PIECE_SIZE, piece_size(index, packed_size_bytes), &crc) ==
               STATUS_OK &&
           crc == noted;
}

// A cut inside a write leaves a piece that is neither erased nor good. Its sector is erased, and the good pieces
// beside it have to come again.
static enum status clean_sector(uint8_t *stored, uint32_t first)
{
    bool dirty = false;

    for (uint32_t i = first; i < first + PIECES_PER_SECTOR; i++) {
        dirty = dirty || (!is_set(stored, i) && !is_erased(i * WIRE_PIECE_SIZE, WIRE_PIECE_SIZE));
    }
    if (!dirty) {
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

    for (uint32_t i = 0; i < WIRE_PIECES_MAX; i++) {
        crcs[i] = map_word(i);
        dirty = dirty || (!is_set(stored, i) && crcs[i] != MAP_MISSING);
    }
    enum status status = dirty ? nor_erase_sector(MAP_ADDRESS) : STATUS_OK;
    for (uint32_t i = 0; dirty && i < WIRE_PIECES_MAX && status == STATUS_OK; i++) {
        status = is_set(stored, i) ? note_piece(i, crcs[i]) : STATUS_OK;
    }
    return status;
}

enum status storage_load_map(uint8_t *stored, uint32_t piece_count, uint32_t packed_size_bytes)
{
    enum status status = STATUS_OK;

    memset(stored, 0, (WIRE_PIECES_MAX + 7) / 8);
    for (uint32_t i = 0; i < piece_count; i++) {
        set_bit(stored, i, piece_is_good(i, packed_size_bytes));
    }
    for (uint32_t i = 0; i < WIRE_PIECES_MAX && status == STATUS_OK; i += PIECES_PER_SECTOR) {
        status = clean_sector(stored, i);
    }
    return status == STATUS_OK ? clean_map(stored) : status;
}

// ---- the last look before the install is ordered ----

// The packed file is rebuilt piece by piece: content from NOR, then its CRC as the server cut it.
struct packed_hash {
    uint32_t crc;
    struct sha256 sha;
};

static enum status hash_piece(struct packed_hash *hash, uint32_t address, uint32_t size_bytes)
{
    uint8_t read[COMPARE_SIZE];
    uint32_t piece_crc = 0;

    for (uint32_t done = 0; done < size_bytes; done += COMPARE_SIZE) {
        uint32_t left = size_bytes - done;
        uint32_t taken = left < COMPARE_SIZE ? left : COMPARE_SIZE;
        enum status status = nor_read(address + done, read, taken);
        if (status != STATUS_OK) {
            return status;
        }
        piece_crc = crc32_update(piece_crc, read, taken);
        hash->crc = crc32_update(hash->crc, read, taken);
        sha256_update(&hash->sha, read, taken);
    }
    store_le32(read, piece_crc);
    hash->crc = crc32_update(hash->crc, read, WIRE_CRC_SIZE);
    sha256_update(&hash->sha, read, WIRE_CRC_SIZE);
    watchdog_feed();
    return STATUS_OK;
}

static enum status hash_packed(struct packed_hash *hash, uint32_t packed_size_bytes)
{
    enum status status = STATUS_OK;

    hash->crc = 0;
    sha256_init(&hash->sha);
    for (uint32_t i = 0; i * WIRE_CHUNK_SIZE < packed_size_bytes && status == STATUS_OK; i++) {
        status = hash_piece(hash, i * WIRE_PIECE_SIZE, piece_size(i, packed_size_bytes));
    }
    return status;
}

static bool checksum_agrees(struct packed_hash *hash, const char *algorithm, const char *checksum)
{
    uint8_t digest[SHA256_SIZE];

    if (strcmp(algorithm, "CRC32") == 0) {
        return checksum_crc32_matches(checksum, hash->crc);
    }
    if (strcmp(algorithm, "SHA256") == 0) {
        sha256_final(&hash->sha, digest);
        return checksum_hex_matches(checksum, span_of(digest, sizeof digest));
    }
    log_line("fw_checksum not checked: %s is unknown here", algorithm);
    return true;
}

static enum status check_container(uint32_t packed_size_bytes, struct image_header *header)
{
    uint8_t bytes[WIRE_HEADER_SIZE];
    uint32_t crc;
    enum status status = nor_read(0, bytes, sizeof bytes);

    if (status == STATUS_OK) {
        status = image_header_decode(span_of(bytes, sizeof bytes), header);
    }
    if (status == STATUS_OK && image_packed_size(header->firmware_size) != packed_size_bytes) {
        status = STATUS_INVALID;
    }
    if (status == STATUS_OK) {
        status = crc_of_nor(0, WIRE_HEADER_PAGE_SIZE, header->firmware_size, &crc);
    }
    if (status == STATUS_OK && crc != header->firmware_crc32) {
        status = STATUS_CORRUPT;
    }
    return status;
}

enum status storage_verify(uint32_t packed_size_bytes, const char *algorithm, const char *checksum,
                           uint32_t *size_bytes, uint32_t *crc)
{
    struct packed_hash hash;
    struct image_header header;
    enum status status = check_container(packed_size_bytes, &header);

    if (status == STATUS_OK) {
        status = hash_packed(&hash, packed_size_bytes);
    }
    if (status == STATUS_OK && checksum[0] != '\0' &&
        !checksum_agrees(&hash, algorithm, checksum)) {
        status = STATUS_CORRUPT;
    }
    *size_bytes = header.firmware_size;
    *crc = header.firmware_crc32;
    return status;
}
