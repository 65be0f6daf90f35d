// SPDX-License-Identifier: Apache-2.0
// What a data session sends and what it receives.
#ifndef NBOTA_NODE_APP_PAYLOAD_H
#define NBOTA_NODE_APP_PAYLOAD_H

#include "base/fmt.h"
#include "base/span.h"

// Appends the sensor data as General JSON; measures for it.
void payload_build(struct fmt *out);
// Does what a message of the data server asks for.
void payload_take(struct span payload);

#endif
