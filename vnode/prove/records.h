// SPDX-License-Identifier: Apache-2.0
// The records that a node keeps in EEPROM, read from outside by their drawing (docs/memory.md, "Data EEPROM"), so that what
// is judged is not judged by itself.
#ifndef NBOTA_VNODE_PROVE_RECORDS_H
#define NBOTA_VNODE_PROVE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vnode/soc/machine.h"

// How words read that a cut has torn and that read differently each time.
enum prove_reading { PROVE_READ_OLD, PROVE_READ_NEW };

// What a node refuses for good. It never becomes less.
struct prove_security {
    uint32_t counter;
    uint32_t revoked; // bit n: the bootloader's key n
};

// Whether both say the same; `why` gets what differs: "the security counter is 2, not 1".
bool prove_security_is(const struct prove_security *found, const struct prove_security *wanted,
                       char *why, size_t capacity);

struct prove_records {
    uint64_t hash;                  // of all records that count, in their order
    struct prove_security security; // zeros without a record
};

void prove_records_read(struct prove_records *self, const struct machine *machine,
                        enum prove_reading reading);
// Makes the EEPROM of a machine without power one that holds this security record and no other.
void prove_records_begin(struct machine *machine, const struct prove_security *security);

#endif
