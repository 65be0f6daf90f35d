// SPDX-License-Identifier: Apache-2.0
// Titles and versions that nodes can cope with. Shipped nodes keep them in buffers of 20 and 15 bytes without a bounds
// check, cut the server's answer at { } , " : and compare prefixes only (docs/server.md, "what shipped nodes do").
#ifndef NBOTA_CLI_NAMING_H
#define NBOTA_CLI_NAMING_H

#include "cli/anatomy.h"

enum {
    NAMING_TITLE_MAX = 19,      // bytes; shipped nodes' buffer
    NAMING_VERSION_MAX = 14,    // likewise
    NAMING_VERSION_SETTABLE = 8 // AT+OTAVER takes no more
};

// Receives one remark; `advice` is never NULL. The texts live during the call.
typedef void naming_remark(void *context, enum finding_level level, const char *text,
                           const char *advice);

// Remarks on an image's title and version alone. A FINDING_PROBLEM: it must not be offered.
void naming_check(const char *title, const char *version, naming_remark *remark, void *context);

#endif
