// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "server/store/folder.h"

enum {
    QUEUE_SIZE = 4096,
    QUEUE_RESERVE = QUEUE_SIZE / 4, // only for pins: a download must not wait for statistics
    BATCH_SIZE = 256,               // jobs in one commit
    RESULT_SIZE = 1024,
    POLL_MS = 200,   // between looks for changes by other processes
    RETRY_MS = 5000, // before an image that could not be loaded is tried again
};

struct worker {
    pthread_t thread;
    void (*wake_loop)(void); // tells the broker's thread that outcomes are there
    struct db *db;
    char data[FOLDER_PATH_SIZE];
    int64_t change_number;
    struct catalog *latest; // the last one built, whoever holds it
    bool wants_reload;
    int64_t loaded_ms;
    struct job batch[BATCH_SIZE];
    enum status outcome[BATCH_SIZE];

    pthread_mutex_t lock; // of all below
    pthread_cond_t wake;
    struct job jobs[QUEUE_SIZE];
    size_t job_head;
    size_t job_count;
    struct result results[RESULT_SIZE];
    size_t result_head;
    size_t result_count;
    struct catalog *ready;   // not yet taken
    struct catalog *retired; // to be freed
    bool is_stopping;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void push_result(struct worker *self, const struct result *result)
{
    (void)pthread_mutex_lock(&self->lock);
    if (self->result_count < RESULT_SIZE) { // take_batch leaves room for the pins' outcomes
        self->results[(self->result_head + self->result_count++) % RESULT_SIZE] = *result;
    }
    (void)pthread_mutex_unlock(&self->lock);
}

static void report(struct worker *self, const char *text)
{
    struct result result = {.is_log = true};

    (void)snprintf(result.text, sizeof result.text, "%s", text);
    size_t size = strlen(result.text);
    if (size > 0 && result.text[size - 1] == '\n') {
        result.text[size - 1] = '\0';
    }
    push_result(self, &result);
}

// --- jobs

static enum status store_report(struct worker *self, const struct job *job)
{
    const struct telemetry *said = &job->report;
    struct db_report row = {
        .title = said->has_title ? said->title : NULL,
        .version = said->has_version ? said->version : NULL,
        .state = said->has_state ? said->state : NULL,
        .error = said->has_error ? said->error : NULL,
    };

    return db_device_report(self->db, job->device_id, job->now_ms, &row);
}

static enum status store_event(struct worker *self, const struct job *job)
{
    struct db_event event = {.time_ms = job->now_ms, .device_id = job->device_id};

    memcpy(event.what, job->what, sizeof event.what);
    return db_event_add(self->db, &event);
}

static enum status store_pin(struct worker *self, const struct job *job)
{
    bool held = job->pin.image_id == DB_NONE || catalog_image(self->latest, job->pin.image_id);

    self->wants_reload |= !held;
    return db_pin_put(self->db, &job->pin);
}

static enum status run(struct worker *self, const struct job *job)
{
    switch (job->kind) {
    case JOB_PIN:
    case JOB_REMEMBER:
        return store_pin(self, job);
    case JOB_COUNT:
        return db_device_count(self->db, job->device_id, job->now_ms, &job->counters);
    case JOB_REPORT:
        return store_report(self, job);
    case JOB_EVENT:
        return store_event(self, job);
    }
    return STATUS_INVALID;
}

static void report_pins(struct worker *self, size_t count, bool is_committed)
{
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        struct result result = {.device_id = self->batch[i].device_id,
                                .is_stored = is_committed && self->outcome[i] == STATUS_OK};
        if (self->batch[i].kind == JOB_PIN) {
            push_result(self, &result);
            any = true;
        }
    }
    if (any) {
        self->wake_loop();
    }
}

// A job of a device that was removed meanwhile fails alone (foreign key); the others are kept.
static void run_batch(struct worker *self, size_t count)
{
    enum status status = db_begin(self->db);

    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        self->outcome[i] = run(self, &self->batch[i]);
    }
    if (status == STATUS_OK) {
        status = db_commit(self->db);
    }
    if (status != STATUS_OK) {
        report(self, db_error_text(self->db));
        db_rollback(self->db);
    }
    report_pins(self, count, status == STATUS_OK);
}

// Waits up to POLL_MS for jobs; takes no more than there is room for outcomes.
static size_t take_batch(struct worker *self, bool *stopping)
{
    size_t count = 0;
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += POLL_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&self->lock);
    if (self->job_count == 0 && !self->is_stopping) {
        (void)pthread_cond_timedwait(&self->wake, &self->lock, &until);
    }
    *stopping = self->is_stopping;
    if (self->is_stopping) {
        self->result_count =
            0; // nobody waits for outcomes any more; the jobs are done all the same
    }
    size_t room = RESULT_SIZE - self->result_count;
    while (count < BATCH_SIZE && count + 1 < room && self->job_count > 0) {
        self->batch[count++] = self->jobs[self->job_head];
        self->job_head = (self->job_head + 1) % QUEUE_SIZE;
        self->job_count--;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return count;
}

// --- catalogs

