// SPDX-License-Identifier: Apache-2.0
// What each state of an install means to the bootloader.
#ifndef NBOTA_NODE_BOOT_STATE_H
#define NBOTA_NODE_BOOT_STATE_H

#include <stdbool.h>

#include "node/store/record.h"

enum state_duty {
    DUTY_NONE,
    DUTY_BEGIN,   // verify, back up, copy
    DUTY_COPY,    // go on with the copy
    DUTY_COUNT,   // count the start, go back after too many
    DUTY_GO_BACK, // …at once
};

struct state_meaning {
    enum state_duty duty;
    bool is_half; // the slot holds half an application: nothing may be started
};

// A state that a newer application brought asks for nothing.
struct state_meaning state_meaning_of(enum install_state state);

// Begins `change` with a state in which neither a copy nor a trial is under way: progress, count and backup are gone.
void state_put_end(struct record_change *change, struct install_record *record,
                   enum install_state state);

#endif
