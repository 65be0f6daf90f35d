// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "server/gateway/mailbox.h"
#include "server/gateway/pinning.h"
#include "server/store/folder.h"

enum {
    BATCH_SIZE = 256, // jobs in one commit
    POLL_MS = 200,    // between looks for changes by other processes
    RETRY_MS = 5000,  // before an image that could not be loaded is tried again
    // Between looks for pins nobody uses, the first after as long: a clock that is wrong when the machine starts has
    // been set by then, and devices that come have used theirs.
    EXPIRE_EVERY_MS = 3600 * 1000,
};

struct worker {
    pthread_t thread;
    void (*wake_loop)(void); // tells the broker's thread that outcomes are there
    struct db *db;
    int lock; // of the data folder, -1: none
    char data[FOLDER_PATH_SIZE];
    int64_t change_number;
    struct catalog *latest; // the last one built, whoever holds it
    bool wants_reload;
    bool is_orphaned;   // the database's file is not the one that was opened; said once
    int64_t loaded_ms;  // when it was built, monotonic
    int64_t expired_ms; // when old pins were last removed, likewise
    struct job batch[BATCH_SIZE];
    enum status outcome[BATCH_SIZE];
    struct mailbox mailbox;
};

static int64_t monotonic_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void report(struct worker *self, const char *text)
{
    struct result result = {.is_log = true};

    (void)snprintf(result.text, sizeof result.text, "%s", text);
    size_t size = strlen(result.text);
    if (size > 0 && result.text[size - 1] == '\n') {
        result.text[size - 1] = '\0';
    }
    mailbox_report(&self->mailbox, &result);
}

// --- jobs

// A pin of an image that the latest catalog does not hold yet asks for another one.
static enum status run(struct worker *self, const struct job *job)
{
    bool is_pin = job->kind == JOB_PIN || job->kind == JOB_REMEMBER;

    self->wants_reload |= is_pin && job->pin.image_id != DB_NONE &&
                          catalog_image(self->latest, job->pin.image_id) == NULL;
    return job_store(self->db, job);
}

static void report_pins(struct worker *self, size_t count, bool is_committed)
{
    bool any = false;

    for (size_t i = 0; i < count; i++) {
        struct result result = {.device_id = self->batch[i].device_id,
                                .is_stored = is_committed && self->outcome[i] == STATUS_OK};
        if (self->batch[i].kind == JOB_PIN) {
            mailbox_report(&self->mailbox, &result);
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

// --- pins nobody uses

static void expire_pins(struct worker *self)
{
    struct timespec day;
    int removed;

    if (monotonic_ms() - self->expired_ms < EXPIRE_EVERY_MS) {
        return;
    }
    self->expired_ms = monotonic_ms();
    (void)clock_gettime(CLOCK_REALTIME, &day);
    if (db_pin_expire(self->db, (int64_t)day.tv_sec * 1000 - PINNING_KEPT_MS - EXPIRE_EVERY_MS,
                      &removed) != STATUS_OK) {
        report(self, db_error_text(self->db));
    }
    self->wants_reload |= removed > 0;
}

// --- catalogs

static bool has_changed(struct worker *self)
{
    int64_t number = self->change_number;
    bool is_due = self->latest->is_incomplete && monotonic_ms() - self->loaded_ms >= RETRY_MS;

    if (db_change_number(self->db, &number) != STATUS_OK) {
        report(self, db_error_text(self->db));
    }
    if (!self->is_orphaned && db_is_replaced(self->db)) {
        self->is_orphaned = true;
        report(self, "nbota.db was removed or replaced, what is changed there is not seen: "
                     "start the server again");
    }
    bool changed = number != self->change_number || is_due || self->wants_reload;
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
    self->latest = catalog;
    catalog_free(mailbox_offer(&self->mailbox, catalog));
}

static void free_retired(struct worker *self)
{
    struct catalog *retired = mailbox_take_retired(&self->mailbox);

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
        count = mailbox_take_jobs(&self->mailbox, self->batch, BATCH_SIZE, POLL_MS, &stopping);
        if (count > 0) {
            run_batch(self, count);
        }
        free_retired(self);
        expire_pins(self);
        if (!stopping && has_changed(self)) {
            reload(self);
        }
    } while (!stopping || count > 0);
    return NULL;
}

// --- the broker's thread

static void close_all(struct worker *self)
{
    db_close(self->db);
    if (self->lock >= 0) {
        (void)close(self->lock);
    }
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
    if (db_open(&self->db, self->data, DB_GUEST) != STATUS_OK) {
        fmt_add(error, "%s", db_error_text(self->db));
        return false;
    }
    if (folder_lock(self->data, &self->lock, error) != STATUS_OK) {
        return false;
    }
    enum status status = db_change_number(self->db, &self->change_number);
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
    self->lock = -1;
    self->expired_ms = monotonic_ms();
    (void)snprintf(self->data, sizeof self->data, "%s", data);
    mailbox_init(&self->mailbox);
    if (!open_all(self, error) || !begin_thread(self)) {
        catalog_free(self->latest);
        close_all(self);
        free(self);
        return NULL;
    }
    *first = self->latest;
    return self;
}

void worker_stop(struct worker *self, struct catalog *current)
{
    mailbox_stop(&self->mailbox);
    (void)pthread_join(self->thread, NULL);
    free_retired(self);
    catalog_free(mailbox_take_catalog(&self->mailbox));
    catalog_free(current);
    close_all(self);
    mailbox_deinit(&self->mailbox);
    free(self);
}

bool worker_submit(struct worker *self, const struct job *job)
{
    return mailbox_post(&self->mailbox, job);
}

bool worker_result(struct worker *self, struct result *result)
{
    return mailbox_take_result(&self->mailbox, result);
}

struct catalog *worker_newer(struct worker *self)
{
    return mailbox_take_catalog(&self->mailbox);
}

void worker_retire(struct worker *self, struct catalog *old)
{
    mailbox_retire(&self->mailbox, old);
}
