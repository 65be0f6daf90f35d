// SPDX-License-Identifier: Apache-2.0
// What happened to a device, newest kept.
#include "server/db/statement.h"

#define KEPT                                                                                       \
    "1000" // of each device: a year of daily updates' worth, and a bound on what a device can fill

enum status db_event_add(struct db *self, const struct db_event *event)
{
    enum status status = db_run(self, "INSERT INTO events(device_id, time, what) VALUES(?,?,?)",
                                "iit", event->device_id, event->time_ms, event->what);

    if (status != STATUS_OK) {
        return status;
    }
    return db_run(
        self,
        "DELETE FROM events WHERE device_id = ?1 AND id <="
        " (SELECT id FROM events WHERE device_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET " KEPT ")",
        "i", event->device_id);
}

// Reads rows of id, device_id, time, what.
static enum status visit_all(struct db *self, sqlite3_stmt *statement, db_event_visitor visit,
                             void *context)
{
    struct db_event event;
    enum status status;

    while ((status = db_step(self, statement)) == STATUS_AGAIN) {
        event.id = sqlite3_column_int64(statement, 0);
        event.device_id = sqlite3_column_int64(statement, 1);
        event.time_ms = sqlite3_column_int64(statement, 2);
        db_column_text(statement, 3, event.what, sizeof event.what);
        if (!visit(context, &event)) {
            break;
        }
    }
    db_finish(statement);
    return status < STATUS_OK ? status : STATUS_OK;
}

enum status db_event_each(struct db *self, int64_t device_id, unsigned limit,
                          db_event_visitor visit, void *context)
{
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement,
                                  "SELECT id, device_id, time, what FROM events"
                                  " WHERE device_id = ? ORDER BY id DESC LIMIT ?",
                                  "ii", device_id, (int64_t)limit);

    return status == STATUS_OK ? visit_all(self, statement, visit, context) : status;
}

enum status db_event_since(struct db *self, int64_t after_id, unsigned limit,
                           db_event_visitor visit, void *context)
{
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement,
                                  "SELECT id, device_id, time, what FROM events"
                                  " WHERE id > ? ORDER BY id LIMIT ?",
                                  "ii", after_id, (int64_t)limit);

    return status == STATUS_OK ? visit_all(self, statement, visit, context) : status;
}

enum status db_event_last(struct db *self, int64_t *id)
{
    return db_number(self, "SELECT coalesce(max(id), 0) FROM events", id);
}
