// SPDX-License-Identifier: Apache-2.0
// What comes of the check of a candidate (docs/protocol.md, "Manifest"), from one table.
#ifndef NBOTA_WIRE_VERDICT_H
#define NBOTA_WIRE_VERDICT_H

#include <stdint.h>

enum verdict {
#define VERDICT(number, name, text) VERDICT_##name = number,
#include "wire/verdicts.def"
#undef VERDICT
};

// What the console says. A number passes from the bootloader to an application that may be older: "refused" for one that
// is not in the table.
const char *verdict_text(uint32_t number);

#endif
