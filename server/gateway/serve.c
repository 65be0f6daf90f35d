// SPDX-License-Identifier: Apache-2.0
// Answers, in the order of the requests. A request whose answer binds the device to an image stays at the head of
// the queue until that pin is on the disk; then it is looked at again and finds the pin as it wants it.
#include "server/gateway/inside.h"

#include "server/gateway/attributes.h"
#include "server/gateway/broker.h"
#include "server/gateway/pinning.h"

enum outcome { ANSWERED, WAITS };

// A device that has used up its answers with QoS 1 gets the rest with QoS 0; asking again is the repair in both.
static int allowed_qos(const struct gateway *self, struct device *device, uint32_t size, int qos,
                       struct gateway_time now)
{
    if (qos == 0 || self->options.is_unlimited) {
        return qos;
    }
    if (!budget_allows(&device->qos_1, BUDGET_QOS_1, now.steady_ms)) {
        return 0;
    }
    budget_spend(&device->qos_1, size + BUDGET_MESSAGE_BYTES);
    return qos;
}

static void send(struct gateway *self, struct device *device, const struct request *request,
                 const char *topic, struct span payload, struct gateway_time now)
{
    bool is_chunk = request->kind == API_FIRMWARE_REQUEST || request->kind == API_SOFTWARE_REQUEST;
    uint32_t size = (uint32_t)payload.size;
    int qos = session_qos(device->session, topic, request->qos, is_chunk);

    qos = allowed_qos(self, device, size, qos, now);
    broker_send(device->session->client_id, topic, payload, qos);
    budget_spend(&device->budget, size);
}

static void send_error(struct gateway *self, struct device *device, const struct request *request,
                       const char *text, struct gateway_time now)
{
    send(self, device, request, API_ERROR_TOPIC, span_of_text(text), now);
}

// --- pins

static enum outcome commit(struct gateway *self, struct device *device, struct gateway_time now)
{
    struct job job = {
        .kind = JOB_PIN, .device_id = device->id, .now_ms = now.day_ms, .pin = device->pin};

    device->is_committing = worker_submit(self->worker, &job);
    if (!device->is_committing) {
        device->pin = device->stored_pin; // the queue is full: tried again at the next tick
    }
    return WAITS;
}

void serve_committed(struct gateway *self, struct device *device, bool is_stored)
{
    device->is_committing = false;
    if (!is_stored) {
        // The request is dropped: the device asks again.
        device->pin = device->stored_pin;
        device->unsaved.dropped += device->waiting_count > 0;
        record_counters(self, device);
        if (device->waiting_count > 0) {
            device_done(device);
        }
        return;
    }
    if (device->pin.image_id != device->stored_pin.image_id) {
        progress_begin(&device->progress, 0, 0);
    }
    device->stored_pin = device->pin;
}

// --- attributes

// The image to offer: assigned, and its bytes are there.
static const struct image_file *offered(const struct gateway *self, const struct device *device)
{
    const struct image_file *file =
        device->entry == NULL ? NULL : catalog_image(self->catalog, device->entry->image_id);

    return file == NULL || file->bytes == NULL ? NULL : file;
}

static bool is_unloadable(const struct device *device, const struct image_file *file)
{
    return file == NULL && device->entry != NULL && device->entry->image_id != DB_NONE;
}

static void send_attributes(struct gateway *self, struct device *device,
                            const struct request *request, const struct db_image *image,
                            struct gateway_time now)
{
    char text[ATTRIBUTES_ANSWER_SIZE];
    struct fmt answer;

    fmt_init(&answer, text, sizeof text);
    if (request->kind == API_ATTRIBUTES) {
        attributes_push(image, &answer);
    } else {
        attributes_answer(image, request->wanted, &answer);
        device->unsaved.attribute_requests++;
        record_counters(self, device);
    }
    send(self, device, request, request->topic, fmt_span(&answer), now);
    if (image == NULL) {
        record_event(self, device, now, "attributes nothing is assigned");
    } else {
        record_event(self, device, now, "attributes %s %s", image->title, image->version);
    }
}

static enum outcome serve_attributes(struct gateway *self, struct device *device,
                                     const struct request *request, struct gateway_time now)
{
    const struct image_file *file = offered(self, device);
    bool tells = request->kind == API_ATTRIBUTES || request->wanted != 0;

    // An image that cannot be served now is not offered, and the pin stays for when it can.
    if (tells && !is_unloadable(device, file) &&
        pinning_offer(&device->pin, file == NULL ? DB_NONE : file->record.id, now.day_ms)) {
        return commit(self, device, now);
    }
    send_attributes(self, device, request, file == NULL ? NULL : &file->record, now);
    return ANSWERED;
}

