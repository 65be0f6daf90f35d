// SPDX-License-Identifier: Apache-2.0
// Times for people.
#ifndef NBOTA_CLI_WHEN_H
#define NBOTA_CLI_WHEN_H

#include <stdint.h>

enum { WHEN_SIZE = 32 };

// "never", "just now", "40 s ago", "12 min ago", "5 h ago", "9 days ago"; both in ms since 1970.
void when_ago(int64_t time_ms, int64_t now_ms, char text[WHEN_SIZE]);
// "2026-11-24 23:40:12" in local time.
void when_date(int64_t time_ms, char text[WHEN_SIZE]);

#endif
