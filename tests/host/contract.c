// SPDX-License-Identifier: Apache-2.0
// What a broken contract does in a test program: it says where and aborts.
#include <stdio.h>
#include <stdlib.h>

#include "base/contract.h"

void contract_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: contract broken: %s\n", file, line, condition);
    abort();
}
