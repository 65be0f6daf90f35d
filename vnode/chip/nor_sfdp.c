// SPDX-License-Identifier: Apache-2.0
// The parameter table of JESD216: header, one parameter header, nine words of the basic table.
#include "vnode/chip/nor_command.h"

enum { TABLE_AT = 0x30, TABLE_WORDS = 9 };

static uint32_t header_word(uint32_t index)
{
    static const uint32_t words[4] = {
        0x50444653,                               // "SFDP"
        0xFF000100,                               // revision 1.0, one parameter header
        (uint32_t)TABLE_WORDS << 24 | 0x00010000, // id 00, revision 1.0, length in words
        0xFF000000 | TABLE_AT,
    };

    return index < 4 ? words[index] : 0xFFFFFFFF;
}

static uint32_t table_word(const struct nor_part *part, uint32_t index)
{
    const uint32_t words[TABLE_WORDS] = {
        0xFFF920E5 &
            ~(1U << 19),    // 4 KB erase with opcode 20, 3-byte addresses, no fast modes of note
        part->size * 8 - 1, // density in bits
        0,
        0,
        0xFFFFFFEE,
        0xFFFF0000,
        0xFFFF0000,
        0x520F200C, // erase types 1 and 2: 4 KB with 20, 32 KB with 52
        0x0000D810, // erase type 3: 64 KB with D8
    };

    return index < TABLE_WORDS ? words[index] : 0xFFFFFFFF;
}

uint8_t nor_sfdp(const struct nor_part *part, uint32_t address)
{
    uint32_t word = 0xFFFFFFFF;

    if (part->has_sfdp && address < TABLE_AT) {
        word = header_word(address / 4);
    } else if (part->has_sfdp) {
        word = table_word(part, (address - TABLE_AT) / 4);
    }
    return (uint8_t)(word >> 8 * (address & 3));
}
