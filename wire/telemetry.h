// SPDX-License-Identifier: Apache-2.0
// What a node tells the OTA server about itself.
#ifndef NBOTA_WIRE_TELEMETRY_H
#define NBOTA_WIRE_TELEMETRY_H

#include "base/fmt.h"

// {"current_fw_title": "…", "current_fw_version": "…"[, "fw_state": "…"[, "fw_error": "…"]]}, blanks as
// shipped nodes send them. `state` and `error` may be NULL.
void telemetry_build(struct fmt *out, const char *title, const char *version, const char *state,
                     const char *error);

#endif
