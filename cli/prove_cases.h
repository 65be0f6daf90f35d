// SPDX-License-Identifier: Apache-2.0
// Which cases of a tape are played.
#ifndef NBOTA_CLI_PROVE_CASES_H
#define NBOTA_CLI_PROVE_CASES_H

#include <stddef.h>
#include <stdint.h>

#include "cli/prove_choice.h"
#include "vnode/prove/case.h"

struct prove_cases {
    struct prove_case *list; // heap
    size_t count;
    size_t equal; // left out, because their state is that of a case on the list
};

// The chosen operations, torn and not; "after" one is "before" the next, so it is on the list for the last of the tape
// alone, and a state that was there before is not on it again. STATUS_TOO_BIG without memory or without an operation.
enum status prove_cases_single(struct prove_cases *self, const struct prove_tape *tape,
                               const struct prove_choice *choice);
// `count` cases with two cuts, drawn from `seed`: the first at a chosen operation, the second in what is left to do.
// STATUS_TOO_BIG likewise.
enum status prove_cases_double(struct prove_cases *self, const struct prove_tape *tape,
                               const struct prove_choice *choice, uint32_t count, uint64_t seed);
void prove_cases_release(struct prove_cases *self);

#endif
