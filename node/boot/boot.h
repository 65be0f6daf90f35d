// SPDX-License-Identifier: Apache-2.0
// The bootloader's decisions. Whatever the moment a reset comes: either a whole application is there, or the record of the
// install says what is to be copied, from where, and the copy goes on. The page with the vector table goes first and
// comes last, so half a copy can never be taken for an application.
//
//                                   +-- candidate turned bad, or the slot does not keep it ---+
//                                   |                                                         v
//   ORDERED -- verified, backed up --> COPYING -- slot verified --> TRIAL -- given up, --> GOING_BACK --> ROLLED_BACK
//   DELAYED          |                 |    ^                        |       too many         |  |
//                    v                 |    |                        |       starts           |  |
//                 REFUSED              |    +-- backup turned bad ---|------------------------+  |
//                                      v                             v                           |
//                                    DONE                         STAYED    settings with it ---+
//                          no manifest, no backup            backup is damaged
//
// A state changes in one commit of the journal, before what it announces begins and after what it says is complete. Each
// step may be repeated; where the flash chip does not answer the state stays and the next reset tries again.
#ifndef NBOTA_NODE_BOOT_BOOT_H
#define NBOTA_NODE_BOOT_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/store/record.h"
#include "wire/verdict.h"

// Board and modem this bootloader is built for (wire/products.def); bound by the composition root.
extern const uint8_t boot_hardware_id;

enum {
    BOOT_TRIAL_BOOTS = 3, // starts of an image on trial behind a reset that it may be blamed for
    BOOT_TRIAL_POWER_ONS = 50, // …and behind the supply's return
};

enum boot_outcome {
#define OUTCOME(name, next, text) BOOT_##name,
#include "node/boot/outcomes.def"
#undef OUTCOME
};

// What comes behind it.
enum boot_next {
    BOOT_NEXT_LISTEN, // then the application, if there is one
    BOOT_NEXT_START,  // the new application: there was time enough to say something
    BOOT_NEXT_AGAIN,  // the next reset tries it again
};

// Does what the record of the install asks for: installs, counts a start on trial, goes back. An order is ignored while
// a download is open: then NOR holds something else. `*verdict` says why with BOOT_REFUSED: VERDICT_GOOD, the
// candidate is another one than was ordered.
// Blocks about 16 s for a full slot, 36 s when pages have to be written three times; feeds the watchdog.
// journal_open() and watchdog_start() come before it.
enum boot_outcome boot_install(enum verdict *verdict);

const char *boot_outcome_text(enum boot_outcome outcome);
enum boot_next boot_outcome_next(enum boot_outcome outcome);

// Whether the slot's vector table may be jumped through (wire/image.h).
bool boot_application_is_plausible(void);
// …and no install, roll-back or local update has left half an application there.
bool boot_application_may_start(void);

// Notes `state` in the journal with what `record` holds, in one commit.
enum status boot_write_state(struct install_record *record, enum install_state state,
                             uint32_t done_bytes);

#endif
