// SPDX-License-Identifier: Apache-2.0
// Registration and the radio connection. Private to the module.
#ifndef NBOTA_VNODE_CHIP_BC660K_NETWORK_H
#define NBOTA_VNODE_CHIP_BC660K_NETWORK_H

#include "vnode/chip/bc660k.h"

void network_start(struct modem *self);
void network_stop(struct modem *self);
// Connection, session and everything in the air are gone; the server is not told.
void network_forget(struct modem *self);
// The same with the radio off: the end of AT+CFUN=0.
void network_detach(struct modem *self);
void network_on_registered(struct modem *self);
void network_on_attached(struct modem *self);
void network_on_uncovered(struct modem *self);
void network_on_release(struct modem *self);
void network_on_psm(struct modem *self);
// After anything the radio did.
void network_watch_connection(struct modem *self);
void network_check_cover(struct modem *self);
unsigned network_cereg_stat(const struct modem *self);
extern const char *const network_cell; // tac and cell id as +CEREG shows them

#endif
