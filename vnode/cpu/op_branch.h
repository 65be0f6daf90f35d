// SPDX-License-Identifier: Apache-2.0
// Branches. A taken one refills the pipeline: one cycle more, and the flash's wait states.
#ifndef NBOTA_VNODE_CPU_OP_BRANCH_H
#define NBOTA_VNODE_CPU_OP_BRANCH_H

#include "vnode/cpu/exceptions.h"
#include "vnode/cpu/op_data.h"

// To `target` if that is Thumb code; what is not faults before its first instruction.
INLINE enum outcome branch_to_thumb(struct run *self, const struct insn *code, uint32_t target)
{
    if (LIKELY((target & 1) != 0)) {
        return branch(self, target & ~1U);
    }
    run_leave(self, code);
    self->cpu->thumb = false;
    exceptions_check(self->cpu);
    branch(self, target);
    return LEFT;
}

// BXWritePC() and LoadWritePC(): bit 0 is the Thumb state, 0xF....... in a handler returns from its exception.
INLINE enum outcome branch_exchange(struct run *self, const struct insn *code, uint32_t target)
{
    if (LIKELY(target >> 28 != 0xF || self->cpu->ipsr == 0)) {
        return branch_to_thumb(self, code, target);
    }
    run_leave(self, code);
    exceptions_return(self->cpu, target);
    run_load(self);
    return LEFT;
}

// A branch out of a run: what was counted for the rest of it is taken back.
INLINE enum outcome branch_if(struct run *self, const struct insn *code, bool taken)
{
    if (!taken) {
        return NEXT;
    }
    self->cycles -= code[1].rest.cycles;
    self->left += code[1].rest.count;
    return branch(self, self->base + code->immediate);
}

// d is its place in the page that notes are made of.
INLINE enum outcome branch_noted_if(struct run *self, const struct insn *code, bool taken)
{
    coverage_note(self->page->notes, code->d, taken);
    return branch_if(self, code, taken);
}

INLINE enum outcome branch_near_if(struct run *self, const struct insn *code, bool taken)
{
    if (!taken) {
        return NEXT;
    }
    self->cycles += self->refill - code[1].rest.cycles;
    self->left += code[1].rest.count;
    return NEAR;
}

// A comparison whose next instruction is a branch to be taken or not.
INLINE enum outcome compare_and_branch(struct run *self, const struct insn *code, uint32_t a,
                                       uint32_t b, bool taken)
{
    add_with_carry(self, a, ~b, 1);
    return branch_near_if(self, code + 1, taken) == NEAR ? NEXT_NEAR : PAIRED;
}

// As many rounds at once as end before the limit, then one as any other.
OP(count_down)
{
    uint32_t before = RD, skipped = before - 1;
    uint64_t start = self->cycles - code->rest.cycles + code->rest.worst;
    uint64_t rounds = (self->limit - start) / (2 + self->refill);

    if (rounds < skipped) {
        skipped = (uint32_t)rounds;
    }
    self->cycles += skipped * (2 + self->refill);
    self->left -= 2 * (uint64_t)skipped;
    RD = add_with_carry(self, before - skipped, ~1U, 1);
    return branch_near_if(self, code + 1, RD != 0) == NEAR ? NEXT_NEAR : PAIRED;
}

#define N     (self->result < 0)
#define Z     ((uint32_t)self->result == 0)
#define V     (self->overflow >> 31 != 0)
#define CARRY (carry_of(self) != 0)

#define CONDITION(name, holds, compared)                                                           \
    OP(b##name)                                                                                    \
    {                                                                                              \
        return branch_if(self, code, (holds));                                                     \
    }                                                                                              \
    OP(noted_b##name)                                                                              \
    {                                                                                              \
        return branch_noted_if(self, code, (holds));                                               \
    }                                                                                              \
    OP(near_b##name)                                                                               \
    {                                                                                              \
        return branch_near_if(self, code, (holds));                                                \
    }                                                                                              \
    OP(cmp_b##name)                                                                                \
    {                                                                                              \
        uint32_t a = RD, b = RN;                                                                   \
        return compare_and_branch(self, code, a, b, (compared));                                   \
    }                                                                                              \
    OP(cmp_immediate_b##name)                                                                      \
    {                                                                                              \
        uint32_t a = RN, b = code->immediate;                                                      \
        return compare_and_branch(self, code, a, b, (compared));                                   \
    }
#include "vnode/cpu/conditions.def"

#undef CONDITION
#undef N
#undef Z
#undef V
#undef CARRY

OP(near_b)
{
    (void)code;
    self->cycles += self->refill;
    return NEAR;
}

OP(b)
{
    return branch(self, self->base + code->immediate);
}

OP(bl)
{
    self->cpu->r[14] = address_of(self, code) + 5;
    return branch(self, self->base + code->immediate);
}

OP(bx)
{
    return branch_exchange(self, code, RN);
}

OP(blx)
{
    uint32_t target = RN;

    self->cpu->r[14] = address_of(self, code) + 3;
    return branch_to_thumb(self, code, target);
}

OP(add_to_pc)
{
    return branch(self, (address_of(self, code) + 4 + RN) & ~1U);
}

OP(mov_to_pc)
{
    return branch(self, RN & ~1U);
}

#endif
