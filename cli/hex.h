// SPDX-License-Identifier: Apache-2.0
#ifndef NBOTA_CLI_HEX_H
#define NBOTA_CLI_HEX_H

#include "base/span.h"

// Writes `bytes` as lower-case hex digits; `text` holds 2 * bytes.size + 1 characters.
void hex_text(struct span bytes, char *text);

#endif
