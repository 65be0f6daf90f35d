// SPDX-License-Identifier: Apache-2.0
// The clock, the watchdog and the sleep of a node whose time is the test's.
#ifndef NBOTA_TESTS_FAKE_TIME_H
#define NBOTA_TESTS_FAKE_TIME_H

#include <setjmp.h>
#include <stdint.h>

void fake_time_set(uint32_t now_ms);
void fake_time_pass(uint32_t duration_ms);
unsigned fake_watchdog_feeds(void);
// A sleep that ends `period_ms` behind the last feed jumps to `reset` instead of ending; NULL: the watchdog never bites.
void fake_watchdog_arm(jmp_buf *reset, uint32_t period_ms);

#endif
