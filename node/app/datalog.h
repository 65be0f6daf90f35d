// SPDX-License-Identifier: Apache-2.0
// The data log: takes rows as AT+CLOCKLOG says, and keeps what could not be sent (node/store/history.h).
#ifndef NBOTA_NODE_APP_DATALOG_H
#define NBOTA_NODE_APP_DATALOG_H

#include "node/app/payload.h"

// Takes the row that is due, if one is; measuring blocks, so call it while no session runs. Returns ms until the next.
uint32_t datalog_run(uint32_t now_ms);
// Keeps a measurement that could not be sent, for the next uplinks.
void datalog_keep_unsent(const struct measurement *measurement);

#endif
