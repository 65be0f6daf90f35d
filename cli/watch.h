// SPDX-License-Identifier: Apache-2.0
// What devices do, as it happens: events as lines, downloads as progress. It reads the database the gateway writes.
#ifndef NBOTA_CLI_WATCH_H
#define NBOTA_CLI_WATCH_H

#include <stdint.h>
#include <stdio.h>

#include "cli/database.h"

struct watch; // opaque, on the heap

// Shows on `out` what happens from now on. NULL: out of memory.
struct watch *watch_create(FILE *out, struct database *database);
void watch_destroy(struct watch *self);

// Shows what is new. STATUS_OK also when nothing is; on failure the database says why.
enum status watch_poll(struct watch *self);

// Wipes a progress bar from the terminal, before another line is printed.
void watch_clear(struct watch *self);

#endif
