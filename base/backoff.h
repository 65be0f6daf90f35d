// SPDX-License-Identifier: Apache-2.0
// Waiting times between retries. Randomness is an argument, so that a fleet with one cause does not
// return in one wave, and a test gets the same times again.
#ifndef NBOTA_BASE_BACKOFF_H
#define NBOTA_BASE_BACKOFF_H

#include <stdint.h>

// The wait in ms before retry `attempt` (0 = first): 5 s, 15 s, 45 s, then 45 s again, ± 25 % by `seed`.
uint32_t backoff_ms(unsigned attempt, uint32_t seed);

#endif
