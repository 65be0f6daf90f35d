// SPDX-License-Identifier: Apache-2.0
// What happens between instructions: due events, waking, preemption, stops.
#ifndef NBOTA_VNODE_CPU_EVENTS_H
#define NBOTA_VNODE_CPU_EVENTS_H

#include "vnode/cpu/cpu.h"

// Does all that; true when instructions may go on, false when self->stop says why not.
bool events_attend(struct cpu *self);
// The bus was called and may have changed next_event or stop by hand: makes the loop see it.
void events_bus_was_busy(struct cpu *self);

void events_wait_for_interrupt(struct cpu *self);
// Goes on at once when an event was registered.
void events_wait_for_event(struct cpu *self);

// Fills self->misuse, unless the run already stops for an earlier one.
void events_describe(struct cpu *self, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);

#endif
