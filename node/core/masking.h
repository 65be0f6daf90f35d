// SPDX-License-Identifier: Apache-2.0
// A downlink without the passwords in it, for the console and the log: both are there for everybody.
#ifndef NBOTA_NODE_CORE_MASKING_H
#define NBOTA_NODE_CORE_MASKING_H

#include <stdbool.h>

#include "base/span.h"

// Begin: {.rest = payload}. Private but complete.
struct masking {
    struct span rest;
    size_t passed; // bytes of the payload before `rest`
    uint8_t stars; // that are still to come
};

// The next byte to be shown; false at the end. What follows `<name>=` up to `;` or `]` or the end is `****`, <name> being
// that of a setting with SETTING_MASKED (node/core/settings.def) in either letter case. Takes any bytes.
bool masking_next(struct masking *self, uint8_t *byte);

#endif
