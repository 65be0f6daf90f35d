// SPDX-License-Identifier: Apache-2.0
// The 16-bit encodings of ARMv6-M (DDI 0419, A5.2 and A6.7) as rows of a table; the first row that fits decides.
// What no row fits is UNDEFINED. The 32-bit instructions all begin with the row "wide"; op_system.h reads their rest.
#include "vnode/cpu/decode.h"

#include <stdbool.h>
#include <stddef.h>
#include <threads.h>

enum form {
    PLAIN,
    SIGNED,         // the immediate is signed
    SHIFT_RIGHT,    // an immediate of 0 means 32
    HIGH_REGISTERS, // d is bit 7 and bits 2..0
};

struct field {
    uint8_t shift, width;
};

struct encoding {
    uint16_t mask, match;
    uint8_t operation;
    uint8_t form;
    struct field d, n;
    uint8_t n_fixed; // or'ed to n
    struct field immediate;
    uint8_t scale;
};

// Where the fields lie: three low registers, two and a constant, …
#define NO_FIELDS             PLAIN, {0, 0}, {0, 0}, 0, {0, 0}, 1
#define THREE_LOW             PLAIN, {0, 3}, {3, 3}, 0, {6, 3}, 1
#define TWO_LOW               PLAIN, {0, 3}, {3, 3}, 0, {0, 0}, 1
#define LOW_IMMEDIATE5(scale) PLAIN, {0, 3}, {3, 3}, 0, {6, 5}, scale
#define SHIFT_BY(form)        form, {0, 3}, {3, 3}, 0, {6, 5}, 1
#define IMMEDIATE8(scale)     PLAIN, {8, 3}, {8, 3}, 0, {0, 8}, scale
#define SP_IMMEDIATE8         PLAIN, {8, 3}, {0, 0}, 13, {0, 8}, 4
#define SP_IMMEDIATE7         PLAIN, {0, 0}, {0, 0}, 13, {0, 7}, 4
#define HIGH                  HIGH_REGISTERS, {0, 3}, {3, 4}, 0, {0, 0}, 1
#define LIST(width)           PLAIN, {0, 0}, {8, 3}, 0, {0, width}, 1
#define JUMP(width)           SIGNED, {0, 0}, {0, 0}, 0, {0, width}, 2
#define REST(width)           PLAIN, {0, 0}, {0, 0}, 0, {0, width}, 1

#define DO(name)   OPERATION_##name
#define WILD(bits) bits, OPERATION_unpredictable, NO_FIELDS

