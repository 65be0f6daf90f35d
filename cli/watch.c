// SPDX-License-Identifier: Apache-2.0
// One pass over devices and their newest events when the database has changed. Events tell a download by tenths; the
// counters of chunks in between move a terminal's bar on.
#include "cli/watch.h"

#include <stdlib.h>
#include <string.h>

#include "cli/printable.h"
#include "cli/progress.h"
#include "cli/when.h"

enum {
    EVENTS_MAX = 64,  // of one device between two looks; older ones are left out
    NEW_DEVICES = 16, // rows the table grows by
};

struct seen {
    int64_t id;
    int64_t last_ms;  // time of the newest event shown
    unsigned at_last; // events shown with that time
    int64_t chunks;   // first-time chunks counted so far
    int64_t base;     // the same at the last chunk event
    uint32_t told;    // chunks that event told
    bool is_drawing;  // `progress` is in use
    struct progress progress;
    char name[DB_NAME_MAX + 1];
};

struct watch {
    FILE *out;
    struct database *database;
    int64_t change_number;
    int64_t begun_ms;
    struct seen *rows;
    size_t count, capacity;
    size_t next; // row that is probably the next device's
};

struct watch *watch_create(FILE *out, struct database *database)
{
    struct watch *self = calloc(1, sizeof *self);

    if (self != NULL) {
        self->out = out;
        self->database = database;
        self->begun_ms = database_now_ms();
    }
    return self;
}

void watch_destroy(struct watch *self)
{
    if (self != NULL) {
        free(self->rows);
        free(self);
    }
}

void watch_clear(struct watch *self)
{
    for (size_t i = 0; i < self->count; i++) {
        progress_clear(&self->rows[i].progress);
    }
}

// --- which devices moved

static struct seen *add_row(struct watch *self, const struct db_device *device)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity + self->capacity / 2 + NEW_DEVICES;
        struct seen *rows = realloc(self->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            return NULL; // shown when memory is there again
        }
        self->rows = rows;
        self->capacity = capacity;
    }
    self->rows[self->count] = (struct seen){.id = device->id, .last_ms = self->begun_ms};
    return &self->rows[self->count++];
}

// Devices come in the order of names and stay in it, so the row is nearly always the next one.
static struct seen *find_row(struct watch *self, const struct db_device *device)
{
    for (size_t i = 0; i < self->count; i++) {
        size_t row = (self->next + i) % self->count;
        if (self->rows[row].id == device->id) {
            self->next = row + 1;
            return &self->rows[row];
        }
    }
    return add_row(self, device);
}

static bool note(void *context, const struct db_device *device)
{
    struct seen *seen = find_row(context, device);

    if (seen != NULL) {
        seen->chunks = device->counters.chunks - device->counters.retries;
        snprintf(seen->name, sizeof seen->name, "%s", device->name);
    }
    return true;
}

// --- what is new of one

struct news {
    const struct seen *seen;
    struct db_event events[EVENTS_MAX]; // newest first
    unsigned count;
    unsigned at_last; // events met with seen->last_ms: the oldest of them are known
};

static bool collect(void *context, const struct db_event *event)
{
    struct news *news = context;

    if (event->time_ms < news->seen->last_ms) {
        return false;
    }
    news->at_last += event->time_ms == news->seen->last_ms;
    news->events[news->count++] = *event;
    return news->count < EVENTS_MAX;
}

static void show_line(struct watch *self, const struct seen *seen, const struct db_event *event)
{
    char date[WHEN_SIZE];

    struct db_event shown = *event;

    printable_make(shown.what);
    watch_clear(self);
    when_date(shown.time_ms, date);
    fprintf(self->out, "%s %s %s\n", date, seen->name, shown.what);
    fflush(self->out);
}

static bool show_progress(struct watch *self, struct seen *seen, const char *what)
{
    unsigned done;
    unsigned total;

    if (sscanf(what, "chunk %u/%u", &done, &total) != 2 || total == 0) {
        return false;
    }
    if (!seen->is_drawing || seen->progress.total != total || done < seen->told) {
        watch_clear(self);
        progress_begin(&seen->progress, self->out, seen->name, total);
    }
    seen->is_drawing = done < total;
    seen->told = done;
    seen->base = seen->chunks;
    progress_set(&seen->progress, done);
    return true;
}

static void show_event(struct watch *self, struct seen *seen, const struct db_event *event)
{
    if (!show_progress(self, seen, event->what)) {
        show_line(self, seen, event);
    }
    seen->at_last = event->time_ms == seen->last_ms ? seen->at_last + 1 : 1;
    seen->last_ms = event->time_ms;
}

static void move_bar(struct seen *seen)
{
    int64_t done = seen->told + (seen->chunks - seen->base);

    // The last chunk is told by its event.
    if (seen->is_drawing && seen->progress.is_terminal && done > seen->told &&
        done < seen->progress.total) {
        progress_set(&seen->progress, (uint32_t)done);
    }
}

static enum status show_device(struct watch *self, struct seen *seen)
{
    struct news news = {.seen = seen};
    enum status status = db_event_each(self->database->db, seen->id, EVENTS_MAX, collect, &news);
    unsigned known = seen->at_last < news.at_last ? seen->at_last : news.at_last;

    // The oldest of those with the last time have been shown; they are at the end.
    for (unsigned i = news.count - known; i > 0; i--) {
        show_event(self, seen, &news.events[i - 1]);
    }
    move_bar(seen);
    return status;
}

enum status watch_poll(struct watch *self)
{
    int64_t number;
    enum status status = db_change_number(self->database->db, &number);

    if (status != STATUS_OK || number == self->change_number) {
        return status;
    }
    self->change_number = number;
    status = db_device_each(self->database->db, note, self);
    for (size_t i = 0; i < self->count && status == STATUS_OK; i++) {
        status = show_device(self, &self->rows[i]);
    }
    return status;
}
