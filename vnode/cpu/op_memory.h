// SPDX-License-Identifier: Apache-2.0
// Loads and stores. A faulting LDM leaves its base as it was, so the instruction can be repeated.
#ifndef NBOTA_VNODE_CPU_OP_MEMORY_H
#define NBOTA_VNODE_CPU_OP_MEMORY_H

#include "vnode/cpu/op_branch.h"
#include "vnode/cpu/op_data.h"

#define LOAD(name, address, size, type)                                                            \
    OP(name)                                                                                       \
    {                                                                                              \
        uint32_t value;                                                                            \
        if (UNLIKELY(!load(self, (address), (size), &value))) {                                    \
            return false;                                                                          \
        }                                                                                          \
        return set(self, code.d, (uint32_t)(type)value);                                           \
    }
#define STORE(name, address, size)                                                                 \
    OP(name)                                                                                       \
    {                                                                                              \
        return store(self, (address), (size), RD);                                                 \
    }

LOAD(ldr_literal, ((self->pc + 2) & ~3U) + constant(code), 4, uint32_t)
LOAD(ldr_register, RN + RM, 4, uint32_t)
LOAD(ldrh_register, RN + RM, 2, uint16_t)
LOAD(ldrb_register, RN + RM, 1, uint8_t)
LOAD(ldrsh_register, RN + RM, 2, int16_t)
LOAD(ldrsb_register, RN + RM, 1, int8_t)
LOAD(ldr_immediate, RN + constant(code), 4, uint32_t)
LOAD(ldrh_immediate, RN + constant(code), 2, uint16_t)
LOAD(ldrb_immediate, RN + constant(code), 1, uint8_t)
STORE(str_register, RN + RM, 4)
STORE(strh_register, RN + RM, 2)
STORE(strb_register, RN + RM, 1)
STORE(str_immediate, RN + constant(code), 4)
STORE(strh_immediate, RN + constant(code), 2)
STORE(strb_immediate, RN + constant(code), 1)

INLINE unsigned count_registers(unsigned list)
{
    return (unsigned)__builtin_popcount(list);
}

// The lowest register of `list`, which loses it.
INLINE unsigned take_register(unsigned *list)
{
    unsigned number = (unsigned)__builtin_ctz(*list);

    *list &= *list - 1;
    return number;
}

// The RAM of `size` bytes at `pointer`, or NULL and the run stops.
INLINE uint8_t *stack_bytes(struct run *self, uint32_t pointer, uint32_t size)
{
    if (UNLIKELY(!stack_is_valid(pointer, size))) {
        run_leave(self);
        stack_complain(self->cpu, pointer);
        return NULL;
    }
    return self->cpu->ram + (pointer - CPU_RAM_BASE);
}

OP(push)
{
    unsigned list = constant(code) & 0xFF, link = constant(code) >> 8;
    unsigned count = count_registers(list) + link;
    uint32_t pointer = self->cpu->r[13] - 4 * count;
    uint8_t *bytes = stack_bytes(self, pointer, 4 * count);

    if (UNLIKELY(bytes == NULL)) {
        return false;
    }
    for (; list != 0; bytes += 4) {
        memcpy(bytes, reg(self, take_register(&list)), 4);
    }
    if (link != 0) {
        memcpy(bytes, reg(self, 14), 4);
    }
    self->cycles += count;
    return set(self, 13, pointer);
}

// Loads the registers of `list` from the stack; NULL, or the bytes behind them.
INLINE const uint8_t *pop_low(struct run *self, unsigned list, unsigned count)
{
    const uint8_t *bytes = stack_bytes(self, self->cpu->r[13], 4 * count);

    for (; LIKELY(bytes != NULL) && list != 0; bytes += 4) {
        memcpy(reg(self, take_register(&list)), bytes, 4);
    }
    self->cycles += count;
    return bytes;
}

OP(pop)
{
    unsigned count = count_registers(constant(code));

    if (UNLIKELY(pop_low(self, constant(code), count) == NULL)) {
        return false;
    }
    return set(self, 13, self->cpu->r[13] + 4 * count);
}

OP(pop_pc)
{
    unsigned count = count_registers(constant(code)) + 1;
    const uint8_t *bytes = pop_low(self, constant(code), count);

    if (UNLIKELY(bytes == NULL)) {
        return false;
    }
    self->cpu->r[13] += 4 * count;
    self->cycles += 1;
    return branch_exchange(self, peek(bytes, 4));
}

OP(stm)
{
    unsigned list = constant(code);
    uint32_t address = RN;

    for (; list != 0; address += 4) {
        if (UNLIKELY(!store(self, address, 4, *reg(self, take_register(&list))))) {
            return false;
        }
        self->cycles++;
    }
    return set(self, code.n, address);
}

OP(ldm)
{
    unsigned list = constant(code);
    uint32_t base = RN, address = base, value;

    for (; list != 0; address += 4) {
        if (UNLIKELY(!load(self, address, 4, &value))) {
            set(self, code.n, base);
            return false;
        }
        *reg(self, take_register(&list)) = value;
        self->cycles++;
    }
    // A base in the list keeps what was loaded.
    return (constant(code) >> code.n & 1) != 0 || set(self, code.n, address);
}

#endif