static bool has_changed(struct worker *self)
{
    int64_t number = self->change_number;
    bool due = self->latest->is_incomplete && monotonic_ms() - self->loaded_ms >= RETRY_MS;

    if (db_change_number(self->db, &number) != STATUS_OK) {
        report(self, db_error_text(self->db));
    }
    bool changed = number != self->change_number || due || self->wants_reload;
    self->change_number = number;
    self->wants_reload = false;
    return changed;
}

static struct catalog *build(struct worker *self, struct fmt *problems)
{
    struct catalog *catalog = catalog_load(self->db, self->data, self->latest, problems);

    self->loaded_ms = monotonic_ms();
    return catalog;
}

static void reload(struct worker *self)
{
    char text[sizeof((struct result *)NULL)->text];
    struct fmt problems;

    fmt_init(&problems, text, sizeof text);
    struct catalog *catalog = build(self, &problems);
    if (problems.length > 0) {
        report(self, text);
    }
    if (catalog == NULL) {
        self->wants_reload = true;
        return;
    }
    (void)pthread_mutex_lock(&self->lock);
    struct catalog *untaken = self->ready;
    self->ready = catalog;
    (void)pthread_mutex_unlock(&self->lock);
    self->latest = catalog;
    catalog_free(untaken);
}

static void free_retired(struct worker *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct catalog *retired = self->retired;
    self->retired = NULL;
    (void)pthread_mutex_unlock(&self->lock);
    while (retired != NULL) {
        struct catalog *next = retired->next;
        catalog_free(retired);
        retired = next;
    }
}

static void *work(void *context)
{
    struct worker *self = context;
    bool stopping = false;
    size_t count;

    do {
        count = take_batch(self, &stopping);
        if (count > 0) {
            run_batch(self, count);
        }
        free_retired(self);
        if (!stopping && has_changed(self)) {
            reload(self);
        }
    } while (!stopping || count > 0);
    return NULL;
}

// --- the broker's side

static void init_lock(struct worker *self)
{
    pthread_condattr_t clock;

    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&self->wake, &clock);
    (void)pthread_condattr_destroy(&clock);
    (void)pthread_mutex_init(&self->lock, NULL);
}

static bool begin_thread(struct worker *self)
{
    sigset_t all;
    sigset_t before;

    // Signals belong to the broker's own thread.
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool begun = pthread_create(&self->thread, NULL, work, self) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}

static bool open_all(struct worker *self, struct fmt *error)
{
    enum status status = db_open(&self->db, self->data, DB_GUEST);

    if (status == STATUS_OK) {
        status = db_change_number(self->db, &self->change_number);
    }
    if (status != STATUS_OK) {
        fmt_add(error, "%s", db_error_text(self->db));
        return false;
    }
    self->latest = build(self, error);
    return self->latest != NULL;
}

struct worker *worker_start(const char *data, void (*wake)(void), struct catalog **first,
                            struct fmt *error)
{
    struct worker *self = calloc(1, sizeof *self);

    if (self == NULL) {
        fmt_add(error, "out of memory");
        return NULL;
    }
    self->wake_loop = wake;
    (void)snprintf(self->data, sizeof self->data, "%s", data);
    init_lock(self);
    if (!open_all(self, error) || !begin_thread(self)) {
        catalog_free(self->latest);
        db_close(self->db);
        free(self);
        return NULL;
    }
    *first = self->latest;
    return self;
}

void worker_stop(struct worker *self, struct catalog *current)
{
    (void)pthread_mutex_lock(&self->lock);
    self->is_stopping = true;
    (void)pthread_cond_signal(&self->wake);
    (void)pthread_mutex_unlock(&self->lock);
    (void)pthread_join(self->thread, NULL);
    free_retired(self);
    if (self->ready != current) {
        catalog_free(self->ready);
    }
    catalog_free(current);
    db_close(self->db);
    (void)pthread_cond_destroy(&self->wake);
    (void)pthread_mutex_destroy(&self->lock);
    free(self);
}

bool worker_submit(struct worker *self, const struct job *job)
{
    (void)pthread_mutex_lock(&self->lock);
    size_t limit = job->kind == JOB_PIN ? QUEUE_SIZE : QUEUE_SIZE - QUEUE_RESERVE;
    bool taken = self->job_count < limit;
    if (taken) {
        self->jobs[(self->job_head + self->job_count++) % QUEUE_SIZE] = *job;
        (void)pthread_cond_signal(&self->wake);
    }
    (void)pthread_mutex_unlock(&self->lock);
    return taken;
}

bool worker_result(struct worker *self, struct result *result)
{
    (void)pthread_mutex_lock(&self->lock);
    bool found = self->result_count > 0;
    if (found) {
        *result = self->results[self->result_head];
        self->result_head = (self->result_head + 1) % RESULT_SIZE;
        self->result_count--;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return found;
}

struct catalog *worker_newer(struct worker *self)
{
    (void)pthread_mutex_lock(&self->lock);
    struct catalog *newer = self->ready;
    self->ready = NULL;
    (void)pthread_mutex_unlock(&self->lock);
    return newer;
}

void worker_retire(struct worker *self, struct catalog *old)
{
    (void)pthread_mutex_lock(&self->lock);
    old->next = self->retired;
    self->retired = old;
    (void)pthread_mutex_unlock(&self->lock);
}
