// SPDX-License-Identifier: Apache-2.0
// Data processing (DDI 0419 A6.7). Shifts give the carry of the manual's Shift_C().
#ifndef NBOTA_VNODE_CPU_OP_DATA_H
#define NBOTA_VNODE_CPU_OP_DATA_H

#include "vnode/cpu/decode.h"
#include "vnode/cpu/run.h"
#include "vnode/cpu/stack.h"

#define OP(name) INLINE bool op_##name(struct run *self, struct decoded code)

INLINE uint32_t *reg(struct run *self, unsigned number)
{
    return &self->cpu->r[number];
}

// The constant, sign extended where it has a sign.
INLINE uint32_t constant(struct decoded code)
{
    return (uint32_t)code.immediate;
}

// A register of the forms that may name PC, which reads as the instruction's address + 4.
INLINE uint32_t high(struct run *self, unsigned number)
{
    return number == 15 ? self->pc + 2 : self->cpu->r[number];
}

INLINE bool set(struct run *self, unsigned number, uint32_t value)
{
    self->cpu->r[number] = value;
    return true;
}

INLINE bool set_flagged(struct run *self, unsigned number, uint32_t value)
{
    set_result(self->cpu, value);
    return set(self, number, value);
}

INLINE uint32_t shift_left(struct cpu *cpu, uint32_t value, unsigned by)
{
    if (by == 0) {
        return value;
    }
    if (by > 32) {
        cpu->carry = 0;
        return 0;
    }
    cpu->carry = value >> (32 - by) & 1;
    return by == 32 ? 0 : value << by;
}

INLINE uint32_t shift_right(struct cpu *cpu, uint32_t value, unsigned by)
{
    if (by == 0) {
        return value;
    }
    if (by > 32) {
        cpu->carry = 0;
        return 0;
    }
    cpu->carry = value >> (by - 1) & 1;
    return by == 32 ? 0 : value >> by;
}

INLINE uint32_t shift_right_signed(struct cpu *cpu, uint32_t value, unsigned by)
{
    int32_t number = (int32_t)value;

    if (by == 0) {
        return value;
    }
    if (by > 31) {
        cpu->carry = value >> 31;
        return (uint32_t)(number >> 31);
    }
    cpu->carry = value >> (by - 1) & 1;
    return (uint32_t)(number >> by);
}

INLINE uint32_t rotate_right(struct cpu *cpu, uint32_t value, unsigned by)
{
    if (by == 0) {
        return value;
    }
    value = by % 32 == 0 ? value : value >> by % 32 | value << (32 - by % 32);
    cpu->carry = value >> 31;
    return value;
}

#define RD (*reg(self, code.d))
#define RN (*reg(self, code.n))
#define RM (*reg(self, (unsigned)code.immediate & 15))
#define C  (self->cpu->carry)

#define FLAGGED(name, value)                                                                       \
    OP(name)                                                                                       \
    {                                                                                              \
        return set_flagged(self, code.d, (value));                                                 \
    }
#define UNFLAGGED(name, value)                                                                     \
    OP(name)                                                                                       \
    {                                                                                              \
        return set(self, code.d, (value));                                                         \
    }
#define SUM(name, a, b, carry)                                                                     \
    OP(name)                                                                                       \
    {                                                                                              \
        return set(self, code.d, add_with_carry(self->cpu, (a), (b), (carry)));                    \
    }
#define COMPARE(name, a, b, carry)                                                                 \
    OP(name)                                                                                       \
    {                                                                                              \
        add_with_carry(self->cpu, (a), (b), (carry));                                              \
        return true;                                                                               \
    }

FLAGGED(lsls_immediate, shift_left(self->cpu, RN, constant(code)))
FLAGGED(lsrs_immediate, shift_right(self->cpu, RN, constant(code)))
FLAGGED(asrs_immediate, shift_right_signed(self->cpu, RN, constant(code)))
SUM(adds_register, RN, RM, 0)
SUM(subs_register, RN, ~RM, 1)
SUM(adds_immediate, RN, constant(code), 0)
SUM(subs_immediate, RN, ~constant(code), 1)
FLAGGED(movs_immediate, constant(code))
COMPARE(cmp_immediate, RN, ~constant(code), 1)

FLAGGED(ands, RD &RN)
FLAGGED(eors, RD ^ RN)
FLAGGED(lsls, shift_left(self->cpu, RD, RN & 0xFF))
FLAGGED(lsrs, shift_right(self->cpu, RD, RN & 0xFF))
FLAGGED(asrs, shift_right_signed(self->cpu, RD, RN & 0xFF))
SUM(adcs, RD, RN, C)
SUM(sbcs, RD, ~RN, C)
FLAGGED(rors, rotate_right(self->cpu, RD, RN & 0xFF))
SUM(rsbs, ~RN, 0, 1)
COMPARE(cmp, RD, ~RN, 1)
COMPARE(cmn, RD, RN, 0)
FLAGGED(orrs, RD | RN)
FLAGGED(muls, RD *RN)
FLAGGED(bics, RD & ~RN)
FLAGGED(mvns, ~RN)

OP(tst)
{
    set_result(self->cpu, RD & RN);
    return true;
}

UNFLAGGED(add_high, RD + high(self, code.n))
UNFLAGGED(mov_high, high(self, code.n))
UNFLAGGED(adr, ((self->pc + 2) & ~3U) + constant(code))
UNFLAGGED(add_sp_offset, RN + constant(code))
UNFLAGGED(sxth, (uint32_t)(int16_t)RN)
UNFLAGGED(sxtb, (uint32_t)(int8_t)RN)
UNFLAGGED(uxth, (uint16_t)RN)
UNFLAGGED(uxtb, (uint8_t)RN)
UNFLAGGED(rev, __builtin_bswap32(RN))
UNFLAGGED(rev16, (RN >> 8 & 0x00FF00FFU) | (RN << 8 & 0xFF00FF00U))
UNFLAGGED(revsh, (uint32_t)(int16_t)__builtin_bswap16((uint16_t)RN))

// Writes of the stack pointer are checked: it has to stay on a word of RAM.
INLINE bool set_sp(struct run *self, uint32_t value)
{
    if (UNLIKELY(!stack_is_valid(value, 0))) {
        run_leave(self);
        stack_complain(self->cpu, value);
        return false;
    }
    return set(self, 13, value);
}

OP(add_to_sp)
{
    return set_sp(self, self->cpu->r[13] + high(self, code.n));
}

OP(mov_to_sp)
{
    return set_sp(self, high(self, code.n));
}

OP(sub_sp)
{
    return set_sp(self, self->cpu->r[13] - constant(code));
}

#endif
