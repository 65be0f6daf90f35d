// SPDX-License-Identifier: Apache-2.0
// Many cases on several processors: workers that are forked, so that each has the base run and its own board.
#ifndef NBOTA_VNODE_PROVE_POOL_H
#define NBOTA_VNODE_PROVE_POOL_H

#include <stddef.h>

#include "base/status.h"
#include "vnode/prove/case.h"

enum { PROVE_WORKERS_MAX = 64 };

struct prove_pool {
    const struct prove_base *base;
    const struct prove_case *cases;
    size_t count;
    struct prove_known *known; // may be NULL
    unsigned workers;          // 1..PROVE_WORKERS_MAX
    // Each result as it comes, in any order, of the case that was played (second.h); false ends the pool early.
    bool (*on_result)(void *context, const struct prove_result *result);
    // Called in each worker before it leaves; may be NULL.
    void (*on_leave)(void *context);
    void *context;
};

// Blocks until all are through. A case whose worker died is handed over as failed. STATUS_IO: the system gives no
// processes; STATUS_REFUSED: on_result() did not want more, or a signal came.
enum status prove_pool_run(const struct prove_pool *self);

#endif
