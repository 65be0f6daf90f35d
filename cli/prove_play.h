// SPDX-License-Identifier: Apache-2.0
// One scenario of a proof: recorded, its cases played, its report printed; or one case of it to look at.
#ifndef NBOTA_CLI_PROVE_PLAY_H
#define NBOTA_CLI_PROVE_PLAY_H

#include "cli/prove_options.h"
#include "cli/prove_total.h"
#include "vnode/prove/bench.h"

// `coverage` collects of all runs, NULL = nobody asks. Adds to `total`. Returns enum exit_code.
int prove_play(const struct prove_options *options, const struct prove_task *task,
               struct coverage *coverage, struct prove_total *total);

#endif
