// SPDX-License-Identifier: Apache-2.0
// Devices: who they are, what they reported, what they did.
#include "server/db/statement.h"

#define DEVICE_COLUMNS                                                                             \
    "SELECT d.id, d.name, d.token, d.imei, d.title, d.version, d.state, d.error, d.last_seen,"     \
    " a.image_id, p.image_id, c.connections, c.attribute_requests, c.chunks, c.retries, c.bytes,"  \
    " c.malformed, c.dropped"                                                                      \
    " FROM devices d LEFT JOIN assignments a ON a.device_id = d.id"                                \
    " LEFT JOIN pins p ON p.device_id = d.id LEFT JOIN counters c ON c.device_id = d.id "

// The order of the counters in every statement here.
static int64_t *counter_at(struct db_counters *counters, int index)
{
    int64_t *const all[] = {&counters->connections, &counters->attribute_requests,
                            &counters->chunks,      &counters->retries,
                            &counters->bytes,       &counters->malformed,
                            &counters->dropped};

    return all[index];
}

enum { COUNTER_COUNT = 7, FIRST_COUNTER_COLUMN = 11 };

static void read_device(sqlite3_stmt *row, struct db_device *device)
{
    device->id = sqlite3_column_int64(row, 0);
    db_column_text(row, 1, device->name, sizeof device->name);
    db_column_text(row, 2, device->token, sizeof device->token);
    db_column_text(row, 3, device->imei, sizeof device->imei);
    db_column_text(row, 4, device->title, sizeof device->title);
    db_column_text(row, 5, device->version, sizeof device->version);
    db_column_text(row, 6, device->state, sizeof device->state);
    db_column_text(row, 7, device->error, sizeof device->error);
    device->last_seen_ms = sqlite3_column_int64(row, 8);
    device->image_id = sqlite3_column_int64(row, 9);
    device->pinned_id = sqlite3_column_int64(row, 10);
    for (int i = 0; i < COUNTER_COUNT; i++) {
        *counter_at(&device->counters, i) = sqlite3_column_int64(row, FIRST_COUNTER_COLUMN + i);
    }
}

// MQTT tools and shells would trip over the forbidden characters.
static enum status check_texts(struct db *self, const char *name, const char *token,
                               const char *imei)
{
    enum status status = text_check(self, "device name", name, DB_NAME_MAX, " #+/");

    if (status == STATUS_OK) {
        status = text_check(self, "access token", token, DB_TOKEN_MAX, " #+/");
    }
    if (status == STATUS_OK && name[0] == '-') { // commands would take it for an option
        return db_fail(self, STATUS_INVALID, "device name '%s' begins with '-'", name);
    }
    size_t digits = imei == NULL ? 0 : strspn(imei, "0123456789");
    if (status == STATUS_OK && imei != NULL &&
        (imei[digits] != '\0' || digits < DB_IMEI_MAX - 1 || digits > DB_IMEI_MAX)) {
        return db_fail(self, STATUS_INVALID, "IMEI '%s' is not 14 or 15 digits", imei);
    }
    return status;
}

enum status db_device_add(struct db *self, const char *name, const char *token, const char *imei,
                          int64_t *id)
{
    enum status status = check_texts(self, name, token, imei);

    if (status == STATUS_OK) {
        status = db_run(self, "INSERT INTO devices(name, token, imei) VALUES(?,?,?)", "ttt", name,
                        token, imei);
    }
    if (status == STATUS_REFUSED && db_refused_by(self, "devices.name")) {
        return db_fail(self, status, "there is a device '%s' already; choose another name", name);
    }
    if (status == STATUS_REFUSED) {
        return db_fail(self, status, "another device has this access token; each needs its own");
    }
    *id = status == STATUS_OK ? sqlite3_last_insert_rowid(self->sqlite) : DB_NONE;
    return status;
}

// One row or none.
static enum status read_one(struct db *self, sqlite3_stmt *statement, struct db_device *device)
{
    enum status status = db_step(self, statement);

    if (status == STATUS_AGAIN) {
        read_device(statement, device);
        status = STATUS_OK;
    }
    db_finish(statement);
    return status;
}

enum status db_device_by_name(struct db *self, const char *name, struct db_device *device)
{
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, DEVICE_COLUMNS "WHERE d.name = ?", "t", name);

    status = status == STATUS_OK ? read_one(self, statement, device) : status;
    if (status == STATUS_DONE) {
        return db_fail(self, STATUS_NOT_FOUND,
                       "there is no device '%s'; `nbota device list` shows all", name);
    }
    return status;
}

enum status db_device_by_id(struct db *self, int64_t id, struct db_device *device)
{
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, DEVICE_COLUMNS "WHERE d.id = ?", "i", id);

    status = status == STATUS_OK ? read_one(self, statement, device) : status;
    if (status == STATUS_DONE) {
        return db_fail(self, STATUS_NOT_FOUND, "there is no device with id %lld", (long long)id);
    }
    return status;
}

enum status db_device_remove(struct db *self, int64_t id)
{
    enum status status = db_run(self, "DELETE FROM devices WHERE id = ?", "i", id);

    if (status == STATUS_OK && sqlite3_changes(self->sqlite) == 0) {
        return db_fail(self, STATUS_NOT_FOUND, "there is no device with id %lld", (long long)id);
    }
    return status;
}

enum status db_device_each(struct db *self, db_device_visitor visit, void *context)
{
    struct db_device device;
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, DEVICE_COLUMNS "ORDER BY d.name", "");

    if (status != STATUS_OK) {
        return status;
    }
    while ((status = db_step(self, statement)) == STATUS_AGAIN) {
        read_device(statement, &device);
        if (!visit(context, &device)) {
            break;
        }
    }
    db_finish(statement);
    return status < STATUS_OK ? status : STATUS_OK;
}

enum status db_device_count(struct db *self, int64_t device_id, int64_t now_ms,
                            const struct db_counters *more)
{
    enum status status =
        db_run(self,
               "INSERT INTO counters VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
               " connections = connections + excluded.connections,"
               " attribute_requests = attribute_requests + excluded.attribute_requests,"
               " chunks = chunks + excluded.chunks, retries = retries + excluded.retries,"
               " bytes = bytes + excluded.bytes, malformed = malformed + excluded.malformed,"
               " dropped = dropped + excluded.dropped",
               "iiiiiiii", device_id, more->connections, more->attribute_requests, more->chunks,
               more->retries, more->bytes, more->malformed, more->dropped);

    if (status == STATUS_OK) {
        status = db_run(self, "UPDATE devices SET last_seen = max(last_seen, ?) WHERE id = ?", "ii",
                        now_ms, device_id);
    }
    return status;
}

enum status db_device_report(struct db *self, int64_t device_id, int64_t now_ms,
                             const struct db_report *report)
{
    return db_run(self,
                  "UPDATE devices SET title = coalesce(?, title), version = coalesce(?, version),"
                  " state = coalesce(?, state), error = coalesce(?, error),"
                  " last_seen = max(last_seen, ?) WHERE id = ?",
                  "ttttii", report->title, report->version, report->state, report->error, now_ms,
                  device_id);
}
