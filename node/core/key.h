// SPDX-License-Identifier: Apache-2.0
// What a person does at the user key, from levels and times. It asks no clock and no pin. docs/power.md, "Key".
#ifndef NBOTA_NODE_CORE_KEY_H
#define NBOTA_NODE_CORE_KEY_H

#include <stdbool.h>
#include <stdint.h>

enum key_gesture {
    KEY_NOTHING,
    KEY_UPLINK, // held for 1 to 3 s and let go
    KEY_RESET,  // held for 3 s; it may still be
    KEY_SLEEP,  // five presses, each shorter than 1 s and within 1 s of the one before
};

// Private but complete; all zero is a key that nobody has looked at.
struct key {
    bool
        is_armed; // was seen at rest. One that is held when the node starts has just reset it, or is stuck
    bool level;    // pressed, as last seen
    bool pressed;  // the same without bounces
    bool is_spent; // this press has had its gesture
    uint8_t quick; // presses in a row
    uint32_t level_ms;
    uint32_t pressed_ms;
    uint32_t released_ms;
};

// Call it after each edge and whenever key_next_ms() says; `pressed` is the level now.
enum key_gesture key_step(struct key *self, uint32_t now_ms, bool pressed);
// Until key_step() must look again without an edge; UINT32_MAX: not before one.
uint32_t key_next_ms(const struct key *self, uint32_t now_ms);

#endif
