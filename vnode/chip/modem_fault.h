// SPDX-License-Identifier: Apache-2.0
// Faults of a module as data: ordered by name, so that a scenario can, or drawn at random from a seed.
#ifndef NBOTA_VNODE_CHIP_MODEM_FAULT_H
#define NBOTA_VNODE_CHIP_MODEM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum modem_fault {
#define MODEM_FAULT(id, name, weight, help) FAULT_##id,
#include "vnode/chip/modem_faults.def"
#undef MODEM_FAULT
    MODEM_FAULTS
};

enum { MODEM_FAULT_ALWAYS = INT32_MAX }; // times: until undone

// All take effect at once.
struct modem_faults {
    bool link_down; // no coverage: attach fails, sockets go silent, then +QMTSTAT
    bool hold; // messages from the network are kept back, and virtual time stands as soon as the
               // module has nothing else to do
    uint64_t corrupt; // bit k (0..63): spoil chunk k; cleared once used unless corrupt_always
    bool corrupt_always;

    uint32_t times
        [MODEM_FAULTS]; // how often each strikes from now on, MODEM_FAULT_ALWAYS = until undone
    uint16_t cme;       // FAULT_CME's number; 0 = 100, unknown error
    uint32_t late_ms;   // 0 = 2 s
    uint32_t late_outcome_ms;  // 0 = 45 s: beyond every bound of a driver but AT+QMTOPEN's
    uint32_t loss_per_mille;   // of the packets, either way, as long as it is not 0
    uint64_t loss_random;      // state of their generator
    uint64_t random;           // state of the generator
    uint32_t random_per_mille; // 0 = no random faults
};

// Orders the fault called `name`; `times` 0 undoes it. False when there is no such name.
bool modem_fault_order(struct modem_faults *self, const char *name, uint32_t times);
// Faults at random from now on, `per_mille` being the chance of one with weight 100. The same seed and the same
// dialogue give the same faults; the module's other variations do not change.
void modem_fault_random(struct modem_faults *self, uint64_t seed, uint32_t per_mille);
// For listings: name and meaning of fault `index`; NULL behind the last.
const char *modem_fault_name(unsigned index);
const char *modem_fault_help(unsigned index);

#endif
