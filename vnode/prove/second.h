// SPDX-License-Identifier: Apache-2.0
// Cases with two cuts. Nobody knows how many operations a recovery has before it was played, so a second cut that was drawn
// may lie behind its end. Then it is drawn again, by what that run has shown, until it comes.
#ifndef NBOTA_VNODE_PROVE_SECOND_H
#define NBOTA_VNODE_PROVE_SECOND_H

#include "vnode/prove/pool.h"

// Plays the pool's case `index`. When it is in order and has a second cut that has not come, it is played again with one that
// lies inside of the recovery; behind a recovery without any operation, with the first cut of another case on the list.
// `result->which` is what was played last, and always the same for the same list and setup. `result->second_came` is
// false when PROVE_TRIES were in vain.
void prove_second_run(const struct prove_pool *pool, size_t index, struct prove_result *result);

enum { PROVE_TRIES = 40 };

#endif
