// SPDX-License-Identifier: Apache-2.0
// The reports of nodes as the data server sees them of nbota's nodes and of shipped ones.
// docs/protocol.md, "Reports".
#ifndef NBOTA_CLI_NODE_REPORT_H
#define NBOTA_CLI_NODE_REPORT_H

#include "base/span.h"
#include "wire/codes.h"

// The code of {"IMEI":"…", "Message": "…"}; OTA_NONE for any other message.
enum ota_code node_report_code(struct span payload);

#endif
