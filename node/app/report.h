// SPDX-License-Identifier: Apache-2.0
// The one report that waits for a data session; it survives resets until it was delivered, while the EEPROM takes it.
#ifndef NBOTA_NODE_APP_REPORT_H
#define NBOTA_NODE_APP_REPORT_H

#include <stdbool.h>

#include "base/fmt.h"
#include "node/store/record.h"
#include "wire/codes.h"

// Adds the report to `change`; the newest wins. Without a data server it is only on the console: nothing is kept.
void report_put(struct record_change *change, enum ota_code code, const char *title,
                const char *version);
// Keeps a report that comes with no other change; in RAM, until it was delivered once, where the EEPROM does not take it.
void report_set(enum ota_code code);

// Appends the waiting report as its message; false when none waits.
bool report_take(struct fmt *out);
// The report last taken was delivered: it is forgotten, unless a newer one has been put since.
void report_delivered(void);

#endif
