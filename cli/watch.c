// SPDX-License-Identifier: Apache-2.0
// Reads what is new in the order in which it was written, by the events' ids: times go back when a clock is set. Events
// tell a download by tenths; a terminal's bar is moved on in between by what the pins say.
#include "cli/watch.h"

#include <stdlib.h>
#include <string.h>

#include "cli/download.h"
#include "cli/printable.h"
#include "cli/progress.h"
#include "cli/when.h"

enum {
    EVENTS_AT_ONCE = 256, // read at a time; more are read in the same look
    NEW_ROWS = 16,        // the table grows by
};

// A device that has done something since the watch began.
struct seen {
    int64_t id;
    bool is_drawing; // `progress` is in use
    uint32_t told;   // chunks that its last event told; the pin is stored up to a second later
    struct progress progress;
    char name[DB_NAME_MAX + 1];
};

struct watch {
    FILE *out;
    struct database *database;
    int64_t change_number;
    int64_t last_id; // of the newest event shown
    struct seen *rows;
    size_t count, capacity;
    struct db_event events[EVENTS_AT_ONCE];
    size_t event_count;
};

struct watch *watch_create(FILE *out, struct database *database)
{
    struct watch *self = calloc(1, sizeof *self);

    if (self == NULL) {
        return NULL;
    }
    self->out = out;
    self->database = database;
    if (db_event_last(database->db, &self->last_id) != STATUS_OK) {
        self->last_id = 0; // watch_poll() will fail too and say why
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

// --- devices

static struct seen *add_row(struct watch *self)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity + self->capacity / 2 + NEW_ROWS;
        struct seen *rows = realloc(self->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            return NULL;
        }
        self->rows = rows;
        self->capacity = capacity;
    }
    return &self->rows[self->count++];
}

// NULL: it was removed meanwhile, or memory is short: its event is not shown.
static struct seen *find_row(struct watch *self, int64_t id)
{
    struct db_device device;

    for (size_t i = 0; i < self->count; i++) {
        if (self->rows[i].id == id) {
            return &self->rows[i];
        }
    }
    if (db_device_by_id(self->database->db, id, &device) != STATUS_OK) {
        return NULL;
    }
    struct seen *seen = add_row(self);
    if (seen != NULL) {
        *seen = (struct seen){.id = id};
        snprintf(seen->name, sizeof seen->name, "%s", device.name);
    }
    return seen;
}

// --- events

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
    progress_set(&seen->progress, done);
    return true;
}

static void show_event(struct watch *self, const struct db_event *event)
{
    struct seen *seen = find_row(self, event->device_id);

    self->last_id = event->id;
    if (seen != NULL && !show_progress(self, seen, event->what)) {
        show_line(self, seen, event);
    }
}

static bool collect(void *context, const struct db_event *event)
{
    struct watch *self = context;

    self->events[self->event_count++] = *event;
    return true;
}

static enum status show_events(struct watch *self)
{
    enum status status;

    do {
        self->event_count = 0;
        status = db_event_since(self->database->db, self->last_id, EVENTS_AT_ONCE, collect, self);
        for (size_t i = 0; i < self->event_count; i++) {
            show_event(self, &self->events[i]);
        }
    } while (status == STATUS_OK && self->event_count == EVENTS_AT_ONCE);
    return status;
}

// --- bars

static void move_bar(struct watch *self, struct seen *seen)
{
    struct download download;

    // The last chunk is told by its event.
    if (seen->is_drawing && seen->progress.is_terminal &&
        download_read(&download, self->database, seen->id) == STATUS_OK &&
        download.total == seen->progress.total && download.done > seen->told &&
        download.done < download.total) {
        progress_set(&seen->progress, download.done);
    }
}

enum status watch_poll(struct watch *self)
{
    int64_t number;
    enum status status = db_change_number(self->database->db, &number);

    if (status != STATUS_OK || number == self->change_number) {
        return status;
    }
    status = show_events(self);
    for (size_t i = 0; i < self->count && status == STATUS_OK; i++) {
        move_bar(self, &self->rows[i]);
    }
    if (status == STATUS_OK) {
        self->change_number = number;
    }
    return status;
}
