// SPDX-License-Identifier: Apache-2.0
// What the data server asks of the node (docs/protocol.md, "Downlinks").
#ifndef NBOTA_NODE_APP_DOWNLINK_H
#define NBOTA_NODE_APP_DOWNLINK_H

#include "base/span.h"
#include "node/core/downlink.h"
#include "wire/downlink.h"

// Prints a message of the data server and does what it asks for; what it wants to hear waits in the outbox then. The
// commands of a list are decoded into `workspace`, for the time of the call.
void downlink_take(struct span payload, char workspace[DOWNLINK_MAX]);

// ---- shared by the sources of this part ----

// Prints a downlink; blocks while the line is full.
void downlink_show(struct span payload);
// Executes a good list and puts its acknowledgement into the outbox, which has room. Blocks for the EEPROM.
void downlink_run_list(const struct config *config, char workspace[DOWNLINK_MAX]);

#endif
