// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/reset_cause.h"

#include "node/port/reset_cause.h"

static bool blamed;

void fake_reset_cause_blame(bool blame)
{
    blamed = blame;
}

bool reset_cause_blames_application(void)
{
    return blamed;
}
