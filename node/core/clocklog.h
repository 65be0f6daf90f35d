// SPDX-License-Identifier: Apache-2.0
// When the data log takes a row (AT+CLOCKLOG). Time is an argument.
#ifndef NBOTA_NODE_CORE_CLOCKLOG_H
#define NBOTA_NODE_CORE_CLOCKLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { CLOCKLOG_FROM_NOW = 65535 }; // as start

struct clocklog {
    bool is_on;
    uint32_t start_s;  // second of the hour, or CLOCKLOG_FROM_NOW
    uint32_t period_s; // at least one minute
    uint8_t rows;      // the newest so many go into each uplink
};

// Reads `<a>,<b>,<c>,<d>`, which the settings' table has let pass; all zero when it is anything else.
struct clocklog clocklog_read(struct span value);

// Seconds from now until the first row; a whole period where the start is "from now" or where the time is unknown
// (`unix_s` 0).
uint32_t clocklog_first_s(const struct clocklog *self, uint32_t unix_s);

#endif
