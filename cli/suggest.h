// SPDX-License-Identifier: Apache-2.0
// The nearest of some names to a mistyped word, or none when they all are far.
#ifndef NBOTA_CLI_SUGGEST_H
#define NBOTA_CLI_SUGGEST_H

struct suggestion {
    const char *word;  // as typed
    const char *best;  // private: nearest name so far
    unsigned distance; // private: its distance
};

// Weighs `name`, which must outlive the struct.
void suggestion_offer(struct suggestion *self, const char *name);
// The nearest name; NULL when none is near enough to be meant.
const char *suggestion_get(const struct suggestion *self);

#endif
