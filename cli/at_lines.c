// SPDX-License-Identifier: Apache-2.0
#include "cli/at_lines.h"

void at_lines_print(FILE *out, const struct at_settings *settings)
{
    fprintf(out, "  AT+OTASER=%s,%u\n", settings->host, (unsigned)settings->port);
    fprintf(out, "  AT+OTACLT=%s\n", settings->token);
    fprintf(out, "  AT+OTAUNAME=%s\n", settings->token);
    fprintf(out, "  AT+OTAPWD=NULL\n");
    if (settings->title != NULL) {
        fprintf(out, "  AT+OTATITLE=%s\n", settings->title);
    }
}
