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
        enum outcome outcome = load(self, code, (address), (size), &value);                        \
        if (LIKELY(outcome != GIVEN_UP)) {                                                         \
            set(self, code->d, (uint32_t)(type)value);                                             \
        }                                                                                          \
        return outcome;                                                                            \
    }
#define STORE(name, address, size)                                                                 \
    OP(name)                                                                                       \
    {                                                                                              \
        return store(self, code, (address), (size), RD);                                           \
    }

// The bank is not busy: the instruction came from it.
OP(ldr_near)
{
    self->cycles += self->cpu->flash_wait_states;
    return set(self, code->d, peek(self->cpu->flash + code->immediate, 4));
}

LOAD(ldr_literal, self->base + code->immediate, 4, uint32_t)
LOAD(ldr_register, RN + RM, 4, uint32_t)
LOAD(ldrh_register, RN + RM, 2, uint16_t)
LOAD(ldrb_register, RN + RM, 1, uint8_t)
LOAD(ldrsh_register, RN + RM, 2, int16_t)
LOAD(ldrsb_register, RN + RM, 1, int8_t)
LOAD(ldr_immediate, RN + code->immediate, 4, uint32_t)
LOAD(ldrh_immediate, RN + code->immediate, 2, uint16_t)
LOAD(ldrb_immediate, RN + code->immediate, 1, uint8_t)
STORE(str_register, RN + RM, 4)
STORE(strh_register, RN + RM, 2)
STORE(strb_register, RN + RM, 1)
STORE(str_immediate, RN + code->immediate, 4)
STORE(strh_immediate, RN + code->immediate, 2)
STORE(strb_immediate, RN + code->immediate, 1)

// The lowest register of `list`, which loses it.
INLINE unsigned take_register(unsigned *list)
{
    unsigned number = (unsigned)__builtin_ctz(*list);

    *list &= *list - 1;
    return number;
}

// The RAM of `size` bytes at `pointer`, or NULL and the run stops.
INLINE uint8_t *stack_bytes(struct run *self, const struct insn *code, uint32_t pointer,
                            uint32_t size)
{
    if (UNLIKELY(!stack_is_valid(pointer, size))) {
        run_leave(self, code);
        stack_complain(self->cpu, pointer);
        return NULL;
    }
    return self->cpu->ram + (pointer - CPU_RAM_BASE);
}

OP(push)
{
    unsigned list = code->immediate & 0xFF, link = code->immediate >> 8, count = code->d;
    uint32_t pointer = self->cpu->r[13] - 4 * count;
    uint8_t *bytes = stack_bytes(self, code, pointer, 4 * count);

    if (UNLIKELY(bytes == NULL)) {
        return GIVEN_UP;
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
INLINE const uint8_t *pop_low(struct run *self, const struct insn *code, unsigned count)
{
    const uint8_t *bytes = stack_bytes(self, code, self->cpu->r[13], 4 * count);
    unsigned list = code->immediate;

    for (; LIKELY(bytes != NULL) && list != 0; bytes += 4) {
        memcpy(reg(self, take_register(&list)), bytes, 4);
    }
    self->cycles += count;
    return bytes;
}

OP(pop)
{
    unsigned count = code->d;

    if (UNLIKELY(pop_low(self, code, count) == NULL)) {
        return GIVEN_UP;
    }
    return set(self, 13, self->cpu->r[13] + 4 * count);
}

OP(pop_pc)
{
    unsigned count = code->d + 1U;
    const uint8_t *bytes = pop_low(self, code, count);

    if (UNLIKELY(bytes == NULL)) {
        return GIVEN_UP;
    }
    self->cpu->r[13] += 4 * count;
    self->cycles += 1;
    return branch_exchange(self, code, peek(bytes, 4));
}

// The words of a list one by one, some of them outside of RAM.
INLINE enum outcome store_list(struct run *self, const struct insn *code)
{
    struct cpu *cpu = self->cpu;
    unsigned list = code->immediate;
    uint32_t address = RN;

    run_leave(self, code);
    for (; list != 0; address += 4) {
        bool ok = memory_write(cpu, address, 4, *reg(self, take_register(&list)));
        self->cycles = cpu->cycles -= memory_is_io_port(address);
        if (!ok) {
            return GIVEN_UP;
        }
        self->cycles = ++cpu->cycles;
    }
    set(self, code->n, address);
    return LOOKED;
}

// A base in the list keeps what was loaded.
INLINE void set_base(struct run *self, const struct insn *code, uint32_t address)
{
    if ((code->immediate >> code->n & 1) == 0) {
        set(self, code->n, address);
    }
}

INLINE enum outcome load_list(struct run *self, const struct insn *code)
{
    struct cpu *cpu = self->cpu;
    unsigned list = code->immediate;
    uint32_t base = RN, address = base, value;

    run_leave(self, code);
    for (; list != 0; address += 4) {
        bool ok = memory_read(cpu, address, 4, &value);
        self->cycles = cpu->cycles -= memory_is_io_port(address);
        if (!ok) {
            set(self, code->n, base);
            return GIVEN_UP;
        }
        *reg(self, take_register(&list)) = value;
        self->cycles = ++cpu->cycles;
    }
    set_base(self, code, address);
    return LOOKED;
}

// The RAM that the list of `code` lies in as a whole, or NULL.
INLINE uint8_t *list_bytes(struct run *self, const struct insn *code, unsigned count)
{
    return stack_is_valid(RN, 4 * count) ? self->cpu->ram + (RN - CPU_RAM_BASE) : NULL;
}

OP(stm)
{
    unsigned list = code->immediate, count = code->d;
    uint8_t *bytes = list_bytes(self, code, count);

    if (UNLIKELY(bytes == NULL)) {
        return store_list(self, code);
    }
    for (; list != 0; bytes += 4) {
        memcpy(bytes, reg(self, take_register(&list)), 4);
    }
    self->cycles += count;
    return set(self, code->n, RN + 4 * count);
}

OP(ldm)
{
    unsigned list = code->immediate, count = code->d;
    const uint8_t *bytes = list_bytes(self, code, count);
    uint32_t end = RN + 4 * count;

    if (UNLIKELY(bytes == NULL)) {
        return load_list(self, code);
    }
    for (; list != 0; bytes += 4) {
        memcpy(reg(self, take_register(&list)), bytes, 4);
    }
    self->cycles += count;
    set_base(self, code, end);
    return NEXT;
}

#endif
