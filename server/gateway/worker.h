// SPDX-License-Identifier: Apache-2.0
// The only thread of the gateway that touches disk and database. It loads catalogs when something changed, and
// carries out the writes that the broker's thread asks for, in order. No call below blocks except start and stop.
#ifndef NBOTA_SERVER_GATEWAY_WORKER_H
#define NBOTA_SERVER_GATEWAY_WORKER_H

#include "base/attr.h"
#include "base/fmt.h"
#include "server/gateway/catalog.h"
#include "server/gateway/job.h"

struct worker; // opaque

// Opens the database as a guest, loads the first catalog (the caller's until retired), begins the thread with all
// signals blocked. It calls `wake` when the outcome of a JOB_PIN is there. NULL: `error` says what is wrong and what to do.
struct worker *worker_start(const char *data, void (*wake)(void), struct catalog **first,
                            struct fmt *error);
// Carries out what was submitted, ends the thread, frees everything with `current`, the catalog in use.
void worker_stop(struct worker *self, struct catalog *current);

// False: the queue is full and nothing was taken. Jobs other than JOB_PIN leave the last quarter to it.
MUST_USE bool worker_submit(struct worker *self, const struct job *job);
// False: nothing to report.
MUST_USE bool worker_result(struct worker *self, struct result *result);
// A newer catalog, the caller's until retired; NULL: there is none.
struct catalog *worker_newer(struct worker *self);
// Gives back a catalog that nothing points into any more.
void worker_retire(struct worker *self, struct catalog *old);

#endif
