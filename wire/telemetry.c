// SPDX-License-Identifier: Apache-2.0
#include "wire/telemetry.h"

void telemetry_build(struct fmt *out, const char *title, const char *version, const char *state,
                     const char *error)
{
    fmt_add(out, "{\"current_fw_title\": \"%s\", \"current_fw_version\": \"%s\"", title, version);
    if (state != NULL) {
        fmt_add(out, ", \"fw_state\": \"%s\"", state);
    }
    if (error != NULL) {
        fmt_add(out, ", \"fw_error\": \"%s\"", error);
    }
    fmt_add(out, "}");
}
