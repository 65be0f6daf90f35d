// SPDX-License-Identifier: Apache-2.0
// A board with power whose program is an endless loop.
#ifndef NBOTA_TESTS_UNIT_RUN_IDLE_BOARD_H
#define NBOTA_TESTS_UNIT_RUN_IDLE_BOARD_H

#include "vnode/run/board.h"

// With `module` (NULL = BC660K-GL) and `flash` (a fitting's name, NULL = 4 MB); the caller destroys it.
struct board *idle_board(const char *module, const char *flash);

#endif
