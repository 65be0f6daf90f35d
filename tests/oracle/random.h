// SPDX-License-Identifier: Apache-2.0
// Repeatable random numbers (SplitMix64, Steele et al. 2014).
#ifndef NBOTA_TESTS_ORACLE_RANDOM_H
#define NBOTA_TESTS_ORACLE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint32_t random_word(struct random *self)
{
    uint64_t z = self->state += 0x9E3779B97F4A7C15U;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return (uint32_t)((z ^ z >> 31) >> 16);
}

// 0..limit-1
static inline uint32_t random_below(struct random *self, uint32_t limit)
{
    return (uint32_t)((uint64_t)random_word(self) * limit >> 32);
}

#endif
