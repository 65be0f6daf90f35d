// SPDX-License-Identifier: Apache-2.0
// Data processing (DDI 0419 A6.7). Shifts give the carry of the manual's Shift_C().
#ifndef NBOTA_VNODE_CPU_OP_DATA_H
#define NBOTA_VNODE_CPU_OP_DATA_H

#include "vnode/cpu/run.h"
#include "vnode/cpu/stack.h"

#define OP(name) INLINE enum outcome op_##name(struct run *self, const struct insn *code)

INLINE uint32_t *reg(struct run *self, unsigned number)
{
    return &self->cpu->r[number];
}

INLINE enum outcome set(struct run *self, unsigned number, uint32_t value)
{
    self->cpu->r[number] = value;
    return NEXT;
}

INLINE enum outcome set_flagged(struct run *self, unsigned number, uint32_t value)
{
    set_result(self, value);
    return set(self, number, value);
}

INLINE uint32_t shift_left(struct run *self, uint32_t value, unsigned by)
{
    if (by == 0) {
        return value;
    }
    if (by > 32) {
        set_carry(self, 0);
        return 0;
    }
    set_carry(self, value >> (32 - by) & 1);
    return by == 32 ? 0 : value << by;
}

INLINE uint32_t shift_right(struct run *self, uint32_t value, unsigned by)
{
    if (by == 0) {
        return value;
    }
    if (by > 32) {
        set_carry(self, 0);
        return 0;
    }
    set_carry(self, value >> (by - 1) & 1);
    return by == 32 ? 0 : value >> by;
}

INLINE uint32_t shift_right_signed(struct run *self, uint32_t value, unsigned by)
{
    int32_t number = (int32_t)value;

    if (by == 0) {
        return value;
    }
    if (by > 31) {
        set_carry(self, value >> 31);
        return (uint32_t)(number >> 31);
    }
    set_carry(self, value >> (by - 1) & 1);
    return (uint32_t)(number >> by);
}

INLINE uint32_t rotate_right(struct run *self, uint32_t value, unsigned by)
{
    if (by == 0) {
        return value;
    }
    value = by % 32 == 0 ? value : value >> by % 32 | value << (32 - by % 32);
    set_carry(self, value >> 31);
    return value;
}

#define RD (*reg(self, code->d))
#define RN (*reg(self, code->n))
#define RM (*reg(self, code->immediate))
#define C  carry_of(self)

#define FLAGGED(name, value)                                                                       \
    OP(name)                                                                                       \
    {                                                                                              \
        return set_flagged(self, code->d, (value));                                                \
    }
#define UNFLAGGED(name, value)                                                                     \
    OP(name)                                                                                       \
    {                                                                                              \
        return set(self, code->d, (value));                                                        \
    }
#define SUM(name, a, b, carry)                                                                     \
    OP(name)                                                                                       \
    {                                                                                              \
        return set(self, code->d, add_with_carry(self, (a), (b), (carry)));                        \
    }
#define COMPARE(name, a, b, carry)                                                                 \
    OP(name)                                                                                       \
    {                                                                                              \
        add_with_carry(self, (a), (b), (carry));                                                   \
        return NEXT;                                                                               \
    }

FLAGGED(lsls_immediate, shift_left(self, RN, code->immediate))
FLAGGED(lsrs_immediate, shift_right(self, RN, code->immediate))
FLAGGED(asrs_immediate, shift_right_signed(self, RN, code->immediate))
SUM(adds_register, RN, RM, 0)
SUM(subs_register, RN, ~RM, 1)
SUM(adds_immediate, RN, code->immediate, 0)
SUM(subs_immediate, RN, ~code->immediate, 1)
FLAGGED(movs_immediate, code->immediate)
COMPARE(cmp_immediate, RN, ~code->immediate, 1)

FLAGGED(ands, RD &RN)
FLAGGED(eors, RD ^ RN)
FLAGGED(lsls, shift_left(self, RD, RN & 0xFF))
FLAGGED(lsrs, shift_right(self, RD, RN & 0xFF))
FLAGGED(asrs, shift_right_signed(self, RD, RN & 0xFF))
SUM(adcs, RD, RN, C)
SUM(sbcs, RD, ~RN, C)
FLAGGED(rors, rotate_right(self, RD, RN & 0xFF))
SUM(rsbs, ~RN, 0, 1)
COMPARE(cmp, RD, ~RN, 1)
COMPARE(cmn, RD, RN, 0)
FLAGGED(orrs, RD | RN)
FLAGGED(muls, RD *RN)
FLAGGED(bics, RD & ~RN)
FLAGGED(mvns, ~RN)

OP(tst)
{
    set_result(self, RD & RN);
    return NEXT;
}

UNFLAGGED(add_high, RD + RN)
UNFLAGGED(mov_high, RN)
UNFLAGGED(adr, self->base + code->immediate)
UNFLAGGED(add_sp_offset, RN + code->immediate)
UNFLAGGED(sxth, (uint32_t)(int16_t)RN)
UNFLAGGED(sxtb, (uint32_t)(int8_t)RN)
UNFLAGGED(uxth, (uint16_t)RN)
UNFLAGGED(uxtb, (uint8_t)RN)
UNFLAGGED(rev, __builtin_bswap32(RN))
UNFLAGGED(rev16, (RN >> 8 & 0x00FF00FFU) | (RN << 8 & 0xFF00FF00U))
UNFLAGGED(revsh, (uint32_t)(int16_t)__builtin_bswap16((uint16_t)RN))

// Writes of the stack pointer are checked: it has to stay on a word of RAM.
INLINE enum outcome set_sp(struct run *self, const struct insn *code, uint32_t value)
{
    if (UNLIKELY(!stack_is_valid(value, 0))) {
        run_leave(self, code);
        stack_complain(self->cpu, value);
        return GIVEN_UP;
    }
    return set(self, 13, value);
}

OP(add_to_sp)
{
    return set_sp(self, code, self->cpu->r[13] + RN);
}

OP(mov_to_sp)
{
    return set_sp(self, code, RN);
}

OP(sub_sp)
{
    return set_sp(self, code, self->cpu->r[13] - code->immediate);
}

#endif
