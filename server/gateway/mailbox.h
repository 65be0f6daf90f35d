// SPDX-License-Identifier: Apache-2.0
// What passes between the broker's thread and the worker: jobs one way, results the other, catalogs both ways. All of
// it is bounded, and a lock is held only while something is copied.
#ifndef NBOTA_SERVER_GATEWAY_MAILBOX_H
#define NBOTA_SERVER_GATEWAY_MAILBOX_H

#include <pthread.h>

#include "server/gateway/worker.h"

enum {
    MAILBOX_JOBS = 4096,
    MAILBOX_PIN_RESERVE = MAILBOX_JOBS / 4, // a download must not wait for statistics
    MAILBOX_RESULTS = 1024,
};

struct mailbox {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job jobs[MAILBOX_JOBS];
    size_t job_head;
    size_t job_count;
    struct result results[MAILBOX_RESULTS];
    size_t result_head;
    size_t result_count;
    struct catalog *ready;   // not yet taken by the broker's thread
    struct catalog *retired; // a list, to be freed by the worker
    bool is_stopping;
};

void mailbox_init(struct mailbox *self);
void mailbox_deinit(struct mailbox *self);

// --- the broker's thread

MUST_USE bool mailbox_post(struct mailbox *self, const struct job *job); // false: full
MUST_USE bool mailbox_take_result(struct mailbox *self, struct result *result);
struct catalog *mailbox_take_catalog(struct mailbox *self); // NULL: none
void mailbox_retire(struct mailbox *self, struct catalog *old);
void mailbox_stop(struct mailbox *self);

// --- the worker

// Waits up to `wait_ms` for jobs, takes at most `capacity` and no more than there is room for their results.
// *stopping: mailbox_stop() was called; results go nowhere from then on.
size_t mailbox_take_jobs(struct mailbox *self, struct job *jobs, size_t capacity, long wait_ms,
                         bool *stopping);
// Dropped when there is no room, which only happens to log lines.
void mailbox_report(struct mailbox *self, const struct result *result);
// The catalog that this one replaces before it was taken, the caller's; NULL: none.
struct catalog *mailbox_offer(struct mailbox *self, struct catalog *catalog);
struct catalog *mailbox_take_retired(struct mailbox *self); // a list by `next`

#endif
