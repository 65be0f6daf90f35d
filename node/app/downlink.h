// SPDX-License-Identifier: Apache-2.0
// What the data server asks of the node.
#ifndef NBOTA_NODE_APP_DOWNLINK_H
#define NBOTA_NODE_APP_DOWNLINK_H

#include "base/span.h"

// Prints a message of the data server and does what it asks for.
void downlink_take(struct span payload);

#endif
