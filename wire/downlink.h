// SPDX-License-Identifier: Apache-2.0
// What a payload from the data server asks of the node.
#ifndef NBOTA_WIRE_DOWNLINK_H
#define NBOTA_WIRE_DOWNLINK_H

#include "base/span.h"

enum downlink_kind {
    DOWNLINK_UNKNOWN,
    DOWNLINK_OTA,           // F901: start an update
    DOWNLINK_OTA_MALFORMED, // begins with F9 and is anything else: report code 3
};

struct downlink {
    enum downlink_kind kind;
};

// Hex text in either letter case, or raw bytes: no opcode is an ASCII hex digit, so they cannot be confused.
void downlink_decode(struct span payload, struct downlink *downlink);

#endif
