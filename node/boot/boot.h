// SPDX-License-Identifier: Apache-2.0
// The bootloader's decisions and its copy. Whatever the moment a reset comes: either the old application is still
// whole, or the order to install is still there and the copy goes on.
#ifndef NBOTA_NODE_BOOT_H
#define NBOTA_NODE_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/store/record.h"

enum boot_outcome {
    BOOT_NOTHING,   // no order
    BOOT_INSTALLED, // the candidate runs from now on
    BOOT_REFUSED,   // the candidate is not what the order says; the old application stays
    BOOT_FAILED,    // NOR or flash did not obey; the order stays for the next reset
};

// Carries out an install order, if there is one. Blocks up to about 12 s for a full slot; feeds the watchdog.
// journal_open() and watchdog_start() come before it.
enum boot_outcome boot_install(void);

// Whether a vector table at `base` may be jumped through: stack pointer in SRAM, reset vector odd and
// inside the slot (docs/memory.md).
bool boot_application_is_plausible(void);

// ---- the copy, for boot_install() and its tests ----

// CRC32 over the candidate image in NOR. STATUS_IO when NOR does not answer.
enum status boot_candidate_crc(uint32_t size_bytes, uint32_t *crc);
// Copies the candidate into the slot from record->done_bytes on, noting progress every 4 KB.
enum status boot_copy(struct install_record *record);

#endif
