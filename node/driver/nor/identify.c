// SPDX-License-Identifier: Apache-2.0
#include "node/driver/nor/identify.h"

#include <stdbool.h>
#include <string.h>

#include "base/endian.h"
#include "node/driver/nor/command.h"
#include "node/port/nor.h"

// Makers' ids of the W25Q32 class; docs/memory.md, "Other makers".
static const uint32_t known_ids[] = {
    0x5E4016, // Zbit ZB25VQ32, the chip of the board
    0xEF4016, // Winbond W25Q32
    0xC84016, // GigaDevice GD25Q32
    0x1C3016, // EON EN25Q32
    0x1C7016, // EON EN25QH32
    0xC22016, // Macronix MX25L32
    0xC22816, // Macronix MX25R3235F
    0x204016, // XMC XM25QH32
    0x856016, // Puya P25Q32
    0xA14016, // Fudan FM25Q32
    0x8C4016, // ESMT F25L32QA
    0x8C4116, // ESMT F25L32QA
    0x374016, // AMIC A25LQ32
    0xF83216, // Fidelix FM25Q32
    0x684016, // Boya BY25Q32
    0x0B4016, // XTX XT25F32
    0x9D6016, // ISSI IS25LP032
};

// M25P32: no 4 KB erase and another time out of power-down.
static const uint32_t excluded_id = 0x202016;

uint32_t nor_read_id(void)
{
    uint8_t bytes[3];

    nor_command_read(NOR_READ_ID, bytes, sizeof bytes);
    return (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];
}

static bool is_known(uint32_t id)
{
    for (size_t i = 0; i < sizeof known_ids / sizeof known_ids[0]; i++) {
        if (known_ids[i] == id) {
            return true;
        }
    }
    return false;
}

// ---- SFDP, JEDEC JESD216: a header, then the basic table of up to 11 words that matter here ----

enum {
    SFDP_SIGNATURE_AT = 0,
    SFDP_TABLE_ID_AT = 8,      // first parameter header: id, revision, length, place
    SFDP_TABLE_LENGTH_AT = 11, // in words
    SFDP_TABLE_PLACE_AT = 12,  // 24 bits
    SFDP_HEADER_SIZE = 16,
    SFDP_WORDS_MIN = 9,   // JESD216: the four erase types end here
    SFDP_WORDS_PAGE = 11, // JESD216A and later: this word holds the page size
    ERASE_TYPES_AT = 28,  // four pairs of size (power of two) and opcode
    ERASE_TYPES = 4,
    SIZE_4K = 12,
    SIZE_64K = 16,
    PAGE_SHIFT_256 = 8,
    ADDRESS_4_ONLY = 2,
    CAPACITY_MAX = 16 * 1024 * 1024, // of 3-byte addresses
};
#define SFDP_SIGNATURE 0x50444653U // "SFDP"

static void read_sfdp(uint32_t address, uint8_t *bytes, size_t size)
{
    // One dummy byte follows the address: the first byte of the answer means nothing.
    uint8_t with_dummy[1 + 4 * SFDP_WORDS_PAGE];

    nor_command_in(NOR_READ_SFDP, address, with_dummy, size + 1);
    memcpy(bytes, with_dummy + 1, size);
}

static bool has_erase(const uint8_t *table, unsigned size_shift, enum nor_opcode opcode)
{
    for (unsigned i = 0; i < ERASE_TYPES; i++) {
        const uint8_t *type = table + ERASE_TYPES_AT + 2 * i;
        if (type[0] == size_shift && type[1] == (uint8_t)opcode) {
            return true;
        }
    }
    return false;
}

// Word 2: the last bit's number, or with bit 31 set the power of two of the bit count.
static uint32_t density_bytes(uint32_t word)
{
    if ((word >> 31) == 0) {
        return word / 8 + 1;
    }
    uint32_t shift = word & 0x7FFFFFFF;
    return shift >= 3 && shift < 35 ? (uint32_t)1 << (shift - 3) : 0;
}

static bool table_fits(const uint8_t *table, unsigned words)
{
    uint32_t first = load_le32(table);
    bool page_fits =
        words < SFDP_WORDS_PAGE || table[4 * (SFDP_WORDS_PAGE - 1)] >> 4 == PAGE_SHIFT_256;

    return page_fits && (first >> 17 & 3) != ADDRESS_4_ONLY &&
           has_erase(table, SIZE_4K, NOR_ERASE_SECTOR) &&
           has_erase(table, SIZE_64K, NOR_ERASE_BLOCK64K);
}

static uint32_t sfdp_capacity(void)
{
    uint8_t header[SFDP_HEADER_SIZE];
    uint8_t table[4 * SFDP_WORDS_PAGE];

    read_sfdp(0, header, sizeof header);
    unsigned words = header[SFDP_TABLE_LENGTH_AT];
    if (load_le32(header + SFDP_SIGNATURE_AT) != SFDP_SIGNATURE || header[SFDP_TABLE_ID_AT] != 0 ||
        words < SFDP_WORDS_MIN) {
        return 0;
    }
    read_sfdp(load_le32(header + SFDP_TABLE_PLACE_AT) & 0xFFFFFF, table, sizeof table);
    uint32_t capacity = density_bytes(load_le32(table + 4));
    if (!table_fits(table, words) || capacity < NOR_SIZE_MIN) {
        return 0;
    }
    return capacity < CAPACITY_MAX ? capacity : CAPACITY_MAX;
}

uint32_t nor_capacity(uint32_t id)
{
    if (id == excluded_id) {
        return 0;
    }
    return is_known(id) ? (uint32_t)1 << (id & 0xFF) : sfdp_capacity();
}
