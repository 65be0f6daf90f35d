// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/mailbox.h"

#include <time.h>

static void lock(struct mailbox *self)
{
    (void)pthread_mutex_lock(&self->lock);
}

static void unlock(struct mailbox *self)
{
    (void)pthread_mutex_unlock(&self->lock);
}

void mailbox_init(struct mailbox *self)
{
    pthread_condattr_t clock;

    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->wake, &clock);
    (void)pthread_condattr_destroy(&clock);
    (void)pthread_mutex_init(&self->lock, NULL);
}

void mailbox_deinit(struct mailbox *self)
{
    (void)pthread_cond_destroy(&self->wake);
    (void)pthread_mutex_destroy(&self->lock);
}

bool mailbox_post(struct mailbox *self, const struct job *job)
{
    size_t limit = job->kind == JOB_PIN ? MAILBOX_JOBS : MAILBOX_JOBS - MAILBOX_PIN_RESERVE;

    lock(self);
    bool taken = self->job_count < limit;
    if (taken) {
        self->jobs[(self->job_head + self->job_count++) % MAILBOX_JOBS] = *job;
        (void)pthread_cond_signal(&self->wake);
    }
    unlock(self);
    return taken;
}

bool mailbox_take_result(struct mailbox *self, struct result *result)
{
    lock(self);
    bool found = self->result_count > 0;
    if (found) {
        *result = self->results[self->result_head];
        self->result_head = (self->result_head + 1) % MAILBOX_RESULTS;
        self->result_count--;
    }
    unlock(self);
    return found;
}

struct catalog *mailbox_take_catalog(struct mailbox *self)
{
    lock(self);
    struct catalog *newer = self->ready;
    self->ready = NULL;
    unlock(self);
    return newer;
}

void mailbox_retire(struct mailbox *self, struct catalog *old)
{
    lock(self);
    old->next = self->retired;
    self->retired = old;
    unlock(self);
}

void mailbox_stop(struct mailbox *self)
{
    lock(self);
    self->is_stopping = true;
    (void)pthread_cond_signal(&self->wake);
    unlock(self);
}

static struct timespec time_in(long ms)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ms * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    return until;
}

size_t mailbox_take_jobs(struct mailbox *self, struct job *jobs, size_t capacity, long wait_ms,
                         bool *stopping)
{
    size_t count = 0;
    struct timespec until = time_in(wait_ms);

    lock(self);
    if (self->job_count == 0 && !self->is_stopping) {
        (void)pthread_cond_timedwait(&self->wake, &self->lock, &until);
    }
    *stopping = self->is_stopping;
    if (self->is_stopping) {
        self->result_count = 0;
    }
    size_t room = MAILBOX_RESULTS - self->result_count;
    while (count < capacity && count + 1 < room && self->job_count > 0) {
        jobs[count++] = self->jobs[self->job_head];
        self->job_head = (self->job_head + 1) % MAILBOX_JOBS;
        self->job_count--;
    }
    unlock(self);
    return count;
}

void mailbox_report(struct mailbox *self, const struct result *result)
{
    lock(self);
    if (self->result_count < MAILBOX_RESULTS) {
        self->results[(self->result_head + self->result_count++) % MAILBOX_RESULTS] = *result;
    }
    unlock(self);
}

struct catalog *mailbox_offer(struct mailbox *self, struct catalog *catalog)
{
    lock(self);
    struct catalog *untaken = self->ready;
    self->ready = catalog;
    unlock(self);
    return untaken;
}

struct catalog *mailbox_take_retired(struct mailbox *self)
{
    lock(self);
    struct catalog *retired = self->retired;
    self->retired = NULL;
    unlock(self);
    return retired;
}
