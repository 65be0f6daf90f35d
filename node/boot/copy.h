// SPDX-License-Identifier: Apache-2.0
// The copy from NOR to the slot, for an install and for the way back alike. Progress is noted every 4 KB. Equal pages are
// skipped, but not those that a cut may have torn: such a page may read as if it were good and change later, so after a
// reset everything behind the last note, up to the next, is written anew, equal or not. On the way back every page of the
// slot is, zeros behind the image.
#ifndef NBOTA_NODE_BOOT_COPY_H
#define NBOTA_NODE_BOOT_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/store/record.h"

enum { COPY_ROUNDS = 3 }; // in one boot; the next reset tries again

struct copy_source {
    uint32_t address; // in NOR
    uint32_t size_bytes;
    // Whether the slot holds what is to be there.
    bool (*agrees)(const void *context);
    const void *context;
};

// Copies from record->done_bytes on until the slot agrees. The state stays; nothing of the slot can be started
// until its end. STATUS_IO, STATUS_TIMEOUT: the chip or the EEPROM fails; STATUS_CORRUPT: the slot does not keep its
// content.
enum status copy_to_slot(struct install_record *record, const struct copy_source *source);

#endif
