// SPDX-License-Identifier: Apache-2.0
// The steps of an update that need no waiting: NOR work and records.
#ifndef NBOTA_NODE_APP_OTA_STEPS_H
#define NBOTA_NODE_APP_OTA_STEPS_H

#include <stdbool.h>

#include "node/core/session.h"

// Carries out what the session has decided, when it is one of these steps: then true, and what became of it stands in
// `outcome`; a map that was read goes into session->stored. False for every other action. Blocks for the NOR and the
// EEPROM, an erase for seconds, and feeds the watchdog meanwhile (node/app/storage.h).
bool ota_step(struct session *session, enum session_action_kind kind,
              enum session_event_kind *outcome);

#endif
