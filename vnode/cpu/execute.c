// SPDX-License-Identifier: Apache-2.0
// The interpreter's loop: from one unpacked instruction straight to the next (computed goto). Time and instructions are
// counted when a run of instructions is entered, and only if nothing is due before its end; what comes nearer to an
// event, a stop or anything else outside is executed one by one. Both ways lead over the same operations.
#include "vnode/cpu/op_branch.h"
#include "vnode/cpu/op_data.h"
#include "vnode/cpu/op_memory.h"
#include "vnode/cpu/op_system.h"
#include "vnode/cpu/run_enter.h"

// Enters the run at `target` of this page, if that fits. It stands behind each branch, not once behind all, so that the
// host predicts each jump from where it was made.
#define ENTER(target)                                                                              \
    do {                                                                                           \
        const struct insn *to = (target);                                                          \
        if (UNLIKELY(!fits(&run, &to->rest))) {                                                    \
            run.pc = address_of(&run, to);                                                         \
            goto resume;                                                                           \
        }                                                                                          \
        count(&run, &to->rest);                                                                    \
        code = to;                                                                                 \
        goto * code->label;                                                                        \
    } while (0)

enum cpu_stop cpu_run(struct cpu *self, uint64_t instructions)
{
    static const void *const labels[OPERATION_COUNT] = {
#define OPERATION(name, cycles, more, role) &&do_##name,
#include "vnode/cpu/isa.def"
#undef OPERATION
    };
    struct pages *pages = pages_open(self, labels);
    struct run run = {.cpu = self, .left = instructions};
    const struct insn *code;

    self->stop = CPU_RUNNING;

attend:
    self->instructions += instructions - run.left;
    instructions = run.left;
    // Exceptions wait for the next call then: the caller may yet change what is pending.
    if (run.left == 0 && self->stop == CPU_RUNNING) {
        return self->stop = CPU_STOP_BUDGET;
    }
    if (!events_attend(self)) {
        return self->stop;
    }
    run_load(&run);
    goto begin;

resume:
    if (UNLIKELY(run.left == 0 || run.cycles >= self->deadline)) {
        run_store(&run);
        goto attend;
    }
begin:
    set_limits(&run);
    if (LIKELY(find_page(&run, pages))) {
        code = at_pc(&run);
        if (LIKELY(code->rest.count != 0 && fits(&run, &code->rest))) {
            count(&run, &code->rest);
            goto * code->label;
        }
    }
    run_store(&run);
    run.page = single_page(&run, pages);
    if (UNLIKELY(run.page == NULL)) {
        goto attend;
    }
    self->r[15] = run.pc + 4; // as the instruction reads it
    code = run.page->insn;
    count(&run, &code->rest);
    goto * code->label;

branched:
    if (LIKELY(can_hop(&run))) {
        hop(&run, pages);
        ENTER(at_pc(&run));
    }
    goto resume;

#define OPERATION(name, cycles_, more, role)                                                       \
    do_##name : switch (op_##name(&run, code))                                                     \
    {                                                                                              \
    case NEXT:                                                                                     \
        code++;                                                                                    \
        goto * code->label;                                                                        \
    case PAIRED:                                                                                   \
        code += 2;                                                                                 \
        goto * code->label;                                                                        \
    case NEXT_NEAR:                                                                                \
        ENTER(code[1].near);                                                                       \
    case NEAR:                                                                                     \
        ENTER(code->near);                                                                         \
    case BRANCHED:                                                                                 \
        if (LIKELY(is_in_page(&run))) {                                                            \
            ENTER(at_pc(&run));                                                                    \
        }                                                                                          \
        goto branched;                                                                             \
    case MOVED:                                                                                    \
        goto resume;                                                                               \
    case LEFT:                                                                                     \
        run.cycles += (cycles_);                                                                   \
        goto left;                                                                                 \
    case LOOKED:                                                                                   \
        run.cycles += (cycles_);                                                                   \
        goto looked;                                                                               \
    case GIVEN_UP:                                                                                 \
        goto given_up;                                                                             \
    }
#include "vnode/cpu/isa.def"
#undef OPERATION

looked:
    run.left--;
    if (LIKELY(may_stay(&run))) {
        set_limits(&run);
        run.refill = 1 + (uint64_t)self->flash_wait_states;
        ENTER(code + 1);
    }
    goto resume;

left:
    run.left--;
    goto resume;

given_up:
    // The instruction will be seen again, by a person or on return from HardFault.
    run.pc -= 2;
    run_store(&run);
    goto attend;
}
