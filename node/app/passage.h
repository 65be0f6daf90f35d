// SPDX-License-Identifier: Apache-2.0
// A person's line to the modem, and what the modem says to it: a duty of its own, for at most 2 s.
#ifndef NBOTA_NODE_APP_PASSAGE_H
#define NBOTA_NODE_APP_PASSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

// False when a session or an earlier line has the modem. `line` is borrowed until the passage is over.
bool passage_begin(struct span line);
bool passage_is_running(void);
// Prints what has come; returns ms until it must be called again.
uint32_t passage_run(uint32_t now_ms);

#endif
