// SPDX-License-Identifier: Apache-2.0
// Whether an edge at an interrupt input is one: what the level is once the contact is quiet decides, so a contact that
// bounces when it opens is no second event. Pulses shorter than TRIGGER_SETTLE_MS are bounces.
#ifndef NBOTA_NODE_CORE_TRIGGER_H
#define NBOTA_NODE_CORE_TRIGGER_H

#include <stdbool.h>
#include <stdint.h>

enum { TRIGGER_SETTLE_MS = 20 };

// As AT+INTMOD has them.
enum trigger_sense { TRIGGER_OFF, TRIGGER_BOTH, TRIGGER_FALLING, TRIGGER_RISING };

// Private but for `level`, the one that fired last.
struct trigger {
    enum trigger_sense sense;
    bool level;
    bool waits;
    uint32_t edge_ms;
};

// `high` is the level now.
void trigger_init(struct trigger *self, enum trigger_sense sense, bool high);
// `edge`: one came since the last call. True when it counts.
bool trigger_step(struct trigger *self, uint32_t now_ms, bool edge, bool high);
// Until trigger_step() must look again; UINT32_MAX: not before an edge.
uint32_t trigger_next_ms(const struct trigger *self, uint32_t now_ms);

#endif
