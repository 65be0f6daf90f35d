// SPDX-License-Identifier: Apache-2.0
// Beginning, end, and what is due at every tick.
#include "server/gateway/gateway.h"

#include <stdlib.h>

#include "base/contract.h"
#include "server/gateway/broker.h"
#include "server/gateway/inside.h"

enum { SAVE_EVERY_MS = 1000 };

void list_add(struct device_list *list, struct device *device)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        struct device **larger = realloc(list->devices, capacity * sizeof(struct device *));
        if (larger == NULL) {
            return;
        }
        list->devices = larger;
        list->capacity = capacity;
    }
    list->devices[list->count++] = device;
}

struct gateway *gateway_open(const struct gateway_options *options, struct gateway_time now,
                             struct fmt *error)
{
    struct gateway *self = calloc(1, sizeof *self);

    if (self == NULL) {
        fmt_add(error, "out of memory");
        return NULL;
    }
    self->options = *options;
    self->saved_ms = now.steady_ms;
    self->worker = worker_start(options->data, broker_wake, &self->catalog, error);
    if (self->worker == NULL) {
        free(self);
        return NULL;
    }
    return self;
}

static void free_session(struct session *session)
{
    free(session->client_id);
    free(session);
}

void gateway_close(struct gateway *self, struct gateway_time now)
{
    size_t at = 0;
    struct session *session;
    struct device *device;

    record_flush(self, now);
    worker_stop(self->worker, self->catalog);
    while ((session = map_next(&self->sessions, &at)) != NULL) {
        free_session(session);
    }
    at = 0;
    while ((device = map_next(&self->devices, &at)) != NULL) {
        free(device);
    }
    map_free(&self->sessions);
    map_free(&self->devices);
    owners_free(&self->owners);
    map_free(&self->ended);
    free(self->queued.devices);
    free(self->dirty.devices);
    free(self);
}

// --- what is due

static void take_results(struct gateway *self)
{
    struct result result;

    while (worker_result(self->worker, &result)) {
        if (result.is_log) {
            broker_log(BROKER_LOG_WARNING, "%s", result.text);
            continue;
        }
        struct device *device = map_get(&self->devices, (uint64_t)result.device_id);
        if (device != NULL) {
            serve_committed(self, device, result.is_stored);
        }
    }
}

// A device may have got another image, another token, or be gone. The old entry is still there.
static void refresh(struct gateway *self, struct device *device)
{
    const struct catalog_device *old = device->entry;
    const struct catalog_device *entry = catalog_by_id(self->catalog, device->id);
    bool same_token = old != NULL && entry != NULL && strcmp(old->token, entry->token) == 0;

    device->wants_push |= old != NULL && entry != NULL && old->image_id != entry->image_id;
    device->entry = entry;
    if (device->session != NULL && !same_token) {
        connect_supersede(self, device->session);
    }
    if (device->wants_push) {
        list_add(&self->queued, device);
    }
}

static void take_catalog(struct gateway *self)
{
    size_t at = 0;
    struct device *device;
    struct catalog *old = self->catalog;
    struct catalog *newer = worker_newer(self->worker);

    if (newer == NULL) {
        return;
    }
    self->catalog = newer;
    while ((device = map_next(&self->devices, &at)) != NULL) {
        refresh(self, device);
    }
    worker_retire(self->worker, old);
}

static void push(struct device *device)
{
    struct request request = {.kind = API_ATTRIBUTES};
    bool takes = device->session != NULL && device->session->takes_pushes;

    device->wants_push = false;
    if (takes && device->entry != NULL && device->waiting_count < DEVICE_WAITING_MAX) {
        memcpy(request.topic, API_PUSH_TOPIC, sizeof API_PUSH_TOPIC);
        (void)device_wait(device, &request);
    }
}

static void serve_queued(struct gateway *self, struct gateway_time now)
{
    struct device_list due = self->queued;

    self->queued = (struct device_list){0};
    for (size_t i = 0; i < due.count; i++) {
        struct device *device = due.devices[i];
        device->is_queued = false;
        if (device->wants_push) {
            push(device);
        }
        serve(self, device, now);
    }
    free(due.devices);
}

// The broker closes a session itself when another takes its client id over.
static void close_one(struct session *session)
{
    const struct session *current = session->device->session;
    bool taken_over = current != NULL && strcmp(current->client_id, session->client_id) == 0;
    char *client_id = taken_over ? NULL : strdup(session->client_id);

    session->wants_close = false;
    if (client_id != NULL) {
        broker_close(client_id); // ends in gateway_disconnect(), which frees the session
        free(client_id);
    }
}

static void close_superseded(struct gateway *self)
{
    struct session *session;

    // Closing forgets the session and moves the map's entries: begin again after each.
    for (size_t at = 0; (session = map_next(&self->sessions, &at)) != NULL;) {
        if (session->wants_close) {
            close_one(session);
            at = 0;
        }
    }
    self->has_closing = false;
}

static void report_losses(struct gateway *self)
{
    if (self->lost_records > 0) {
        broker_log(BROKER_LOG_WARNING, "%llu records of device events were lost: the disk is slow",
                   (unsigned long long)self->lost_records);
        self->lost_records = 0;
    }
}

void gateway_tick(struct gateway *self, struct gateway_time now)
{
    self->is_reloading = false;
    owners_tick(&self->owners, now.steady_ms);
    take_results(self);
    take_catalog(self);
    if (self->has_closing) {
        close_superseded(self);
    }
    serve_queued(self, now);
    if (now.steady_ms - self->saved_ms >= SAVE_EVERY_MS) {
        record_flush(self, now);
        report_losses(self);
    }
}