static const struct encoding encodings[] = {
    {0xF800, 0x0000, DO(lsls_immediate), SHIFT_BY(PLAIN)},
    {0xF800, 0x0800, DO(lsrs_immediate), SHIFT_BY(SHIFT_RIGHT)},
    {0xF800, 0x1000, DO(asrs_immediate), SHIFT_BY(SHIFT_RIGHT)},
    {0xFE00, 0x1800, DO(adds_register), THREE_LOW},
    {0xFE00, 0x1A00, DO(subs_register), THREE_LOW},
    {0xFE00, 0x1C00, DO(adds_immediate), THREE_LOW},
    {0xFE00, 0x1E00, DO(subs_immediate), THREE_LOW},
    {0xF800, 0x2000, DO(movs_immediate), IMMEDIATE8(1)},
    {0xF800, 0x2800, DO(cmp_immediate), IMMEDIATE8(1)},
    {0xF800, 0x3000, DO(adds_immediate), IMMEDIATE8(1)},
    {0xF800, 0x3800, DO(subs_immediate), IMMEDIATE8(1)},

    {0xFFC0, 0x4000, DO(ands), TWO_LOW},
    {0xFFC0, 0x4040, DO(eors), TWO_LOW},
    {0xFFC0, 0x4080, DO(lsls), TWO_LOW},
    {0xFFC0, 0x40C0, DO(lsrs), TWO_LOW},
    {0xFFC0, 0x4100, DO(asrs), TWO_LOW},
    {0xFFC0, 0x4140, DO(adcs), TWO_LOW},
    {0xFFC0, 0x4180, DO(sbcs), TWO_LOW},
    {0xFFC0, 0x41C0, DO(rors), TWO_LOW},
    {0xFFC0, 0x4200, DO(tst), TWO_LOW},
    {0xFFC0, 0x4240, DO(rsbs), TWO_LOW},
    {0xFFC0, 0x4280, DO(cmp), TWO_LOW},
    {0xFFC0, 0x42C0, DO(cmn), TWO_LOW},
    {0xFFC0, 0x4300, DO(orrs), TWO_LOW},
    {0xFFC0, 0x4340, DO(muls), TWO_LOW},
    {0xFFC0, 0x4380, DO(bics), TWO_LOW},
    {0xFFC0, 0x43C0, DO(mvns), TWO_LOW},

    {0xFFFF, WILD(0x44FF)}, // ADD PC, PC
    {0xFF87, 0x4487, DO(add_to_pc), HIGH},
    {0xFF87, 0x4485, DO(add_to_sp), HIGH},
    {0xFF00, 0x4400, DO(add_high), HIGH},
    {0xFFC0, WILD(0x4500)}, // CMP of two low registers in the form for high ones
    {0xFF87, WILD(0x4587)}, // CMP PC, Rm
    {0xFF78, WILD(0x4578)}, // CMP Rn, PC
    {0xFF00, 0x4500, DO(cmp), HIGH},
    {0xFF87, 0x4687, DO(mov_to_pc), HIGH},
    {0xFF87, 0x4685, DO(mov_to_sp), HIGH},
    {0xFF00, 0x4600, DO(mov_high), HIGH},
    {0xFF78, WILD(0x4778)}, // BX PC, BLX PC
    {0xFF87, 0x4700, DO(bx), HIGH},
    {0xFF87, 0x4780, DO(blx), HIGH},
    {0xFF00, WILD(0x4700)}, // BX, BLX with bits that should be zero

    {0xF800, 0x4800, DO(ldr_literal), IMMEDIATE8(4)},
    {0xFE00, 0x5000, DO(str_register), THREE_LOW},
    {0xFE00, 0x5200, DO(strh_register), THREE_LOW},
    {0xFE00, 0x5400, DO(strb_register), THREE_LOW},
    {0xFE00, 0x5600, DO(ldrsb_register), THREE_LOW},
    {0xFE00, 0x5800, DO(ldr_register), THREE_LOW},
    {0xFE00, 0x5A00, DO(ldrh_register), THREE_LOW},
    {0xFE00, 0x5C00, DO(ldrb_register), THREE_LOW},
    {0xFE00, 0x5E00, DO(ldrsh_register), THREE_LOW},
    {0xF800, 0x6000, DO(str_immediate), LOW_IMMEDIATE5(4)},
    {0xF800, 0x6800, DO(ldr_immediate), LOW_IMMEDIATE5(4)},
    {0xF800, 0x7000, DO(strb_immediate), LOW_IMMEDIATE5(1)},
    {0xF800, 0x7800, DO(ldrb_immediate), LOW_IMMEDIATE5(1)},
    {0xF800, 0x8000, DO(strh_immediate), LOW_IMMEDIATE5(2)},
    {0xF800, 0x8800, DO(ldrh_immediate), LOW_IMMEDIATE5(2)},
    {0xF800, 0x9000, DO(str_immediate), SP_IMMEDIATE8},
    {0xF800, 0x9800, DO(ldr_immediate), SP_IMMEDIATE8},

    {0xF800, 0xA000, DO(adr), IMMEDIATE8(4)},
    {0xF800, 0xA800, DO(add_sp_offset), SP_IMMEDIATE8},
    {0xFF80, 0xB000, DO(add_sp_offset), SP_IMMEDIATE7},
    {0xFF80, 0xB080, DO(sub_sp), SP_IMMEDIATE7},
    {0xFFC0, 0xB200, DO(sxth), TWO_LOW},
    {0xFFC0, 0xB240, DO(sxtb), TWO_LOW},
    {0xFFC0, 0xB280, DO(uxth), TWO_LOW},
    {0xFFC0, 0xB2C0, DO(uxtb), TWO_LOW},
    {0xFFFF, WILD(0xB400)}, // PUSH of nothing
    {0xFE00, 0xB400, DO(push), REST(9)},
    {0xFFFF, 0xB662, DO(cpsie), NO_FIELDS},
    {0xFFFF, 0xB672, DO(cpsid), NO_FIELDS},
    {0xFFE0, WILD(0xB660)}, // CPS of other flags
    {0xFFC0, 0xBA00, DO(rev), TWO_LOW},
    {0xFFC0, 0xBA40, DO(rev16), TWO_LOW},
    {0xFFC0, 0xBAC0, DO(revsh), TWO_LOW},
    {0xFFFF, WILD(0xBC00)}, // POP of nothing
    {0xFF00, 0xBC00, DO(pop), REST(8)},
    {0xFF00, 0xBD00, DO(pop_pc), REST(8)},
    {0xFF00, 0xBE00, DO(bkpt), REST(8)},
    {0xFFFF, 0xBF20, DO(wfe), NO_FIELDS},
    {0xFFFF, 0xBF30, DO(wfi), NO_FIELDS},
    {0xFFFF, 0xBF40, DO(sev), NO_FIELDS},
    {0xFF0F, 0xBF00, DO(nop), NO_FIELDS}, // also YIELD and the hints not yet allocated

    {0xF8FF, WILD(0xC000)}, // STM of nothing
    {0xF8FF, WILD(0xC800)}, // LDM of nothing
    {0xF800, 0xC000, DO(stm), LIST(8)},
    {0xF800, 0xC800, DO(ldm), LIST(8)},
    {0xFF00, 0xD000, DO(beq), JUMP(8)},
    {0xFF00, 0xD100, DO(bne), JUMP(8)},
    {0xFF00, 0xD200, DO(bcs), JUMP(8)},
    {0xFF00, 0xD300, DO(bcc), JUMP(8)},
    {0xFF00, 0xD400, DO(bmi), JUMP(8)},
    {0xFF00, 0xD500, DO(bpl), JUMP(8)},
    {0xFF00, 0xD600, DO(bvs), JUMP(8)},
    {0xFF00, 0xD700, DO(bvc), JUMP(8)},
    {0xFF00, 0xD800, DO(bhi), JUMP(8)},
    {0xFF00, 0xD900, DO(bls), JUMP(8)},
    {0xFF00, 0xDA00, DO(bge), JUMP(8)},
    {0xFF00, 0xDB00, DO(blt), JUMP(8)},
    {0xFF00, 0xDC00, DO(bgt), JUMP(8)},
    {0xFF00, 0xDD00, DO(ble), JUMP(8)},
    {0xFF00, 0xDF00, DO(svc), REST(8)},
    {0xF800, 0xE000, DO(b), JUMP(11)},
    {0xF800, 0xF000, DO(wide), REST(11)},
};

