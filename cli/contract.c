// SPDX-License-Identifier: Apache-2.0
// A broken contract in the command: say where, leave a core.
#include "base/contract.h"

#include <stdio.h>
#include <stdlib.h>

void contract_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "nbota: this is a bug: %s:%d: %s\n", file, line, condition);
    abort();
}
