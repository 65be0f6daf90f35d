// SPDX-License-Identifier: Apache-2.0
// The bootloader's decisions and its copy. Whatever the moment a reset comes: either the old application is still
// whole, or the order to install is still there and the copy goes on. The page with the vector table goes first and
// comes last, so half a copy can never be taken for an application.
#ifndef NBOTA_NODE_BOOT_BOOT_H
#define NBOTA_NODE_BOOT_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/store/record.h"

// Board and modem this bootloader is built for (wire/products.def); bound by the composition root.
extern const uint8_t boot_hardware_id;

enum boot_outcome {
    BOOT_NOTHING,   // no order
    BOOT_INSTALLED, // the candidate runs from now on
    BOOT_REFUSED,   // the candidate is not what the order says; the old application stays
    BOOT_FAILED,    // NOR or flash did not obey; the order stays for the next reset
};

// Carries out an install order, if there is one. An order is ignored while a download is open: then NOR holds
// something else. Blocks about 12 s for a full slot, 40 s when pages have to be written three times; feeds the
// watchdog.
// journal_open() and watchdog_start() come before it.
enum boot_outcome boot_install(void);

// Whether the slot's vector table may be jumped through (wire/image.h).
bool boot_application_is_plausible(void);
// …and no install or local update has left half an application there.
bool boot_application_may_start(void);

// Notes `state` in the journal with what `record` holds, in one commit.
enum status boot_write_state(struct install_record *record, enum install_state state,
                             uint32_t done_bytes);

// ---- the copy, for boot_install() and its tests ----

// Whether NOR holds the very image that was ordered and it can start on this hardware. STATUS_CORRUPT: it does not;
// STATUS_IO, STATUS_TIMEOUT: NOR cannot be read.
enum status boot_check_candidate(const struct install_record *record);
// Copies the candidate into the slot from record->done_bytes on, noting progress every 4 KB. Equal pages are
// skipped, unless `rewrite`.
enum status boot_copy(struct install_record *record, bool rewrite);

#endif
