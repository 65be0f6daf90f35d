// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/second.h"

static uint32_t draw(const struct prove_pool *pool, size_t index, unsigned try)
{
    uint64_t mix = prove_state_mix(pool->base->setup->seed, (uint64_t)index << 8 | try);

    return (uint32_t)(mix >> 32);
}

// The next one to try behind a run that has shown how many operations its recovery has. Of another case the first cut alone
// is taken: that case is played itself.
static struct prove_case redraw(const struct prove_pool *pool, size_t index, unsigned try,
                                const struct prove_result *result)
{
    const struct prove_case *other = &pool->cases[(index + try) % pool->count];
    struct prove_case next = result->which;
    uint32_t recovery = result->recovery;

    if (recovery == 0) {
        next.operation = other->operation;
        next.way = other->way;
        recovery = (uint32_t)pool->base->tape.count; // a guess, which is drawn again if need be
    }
    next.second = 1 + draw(pool, index, try) % recovery;
    return next;
}

void prove_second_run(const struct prove_pool *pool, size_t index, struct prove_result *result)
{
    struct prove_case which = pool->cases[index];
    uint64_t processor_ns = 0, instructions = 0;

    for (unsigned try = 1; try <= PROVE_TRIES; try++) {
        prove_case_run(pool->base, &which, pool->known, NULL, result);
        processor_ns += result->processor_ns;
        instructions += result->instructions;
        if (which.second == 0 || result->second_came || result->failed) {
            break;
        }
        which = redraw(pool, index, try, result);
    }
    result->processor_ns = processor_ns;
    result->instructions = instructions;
}
