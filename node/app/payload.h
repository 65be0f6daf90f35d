// SPDX-License-Identifier: Apache-2.0
// What a data session sends.
#ifndef NBOTA_NODE_APP_PAYLOAD_H
#define NBOTA_NODE_APP_PAYLOAD_H

#include "base/fmt.h"

// Appends the sensor data as General JSON; measures for it.
void payload_build(struct fmt *out);

#endif
