// SPDX-License-Identifier: Apache-2.0
// Memory that survives a reset, and the counters in it.
#ifndef NBOTA_TESTS_FAKE_KEPT_H
#define NBOTA_TESTS_FAKE_KEPT_H

// Fills it with what `seed` makes, as a power-on does.
void fake_kept_power_on(unsigned seed);

#endif
