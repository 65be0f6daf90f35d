// SPDX-License-Identifier: Apache-2.0
// The independent watchdog, RM0376 section 24: driven by the LSI, in Stop too, ended by a reset only.
#ifndef NBOTA_VNODE_SOC_IWDG_H
#define NBOTA_VNODE_SOC_IWDG_H

#include <stdbool.h>
#include <stdint.h>

struct machine;

struct iwdg {
    bool running, unlocked;
    uint32_t prescaler, reload, window;
    uint64_t prescaler_ready_ns, reload_ready_ns; // PVU and RVU until then
};

void iwdg_reset(struct machine *self);
uint32_t iwdg_read(struct machine *self, unsigned index, uint32_t offset);
void iwdg_write(struct machine *self, unsigned index, uint32_t offset, uint32_t value);
void iwdg_expired(struct machine *self); // EVENT_IWDG

#endif
