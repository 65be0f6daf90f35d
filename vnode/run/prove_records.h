// SPDX-License-Identifier: Apache-2.0
// The records that a node keeps in EEPROM, read from outside by their drawing (docs/memory.md, "Data EEPROM"), so that what
// is judged is not judged by itself.
#ifndef NBOTA_VNODE_RUN_PROVE_RECORDS_H
#define NBOTA_VNODE_RUN_PROVE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/soc/machine.h"

// How words read that a cut has torn and that read differently each time.
enum prove_reading { PROVE_READ_OLD, PROVE_READ_NEW };

struct prove_records {
    uint64_t hash;    // of all records that count, in their order
    uint32_t counter; // the security counter; 0 without one
};

void prove_records_read(struct prove_records *self, const struct machine *machine,
                        enum prove_reading reading);

#endif
