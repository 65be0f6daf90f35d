// SPDX-License-Identifier: Apache-2.0
// Moments from which a run is known to have ended well, by their hashes. Workers that were forked after it was made share
// it. A moment is a restart of the processor, or the bootloader's jump into the application: everything that decides what
// comes next is what the node keeps without power, and why it started. RAM is made anew there but for the log and the
// counters that both binaries keep for people.
#ifndef NBOTA_VNODE_PROVE_KNOWN_H
#define NBOTA_VNODE_PROVE_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct prove_known; // in memory that forked processes share

// NULL without memory.
struct prove_known *prove_known_create(void);
void prove_known_destroy(struct prove_known *self);
bool prove_known_has(const struct prove_known *self, uint64_t moment);
// Forgets silently when it is full.
void prove_known_add(struct prove_known *self, uint64_t moment);

#endif
