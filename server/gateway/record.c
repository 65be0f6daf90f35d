// SPDX-License-Identifier: Apache-2.0
// What the database is told of devices. When the worker's queue is full a record is lost and counted, never waited for.
#include <stdarg.h>
#include <stdio.h>

#include "server/gateway/inside.h"

// What one device may write into the database: far more than an update needs, far less than would starve others.
enum { WINDOW_MS = 10000, RECORDS_IN_WINDOW = 100 };

static bool may_record(struct device *device, struct gateway_time now)
{
    if (now.steady_ms - device->record_window_ms >= WINDOW_MS || device->record_count == 0) {
        device->record_window_ms = now.steady_ms;
        device->record_count = 0;
    }
    return device->record_count++ < RECORDS_IN_WINDOW;
}

static void submit(struct gateway *self, const struct job *job)
{
    if (!worker_submit(self->worker, job)) {
        self->lost_records++;
    }
}

// False: the queue is full, and the counters wait for the next time.
static bool hand_over(struct gateway *self, struct device *device, struct gateway_time now)
{
    struct job job = {.kind = JOB_COUNT,
                      .device_id = device->id,
                      .now_ms = now.day_ms,
                      .count = {.counters = device->unsaved,
                                .image_id = device->stored_pin.image_id,
                                .done = device->progress.done,
                                .total = device->progress.total}};
    bool taken = worker_submit(self->worker, &job);

    if (taken) {
        device->unsaved = (struct db_counters){0};
    }
    return taken;
}

// The counters go ahead: who reads of an event finds it counted.
void record_event(struct gateway *self, struct device *device, struct gateway_time now,
                  const char *format, ...)
{
    struct job job = {.kind = JOB_EVENT, .device_id = device->id, .now_ms = now.day_ms};
    va_list arguments;

    if (!may_record(device, now)) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(job.what, sizeof job.what, format, arguments);
    va_end(arguments);
    if (device->is_dirty) {
        (void)hand_over(self, device, now);
    }
    submit(self, &job);
}

void record_telemetry(struct gateway *self, struct device *device, struct gateway_time now,
                      const struct telemetry *said)
{
    struct job job = {
        .kind = JOB_REPORT, .device_id = device->id, .now_ms = now.day_ms, .report = *said};

    if (may_record(device, now)) {
        submit(self, &job);
    }
}

void record_pin(struct gateway *self, const struct device *device, struct gateway_time now)
{
    struct job job = {
        .kind = JOB_REMEMBER, .device_id = device->id, .now_ms = now.day_ms, .pin = device->pin};

    submit(self, &job);
}

void record_counters(struct gateway *self, struct device *device)
{
    if (!device->is_dirty) {
        device->is_dirty = true;
        list_add(&self->dirty, device);
    }
}

void record_flush(struct gateway *self, struct gateway_time now)
{
    size_t kept = 0;

    for (size_t i = 0; i < self->dirty.count; i++) {
        struct device *device = self->dirty.devices[i];
        device->is_dirty = !hand_over(self, device, now);
        if (device->is_dirty) {
            self->dirty.devices[kept++] = device;
        }
    }
    self->dirty.count = kept;
    self->saved_ms = now.steady_ms;
}