struct decoded decode_table[65536];

static unsigned bits(unsigned half, struct field field)
{
    return half >> field.shift & ((1U << field.width) - 1);
}

static int immediate(unsigned half, const struct encoding *encoding)
{
    int value = (int)bits(half, encoding->immediate);
    int range = 1 << encoding->immediate.width;

    if (encoding->form == SIGNED && value >= range / 2) {
        value -= range;
    }
    if (encoding->form == SHIFT_RIGHT && value == 0) {
        value = 32;
    }
    return value * encoding->scale;
}

// An STM that writes its base back and stores it, not as the first register: the value stored is UNKNOWN (A6.7.60).
static bool stores_unknown_base(unsigned half)
{
    unsigned base = 1U << (half >> 8 & 7);

    return (half & base) != 0 && (half & 0xFF & (base - 1)) != 0;
}

static struct decoded fields(unsigned half, const struct encoding *encoding)
{
    unsigned d = bits(half, encoding->d);

    if (encoding->form == HIGH_REGISTERS) {
        d |= half >> 4 & 8;
    }
    // `add sp, #…` has no field for d.
    if (encoding->d.width == 0) {
        d = encoding->n_fixed;
    }
    return (struct decoded){
        .operation = encoding->operation,
        .d = d & 15,
        .n = (bits(half, encoding->n) | encoding->n_fixed) & 15,
        .immediate = (int16_t)immediate(half, encoding),
    };
}

// All half words that fit `encoding`: its match with every choice of the bits that the mask leaves open.
static void fill_row(const struct encoding *encoding)
{
    unsigned open = 0xFFFFU & ~(unsigned)encoding->mask;
    unsigned choice = 0;

    do {
        unsigned half = encoding->match | choice;
        decode_table[half] = fields(half, encoding);
        choice = (choice - open) & open;
    } while (choice != 0);
}

// Backwards, so that the first row that fits has the last word.
static void fill(void)
{
    for (unsigned half = 0; half < 65536; half++) {
        decode_table[half] = (struct decoded){.operation = OPERATION_undefined};
    }
    for (size_t i = sizeof encodings / sizeof encodings[0]; i-- > 0;) {
        fill_row(&encodings[i]);
    }
    for (unsigned half = 0xC000; half < 0xC800; half++) {
        if (stores_unknown_base(half)) {
            decode_table[half] = (struct decoded){.operation = OPERATION_unpredictable};
        }
    }
}

void decode_prepare(void)
{
    static once_flag once = ONCE_FLAG_INIT;

    call_once(&once, fill);
}
