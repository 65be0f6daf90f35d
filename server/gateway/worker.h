// SPDX-License-Identifier: Apache-2.0
// The only thread of the gateway that touches disk and database. It loads catalogs when something changed, and
// carries out the writes that the broker's thread asks for, in order. No call below blocks except start and stop.
#ifndef NBOTA_SERVER_GATEWAY_WORKER_H
#define NBOTA_SERVER_GATEWAY_WORKER_H

#include "base/attr.h"
#include "base/fmt.h"
#include "server/gateway/catalog.h"
#include "server/gateway/telemetry.h"

struct worker; // opaque

enum job_kind {
    JOB_PIN,      // store the pin and say when it is on the disk
    JOB_REMEMBER, // store the pin (a chunk size was added), no answer
    JOB_COUNT,    // counters, and how far the device is
    JOB_REPORT,
    JOB_EVENT,
};

struct count {
    struct db_counters counters;
    int64_t image_id; // pinned, DB_NONE without
    uint32_t done;    // of it
    uint32_t total;
};

struct job {
    enum job_kind kind;
    int64_t device_id;
    int64_t now_ms; // of the day
    union {
        struct db_pin pin;
        struct count count;
        struct telemetry report;
        char what[DB_WHAT_MAX + 1];
    };
};

struct result {
    bool is_log;       // else the outcome of a JOB_PIN
    int64_t device_id; // of the pin
    bool is_stored;    // likewise
    char text[512];    // of the log, one or more lines without the last newline
};

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
