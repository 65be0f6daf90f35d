// SPDX-License-Identifier: Apache-2.0
// The interpreter's loop: fetch, look up, jump to the operation (computed goto). It is left for events, exceptions and
// stops through one comparison with `deadline` after each instruction.
#include "vnode/cpu/decode.h"
#include "vnode/cpu/op_branch.h"
#include "vnode/cpu/op_data.h"
#include "vnode/cpu/op_memory.h"
#include "vnode/cpu/op_system.h"

// Ends an operation: on to the next one if nothing is due. It stands behind each operation, not once behind
// all, so that the host predicts each jump from where it was made (17 % faster).
#define GO_ON()                                                                                    \
    do {                                                                                           \
        if (UNLIKELY(--left == 0 || run.cycles >= self->deadline)) {                               \
            goto leave;                                                                            \
        }                                                                                          \
        if (UNLIKELY(!fetch_ready(&run, &half))) {                                                 \
            goto next;                                                                             \
        }                                                                                          \
        run.pc += 2;                                                                               \
        code = decode_table[half];                                                                 \
        goto *labels[code.operation];                                                              \
    } while (0)

enum cpu_stop cpu_run(struct cpu *self, uint64_t instructions)
{
    static const void *const labels[OPERATION_COUNT] = {
#define OPERATION(name, cycles) &&do_##name,
#include "vnode/cpu/isa.def"
#undef OPERATION
    };
    struct run run = {.cpu = self};
    uint64_t left = instructions;
    struct decoded code;
    uint16_t half;

    decode_prepare();
    self->stop = CPU_RUNNING;

attend:
    self->instructions += instructions - left;
    instructions = left;
    // Exceptions wait for the next call then: the caller may yet change what is pending.
    if (left == 0 && self->stop == CPU_RUNNING) {
        return self->stop = CPU_STOP_BUDGET;
    }
    if (!events_attend(self)) {
        return self->stop;
    }
    run_enter(&run);

next:
    if (UNLIKELY(!fetch(&run, &half))) {
        run_leave(&run);
        goto attend;
    }
    run.pc += 2;
    code = decode_table[half];
    goto *labels[code.operation];

#define OPERATION(name, count)                                                                     \
    do_##name : if (UNLIKELY(!op_##name(&run, code)))                                              \
    {                                                                                              \
        goto abandoned;                                                                            \
    }                                                                                              \
    run.cycles += (count);                                                                         \
    GO_ON();
#include "vnode/cpu/isa.def"
#undef OPERATION

leave:
    run_leave(&run);
    goto attend;

abandoned:
    // The instruction will be seen again, by a person or on return from HardFault.
    run.pc -= 2;
    run_leave(&run);
    goto attend;
}
