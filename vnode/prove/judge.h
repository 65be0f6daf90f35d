// SPDX-License-Identifier: Apache-2.0
// What has to be true of a node that has come to rest behind a power cut. One function an invariant; `why` says which one does
// not hold. PROVE_WHY_SIZE bytes.
#ifndef NBOTA_VNODE_PROVE_JUDGE_H
#define NBOTA_VNODE_PROVE_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/prove/base.h"

struct prove_question {
    const struct prove_base *base;
    struct prove_bench *bench;
    uint32_t reports_before; // that the data server had heard before the cut
    uint32_t answers_before; // that the console had given before the cut
    uint32_t cuts;
    char *why;
};

// Whether the node has done what the scenario asks for; when not, more time may help.
bool prove_judge_is_finished(const struct prove_question *question);
// Whether a person has to ask once more: nothing was begun, the NOR is as before the scenario; or the scenario is one in
// which a person sees to it.
bool prove_judge_wants_trigger(const struct prove_question *question);
// All invariants. Types on the console.
bool prove_judge(const struct prove_question *question);

// For reports: the invariants as sentences, NULL behind the last.
const char *prove_judge_invariant(unsigned index);

#endif
