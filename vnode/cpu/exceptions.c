// SPDX-License-Identifier: Apache-2.0
#include "vnode/cpu/exceptions.h"

#include <string.h>

#include "vnode/cpu/events.h"
#include "vnode/cpu/memory.h"
#include "vnode/cpu/stack.h"

enum {
    THREAD_PRIORITY = 256,
    FRAME_SIZE = 32,
    ENTRY_CYCLES = 15,  // DDI 0484C 1.2: interrupt latency
    RETURN_CYCLES = 13, // an estimate: the manual gives no number
    SCR_SLEEPONEXIT = 2,
};

#define RETURN_TO_HANDLER       0xFFFFFFF1U
#define RETURN_TO_MAIN_STACK    0xFFFFFFF9U
#define RETURN_TO_PROCESS_STACK 0xFFFFFFFDU
#define XPSR_THUMB              (1U << 24)
#define XPSR_ALIGNED            (1U << 9) // the frame was moved down by 4 to lie on 8 bytes

static uint64_t bit(unsigned number)
{
    return (uint64_t)1 << number;
}

int exceptions_priority(const struct cpu *self, unsigned number)
{
    switch (number) {
    case CPU_NMI:
        return -2;
    case CPU_HARD_FAULT:
        return -1;
    default:
        return self->priority[number];
    }
}

// Of the exceptions in `set` the one with the lowest priority value, then the lowest number; 0 when there is none.
static unsigned most_urgent(const struct cpu *self, uint64_t set)
{
    unsigned best = 0;

    for (; set != 0; set &= set - 1) {
        unsigned number = (unsigned)__builtin_ctzll(set);

        if (best == 0 || exceptions_priority(self, number) < exceptions_priority(self, best)) {
            best = number;
        }
    }
    return best;
}

int exceptions_running_priority(const struct cpu *self, bool with_primask)
{
    unsigned running = most_urgent(self, self->active);
    int priority = running == 0 ? THREAD_PRIORITY : exceptions_priority(self, running);

    return with_primask && self->primask != 0 && priority > 0 ? 0 : priority;
}

unsigned exceptions_best_pending(const struct cpu *self)
{
    uint64_t enabled = (uint64_t)self->enabled << CPU_IRQ0 | (bit(CPU_IRQ0) - 1);

    return most_urgent(self, self->pending & enabled);
}

void exceptions_fault(struct cpu *self, const char *what, uint32_t address, uint32_t instruction)
{
    self->faulted = true;
    self->fault_address = address;
    events_describe(self, "%s 0x%08X, pc 0x%08X", what, (unsigned)address, (unsigned)instruction);
    if (self->faults_are_misuse) {
        cpu_request_stop(self, CPU_STOP_MISUSE);
    } else if (exceptions_running_priority(self, false) < 0) {
        cpu_request_stop(self, CPU_STOP_LOCKUP);
    } else {
        cpu_pend(self, CPU_HARD_FAULT);
    }
}

void exceptions_call_supervisor(struct cpu *self)
{
    if (exceptions_priority(self, CPU_SVC) >= exceptions_running_priority(self, true)) {
        exceptions_fault(self, "svc at too high a priority at", self->r[15] - 2, self->r[15] - 2);
    } else {
        cpu_pend(self, CPU_SVC);
    }
}

// The eight words of a frame; false when the stack has no room and the run stops.
static bool push_frame(struct cpu *self)
{
    uint32_t pointer = (self->r[13] - FRAME_SIZE) & ~7U;
    uint32_t moved = self->r[13] % 8 != 0 ? XPSR_ALIGNED : 0;
    const uint32_t frame[8] = {self->r[0],  self->r[1],  self->r[2],  self->r[3],
                               self->r[12], self->r[14], self->r[15], cpu_xpsr(self) | moved};

    if (!stack_is_valid(self->r[13], 0) || !stack_is_valid(pointer, FRAME_SIZE)) {
        stack_complain(self, pointer);
        return false;
    }
    memcpy(self->ram + (pointer - CPU_RAM_BASE), frame, sizeof frame);
    self->r[13] = pointer;
    return true;
}

// From here on the handler runs; `link` is its EXC_RETURN.
static void start_handler(struct cpu *self, unsigned number, uint32_t link)
{
    uint32_t vector;

    self->active |= bit(number);
    self->pending &= ~bit(number);
    self->ipsr = number;
    self->r[14] = link;
    stack_select(self, false);
    memory_read(self, self->vtor + 4 * number, 4, &vector);
    self->r[15] = vector & ~1U;
    self->thumb = (vector & 1) != 0;
    self->event = true;
    exceptions_check(self);
}

static uint32_t return_link(const struct cpu *self)
{
    if (self->ipsr != 0) {
        return RETURN_TO_HANDLER;
    }
    return stack_is_process(self) ? RETURN_TO_PROCESS_STACK : RETURN_TO_MAIN_STACK;
}

void exceptions_enter(struct cpu *self, unsigned number)
{
    uint32_t link = return_link(self);

    if (push_frame(self)) {
        self->cycles += ENTRY_CYCLES;
        start_handler(self, number, link);
    }
}

// A level that is still high pends again once its handler is left.
static void deactivate(struct cpu *self)
{
    self->active &= ~bit(self->ipsr);
    self->pending |= (uint64_t)self->lines << CPU_IRQ0 & bit(self->ipsr);
}

static bool link_fits(const struct cpu *self, uint32_t link)
{
    uint64_t others = self->active & ~bit(self->ipsr);

    if (link == RETURN_TO_HANDLER) {
        return others != 0;
    }
    return others == 0 && (link == RETURN_TO_MAIN_STACK || link == RETURN_TO_PROCESS_STACK);
}

static void take_frame(struct cpu *self, const uint32_t frame[8])
{
    memcpy(self->r, frame, 4 * sizeof frame[0]);
    self->r[12] = frame[4];
    self->r[14] = frame[5];
    self->r[15] = frame[6];
    self->r[13] += FRAME_SIZE + ((frame[7] & XPSR_ALIGNED) != 0 ? 4U : 0U);
    cpu_set_xpsr_flags(self, frame[7]);
    self->ipsr = frame[7] & 0x3F;
    self->thumb = (frame[7] & XPSR_THUMB) != 0;
    self->event = true;
    self->cycles += RETURN_CYCLES;
    exceptions_check(self);
}

static void pop_frame(struct cpu *self, uint32_t link)
{
    uint32_t frame[8];

    if (!stack_is_valid(self->r[13], FRAME_SIZE)) {
        stack_complain(self, self->r[13]);
        return;
    }
    memcpy(frame, self->ram + (self->r[13] - CPU_RAM_BASE), sizeof frame);
    if ((frame[6] & 1) != 0 || ((frame[7] & 0x3F) != 0) != (link == RETURN_TO_HANDLER)) {
        cpu_misuse(self, "exception frame at 0x%08X returns to 0x%08X with xPSR 0x%08X",
                   (unsigned)self->r[13], (unsigned)frame[6], (unsigned)frame[7]);
        return;
    }
    take_frame(self, frame);
    if (self->ipsr == 0 && (self->scr & SCR_SLEEPONEXIT) != 0) {
        events_wait_for_interrupt(self);
    }
}

void exceptions_return(struct cpu *self, uint32_t link)
{
    if (!link_fits(self, link)) {
        cpu_misuse(self, "exception return 0x%08X does not fit, pc 0x%08X", (unsigned)link,
                   (unsigned)(self->r[15] - 2));
        return;
    }
    deactivate(self);
    if (link == RETURN_TO_PROCESS_STACK) {
        stack_select(self, true);
    }
    pop_frame(self, link);
}
