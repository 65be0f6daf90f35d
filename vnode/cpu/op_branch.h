// SPDX-License-Identifier: Apache-2.0
// Branches. A taken one refills the pipeline: one cycle more, and the flash's wait states.
#ifndef NBOTA_VNODE_CPU_OP_BRANCH_H
#define NBOTA_VNODE_CPU_OP_BRANCH_H

#include "vnode/cpu/exceptions.h"
#include "vnode/cpu/op_data.h"

// BXWritePC() and LoadWritePC(): bit 0 is the Thumb state, 0xF....... in a handler returns from its exception.
INLINE bool branch_exchange(struct run *self, uint32_t target)
{
    if (UNLIKELY(target >> 28 == 0xF && self->cpu->ipsr != 0)) {
        run_leave(self);
        exceptions_return(self->cpu, target);
        run_enter(self);
        return true;
    }
    if (UNLIKELY((target & 1) == 0)) {
        self->cpu->thumb = false;
        exceptions_check(self->cpu);
    }
    branch(self, target & ~1U);
    return true;
}

INLINE bool branch_if(struct run *self, struct decoded code, bool taken)
{
    if (taken) {
        branch(self, self->pc + 2 + constant(code));
    }
    return true;
}

#define N     (self->cpu->result < 0)
#define Z     ((uint32_t)self->cpu->result == 0)
#define V     (self->cpu->overflow != 0)
#define CARRY (self->cpu->carry != 0)
#define CONDITION(name, condition)                                                                 \
    OP(name)                                                                                       \
    {                                                                                              \
        return branch_if(self, code, (condition));                                                 \
    }

CONDITION(beq, Z)
CONDITION(bne, !Z)
CONDITION(bcs, CARRY)
CONDITION(bcc, !CARRY)
CONDITION(bmi, N)
CONDITION(bpl, !N)
CONDITION(bvs, V)
CONDITION(bvc, !V)
CONDITION(bhi, CARRY && !Z)
CONDITION(bls, !CARRY || Z)
CONDITION(bge, N == V)
CONDITION(blt, N != V)
CONDITION(bgt, !Z && N == V)
CONDITION(ble, Z || N != V)
CONDITION(b, true)

#undef N
#undef Z
#undef V
#undef CARRY
#undef CONDITION

OP(bx)
{
    return branch_exchange(self, RN);
}

OP(blx)
{
    uint32_t target = RN;

    self->cpu->r[14] = self->pc | 1;
    if (UNLIKELY((target & 1) == 0)) {
        self->cpu->thumb = false;
        exceptions_check(self->cpu);
    }
    branch(self, target & ~1U);
    return true;
}

OP(add_to_pc)
{
    branch(self, (self->pc + 2 + RN) & ~1U);
    return true;
}

OP(mov_to_pc)
{
    branch(self, high(self, code.n) & ~1U);
    return true;
}

#endif
