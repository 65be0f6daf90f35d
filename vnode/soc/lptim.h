// SPDX-License-Identifier: Apache-2.0
// LPTIM1 as a free-running counter, RM0376 section 21. On LSE or LSI it counts in Stop too.
#ifndef NBOTA_VNODE_SOC_LPTIM_H
#define NBOTA_VNODE_SOC_LPTIM_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct lptim {
    uint32_t isr, ier, cfgr, cr, cmp, arr;
    bool counting;
    uint32_t hz;           // of its clock, taken when counting began
    uint64_t start_ns;     // when the counter was 0
    uint64_t served_tick;  // matches up to this tick are done
    uint64_t cmp_taken_ns; // when a written value holds, TIME_NEVER = nothing is on its way
    uint64_t arr_taken_ns;
    uint32_t cmp_written, arr_written;
};

void lptim_reset(struct machine *self, unsigned index);
uint32_t lptim_read(struct machine *self, unsigned index, uint32_t offset);
void lptim_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
void lptim_event(struct machine *self); // EVENT_LPTIM
bool lptim_runs_in_stop(const struct machine *self);

#endif
