// SPDX-License-Identifier: Apache-2.0
// What the broker's thread asks the worker to write, and what comes back.
#ifndef NBOTA_SERVER_GATEWAY_JOB_H
#define NBOTA_SERVER_GATEWAY_JOB_H

#include "base/attr.h"
#include "base/status.h"
#include "server/db/db.h"
#include "server/gateway/telemetry.h"

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

// Writes it, inside a transaction of the caller's. The database's errors; that of a device that was removed meanwhile is
// one of them.
MUST_USE enum status job_store(struct db *db, const struct job *job);

#endif
