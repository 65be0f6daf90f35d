// SPDX-License-Identifier: Apache-2.0
// Boot, reset, sleep and wake. Private to the module.
#ifndef NBOTA_VNODE_CHIP_BC660K_POWER_H
#define NBOTA_VNODE_CHIP_BC660K_POWER_H

#include "vnode/chip/bc660k.h"

void power_boot(struct modem *self);
void power_on_timer(struct modem *self);
void power_on_sleep_timer(struct modem *self);
void power_on_tau_timer(struct modem *self);
void power_consider_sleep(struct modem *self);
// A character came while the module is not awake; true when it is lost.
bool power_takes_input(struct modem *self);
void power_forget(struct modem *self);

#endif
