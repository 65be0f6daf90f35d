// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/job.h"

#include <string.h>

static enum status store_report(struct db *db, const struct job *job)
{
    const struct telemetry *said = &job->report;
    struct db_report row = {
        .title = said->has_title ? said->title : NULL,
        .version = said->has_version ? said->version : NULL,
        .state = said->has_state ? said->state : NULL,
        .error = said->has_error ? said->error : NULL,
    };

    return db_device_report(db, job->device_id, job->now_ms, &row);
}

static enum status store_event(struct db *db, const struct job *job)
{
    struct db_event event = {.time_ms = job->now_ms, .device_id = job->device_id};

    memcpy(event.what, job->what, sizeof event.what);
    return db_event_add(db, &event);
}

static enum status store_count(struct db *db, const struct job *job)
{
    const struct count *count = &job->count;
    enum status status = db_device_count(db, job->device_id, job->now_ms, &count->counters);

    return status == STATUS_OK && count->image_id != DB_NONE
               ? db_pin_progress(db, job->device_id, count->image_id, job->now_ms, count->done,
                                 count->total)
               : status;
}

enum status job_store(struct db *db, const struct job *job)
{
    switch (job->kind) {
    case JOB_PIN:
    case JOB_REMEMBER:
        return db_pin_put(db, &job->pin);
    case JOB_COUNT:
        return store_count(db, job);
    case JOB_REPORT:
        return store_report(db, job);
    case JOB_EVENT:
        return store_event(db, job);
    }
    return STATUS_INVALID;
}