// --- chunks

static void note_progress(struct gateway *self, struct device *device, uint32_t index,
                          uint32_t total, struct gateway_time now)
{
    uint32_t before = device->progress.done;

    if (!progress_note(&device->progress, index, total)) {
        device->unsaved.retries++;
        return;
    }
    uint32_t done = device->progress.done;
    before = done < before ? 0 : before; // begun anew
    bool is_tenth = (uint64_t)before * 10 / total != (uint64_t)done * 10 / total;
    if (done > before && (before == 0 || is_tenth)) {
        record_event(self, device, now, "chunk %lu/%lu", (unsigned long)done, (unsigned long)total);
    }
}

static void send_chunk(struct gateway *self, struct device *device, const struct request *request,
                       struct span view, struct gateway_time now)
{
    struct grid grid = grid_settle(&device->pin, request->id, request->size, (uint32_t)view.size);
    struct span chunk = grid_slice(view, grid.size, request->index);

    if (grid.is_new) {
        device->stored_pin = device->pin;
        record_pin(self, device, now);
    }
    if (grid.resized) {
        record_event(self, device, now, "chunk size changed to %lu", (unsigned long)grid.size);
    }
    if (grid.notice_too_large) {
        send_error(self, device, request, "PAYLOAD_TOO_LARGE", now);
    }
    send(self, device, request, request->topic, chunk, now);
    if (chunk.size > 0) {
        device->unsaved.chunks++;
        device->unsaved.bytes += (int64_t)chunk.size;
        uint64_t total = (view.size + (uint64_t)grid.size - 1) / grid.size;
        note_progress(self, device, request->index, (uint32_t)total, now);
    }
    device->unsaved.malformed += request->size.kind == SIZE_GARBLED;
    record_counters(self, device);
}

static enum outcome serve_chunk(struct gateway *self, struct device *device,
                                const struct request *request, struct gateway_time now)
{
    const struct image_file *file = offered(self, device);

    if (pinning_chunk(&device->pin, file == NULL ? DB_NONE : file->record.id, request->id,
                      request->index, now.day_ms)) {
        return commit(self, device, now);
    }
    const struct image_file *pinned = catalog_image(self->catalog, device->pin.image_id);
    if (device->pin.image_id == DB_NONE && !is_unloadable(device, file)) {
        send_error(self, device, request, "NOT_FOUND", now);
    } else if (pinned == NULL || pinned->bytes == NULL) {
        send_error(self, device, request, "FAILURE", now);
        record_event(self, device, now, "refused the bytes of the image cannot be read");
    } else {
        send_chunk(self, device, request, span_of(pinned->bytes, (size_t)pinned->record.size), now);
    }
    return ANSWERED;
}

// --- all

// A pin lives as long as its device asks for something.
static void note_use(struct device *device, struct gateway_time now)
{
    if (device->pin.image_id != DB_NONE) {
        device->pin.used_ms = now.day_ms;
        device->stored_pin.used_ms = now.day_ms;
    }
}

static enum outcome serve_one(struct gateway *self, struct device *device,
                              const struct request *request, struct gateway_time now)
{
    switch (request->kind) {
    case API_ATTRIBUTE_REQUEST:
    case API_ATTRIBUTES:
        return serve_attributes(self, device, request, now);
    case API_FIRMWARE_REQUEST:
        return serve_chunk(self, device, request, now);
    case API_SOFTWARE_REQUEST: // nbota has no software packages
        send_error(self, device, request, "NOT_FOUND", now);
        return ANSWERED;
    case API_RPC_REQUEST:
        send(self, device, request, request->topic, span_of_text(request->text), now);
        return ANSWERED;
    case API_UNKNOWN:
    case API_TELEMETRY:
    case API_RPC_RESPONSE:
        break; // never queued
    }
    return ANSWERED;
}

static bool may_send(const struct gateway *self, struct device *device, struct gateway_time now)
{
    return self->options.is_unlimited || budget_allows(&device->budget, BUDGET_ALL, now.steady_ms);
}

void serve(struct gateway *self, struct device *device, struct gateway_time now)
{
    bool goes_on = device->session != NULL;

    while (goes_on && device->waiting_count > 0 && !device->is_committing &&
           may_send(self, device, now)) {
        struct request request = device->waiting[0];
        goes_on = serve_one(self, device, &request, now) == ANSWERED;
        if (goes_on) {
            note_use(device, now);
            device_done(device);
        }
    }
    if (device->waiting_count > 0 && !device->is_queued) {
        device->is_queued = true;
        list_add(&self->queued, device);
    }
}
