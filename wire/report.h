// SPDX-License-Identifier: Apache-2.0
// The message a node sends to its data server when an update attempt has ended (docs/protocol.md, "Message").
#ifndef NBOTA_WIRE_REPORT_H
#define NBOTA_WIRE_REPORT_H

#include "base/fmt.h"
#include "wire/codes.h"

// {"IMEI":"<imei>", "Message": "<text>"}; title and version are used by the codes that name them.
void report_build(struct fmt *out, const char *imei, enum ota_code code, const char *title,
                  const char *version);

#endif
