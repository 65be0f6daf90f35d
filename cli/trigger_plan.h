// SPDX-License-Identifier: Apache-2.0
// When to send the trigger. A node hears only while its data session is open: nbota's own from before its uplink,
// shipped nodes from a moment after it, both for AT+RXDL and the session's own time. So the trigger leaves at once
// with every uplink and is repeated, first quickly, then every second. A node that has it already ignores the others.
#ifndef NBOTA_CLI_TRIGGER_PLAN_H
#define NBOTA_CLI_TRIGGER_PLAN_H

#include <stdbool.h>
#include <stdint.h>

enum {
    // AT+RXDL is at most 65,535 ms (docs/protocol.md), and some for the session.
    TRIGGER_WINDOW_MS = 70000,
};

// Times are ms on a clock that never goes back.
struct trigger_plan {
    bool is_open;       // an uplink was heard, the window has not passed
    int64_t uplink_ms;  // of the last uplink
    int64_t due_ms;     // of the next trigger
    unsigned in_window; // triggers sent since the uplink
    unsigned uplinks;   // heard in all
    unsigned sent;      // triggers in all
};

// The node was heard.
void trigger_plan_uplink(struct trigger_plan *self, int64_t now_ms);
// Whether a trigger must leave now; counts it as sent.
bool trigger_plan_take(struct trigger_plan *self, int64_t now_ms);
// How long nothing is due, at most `limit_ms`.
int trigger_plan_wait_ms(const struct trigger_plan *self, int64_t now_ms, int limit_ms);

#endif
