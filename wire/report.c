// SPDX-License-Identifier: Apache-2.0
#include "wire/report.h"

void report_build(struct fmt *out, const char *imei, enum ota_code code, const char *title,
                  const char *version)
{
    fmt_add(out, "{\"IMEI\":\"%s\", \"Message\": \"%s", imei, code_text(code));
    if (code == OTA_SUCCESS || code == OTA_ROLLED_BACK) {
        fmt_add(out, ", Firmware Title: %s Ver: %s", title, version);
    }
    fmt_add(out, "\"}");
}
