// SPDX-License-Identifier: Apache-2.0
#ifndef NBOTA_VNODE_RUN_LEDGER_SAMPLE_H
#define NBOTA_VNODE_RUN_LEDGER_SAMPLE_H

#include "vnode/chip/modem.h"
#include "vnode/run/ledger.h"
#include "vnode/soc/machine.h"

// What the parts of the board have counted until now.
struct ledger_sample ledger_sample_of(struct machine *machine, const struct modem *modem);

#endif
