// SPDX-License-Identifier: Apache-2.0
// Why the node started.
#ifndef NBOTA_TESTS_FAKE_RESET_CAUSE_H
#define NBOTA_TESTS_FAKE_RESET_CAUSE_H

#include <stdbool.h>

// Behind a watchdog's reset or the like; false, as it is to begin with: behind a power-on.
void fake_reset_cause_blame(bool blame);

#endif
