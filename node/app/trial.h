// SPDX-License-Identifier: Apache-2.0
// A new application on trial: the bootloader has started it and would bring the one of before back. Here the evidence is
// gathered (node/core/trial.h judges it) and the verdict carried out.
#ifndef NBOTA_NODE_APP_TRIAL_H
#define NBOTA_NODE_APP_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

// At start, before the settings are adopted: those of another product are known as such for the last time.
// `settings_readable`: the journal could be opened. An application that was given up and still starts, because the
// bootloader could not read the backup, is on trial as before.
void trial_begin(bool settings_readable);
// Until it is confirmed. No update begins meanwhile: its install would put this application in the backup's place.
bool trial_is_on(void);
// The modem was found awake and attached.
void trial_note_attached(void);
// A session has begun to look for the network.
void trial_note_sought(uint32_t now_ms);
// Carries the verdict out when there is one; may reset. Call it in every turn of the loop.
void trial_run(uint32_t now_ms);

// Whether the network is still to be found and no session looks for it: without a data server none does. Once in each
// uplink period.
bool trial_wants_attach(uint32_t now_ms);

#endif
