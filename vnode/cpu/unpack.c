// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/unpack.h"

#include "base/endian.h"
#include "vnode/cpu/cpu.h"

static const struct {
    uint8_t cycles, more, role;
} costs[OPERATION_COUNT] = {
#define OPERATION(name, cycles, more, role) {cycles, more, role},
#include "vnode/cpu/isa.def"
#undef OPERATION
};

static bool is_same_bank(uint32_t a, uint32_t b)
{
    return a < CPU_FLASH_SIZE && b < CPU_FLASH_SIZE &&
           a / CPU_FLASH_BANK_SIZE == b / CPU_FLASH_BANK_SIZE;
}

// A literal in the bank that the code runs from needs no look whether the bank is busy.
static enum operation unpack_literal(const struct place *place, uint32_t offset, struct insn *insn)
{
    insn->immediate += (offset + 4) & ~3U;
    return place->in_flash && is_same_bank(offset, insn->immediate) ? OPERATION_ldr_near
                                                                    : OPERATION_ldr_literal;
}

// J1 and J2 are I1 and I2 NOT XOR S (A6.7.13).
uint32_t unpack_bl_offset(uint32_t first, uint32_t second)
{
    uint32_t sign = first >> 10 & 1;
    uint32_t i1 = (second >> 13 & 1) ^ sign ^ 1, i2 = (second >> 11 & 1) ^ sign ^ 1;

    return -(sign << 24) | i1 << 23 | i2 << 22 | (first & 0x3FF) << 12 | (second & 0x7FF) << 1;
}

// BL, when its second half is at hand.
static enum operation unpack_wide(const struct place *place, uint32_t at, struct insn *insn)
{
    uint32_t second;

    if (at + 4 > place->size) {
        return OPERATION_wide;
    }
    second = load_le16(place->bytes + at + 2);
    if ((second & 0xD000) != 0xD000) {
        return OPERATION_wide;
    }
    insn->immediate = place->offset + at + 4 + unpack_bl_offset(insn->immediate, second);
    return OPERATION_bl;
}

// The groups of jumps in isa.def have the same order.
_Static_assert(OPERATION_near_b - OPERATION_b == OPERATION_near_beq - OPERATION_beq &&
                   OPERATION_near_ble - OPERATION_ble == OPERATION_near_b - OPERATION_b &&
                   OPERATION_noted_ble - OPERATION_ble == OPERATION_noted_beq - OPERATION_beq,
               "a jump is found in another group by its distance");

bool is_jump(enum operation operation)
{
    return is_branching(operation) || operation == OPERATION_b;
}

enum operation noted_operation(enum operation operation)
{
    return (enum operation)(operation + OPERATION_noted_beq - OPERATION_beq);
}

enum operation near_operation(enum operation operation)
{
    return (enum operation)(operation + OPERATION_near_b - OPERATION_b);
}

// Registers of a list are counted beforehand.
static bool has_list(enum operation operation)
{
    return operation == OPERATION_push || operation == OPERATION_pop ||
           operation == OPERATION_pop_pc || operation == OPERATION_stm ||
           operation == OPERATION_ldm;
}

enum operation unpack(const struct place *place, uint32_t at, struct insn *insn)
{
    uint16_t half = load_le16(place->bytes + at);
    struct decoded decoded = decode_table[half];
    enum operation operation = (enum operation)decoded.operation;
    uint32_t offset = place->offset + at;

    *insn = (struct insn){.immediate = (uint32_t)decoded.immediate, .d = decoded.d, .n = decoded.n};
    if (operation == OPERATION_ldr_literal) {
        return unpack_literal(place, offset, insn);
    }
    if (operation == OPERATION_wide) {
        return unpack_wide(place, at, insn);
    }
    if (operation == OPERATION_adr) {
        insn->immediate += (offset + 4) & ~3U;
    } else if (is_jump(operation)) {
        insn->immediate += offset + 4;
    } else if (has_list(operation)) {
        insn->d = (uint8_t)__builtin_popcount(insn->immediate);
    } else if (operation == OPERATION_unpredictable) {
        insn->immediate = half;
    }
    return operation;
}

bool is_pure(const struct place *place)
{
    uint8_t role = costs[decode_table[load_le16(place->bytes)].operation].role;

    return role != STORING && role != ALONE;
}

bool is_branching(enum operation operation)
{
    return costs[operation].role == BRANCHING;
}

struct rest rest_of_single(enum operation operation)
{
    uint16_t cycles = costs[operation].cycles;

    return (struct rest){cycles, cycles, 1};
}

struct rest rest_of_nothing(void)
{
    return (struct rest){0, 1, 0};
}

static struct rest rest_with(enum operation operation, const struct rest *behind)
{
    unsigned cycles = costs[operation].cycles, more = costs[operation].more;

    return (struct rest){(uint16_t)(behind->cycles + cycles),
                         (uint16_t)(behind->worst + cycles + more), (uint8_t)(behind->count + 1)};
}

struct rest rest_of(const struct place *place, enum operation operation, const struct rest *behind)
{
    switch (costs[operation].role) {
    case STORING:
        return place->in_flash ? rest_with(operation, behind) : rest_of_nothing();
    case STRAIGHT:
    case BRANCHING:
        return rest_with(operation, behind);
    case LAST:
        return rest_of_single(operation);
    default:
        return rest_of_nothing();
    }
}
