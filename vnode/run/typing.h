// SPDX-License-Identifier: Apache-2.0
// Hands on the console's keys: characters that wait for their turn at the line's rate.
#ifndef NBOTA_VNODE_RUN_TYPING_H
#define NBOTA_VNODE_RUN_TYPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TYPING_BAUD = 9600, // docs/protocol.md, "Line"
    TYPING_MAX = 4096,  // characters that may wait
};

struct typing {
    uint8_t bytes[TYPING_MAX];
    size_t head, size;
    uint64_t next_ns; // when the next character is complete, UINT64_MAX = none waits
};

// Also for a board that loses its power: what was being typed is gone.
void typing_clear(struct typing *self);
// All of it, or nothing when there is no room: false.
bool typing_add(struct typing *self, const void *bytes, size_t size, uint64_t now_ns);
// Takes a character that is complete by `now_ns`.
bool typing_take(struct typing *self, uint64_t now_ns, uint8_t *byte);
// Whether a receiver set to `baud` reads these characters.
bool typing_fits(uint32_t baud);

#endif
