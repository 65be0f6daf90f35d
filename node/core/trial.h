// SPDX-License-Identifier: Apache-2.0
// Whether a new application may stay (docs/protocol.md, "Success"): it confirms itself when what the next update needs has
// worked once. A server that is dead never undoes an image; a network that is never found does. A flash chip that is silent
// holds what would come back: it is waited for, and so is an EEPROM that does not take the verdict.
#ifndef NBOTA_NODE_CORE_TRIAL_H
#define NBOTA_NODE_CORE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TRIAL_PERIODS = 12,       // uplink periods without a verdict,
    TRIAL_AT_LEAST_S = 86400, // …and as long at least: then it should have come
};

enum trial_verdict { TRIAL_WAITS, TRIAL_CONFIRMED, TRIAL_GIVEN_UP };

struct trial_evidence {
    bool
        other_product; // the settings of before were another product's, the network's among them: no attach is asked for
    bool settings_readable;
    bool nor_answers;
    bool modem_answers;
    bool attached; // once since the reset
    uint32_t since_reset_s;
    uint32_t period_s; // of uplinks
};

enum trial_verdict trial_judge(const struct trial_evidence *evidence);
// Without network the old application is asked for then; whatever else is missing should be reported.
bool trial_is_overdue(const struct trial_evidence *evidence);

#endif
