// SPDX-License-Identifier: Apache-2.0
// Pins, with the chunk sizes of their request ids as text: "<request id>:<size> …".
#include <inttypes.h>
#include <stdio.h>

#include "server/db/statement.h"

enum { GRIDS_TEXT_SIZE = DB_GRIDS_MAX * sizeof "4294967295:4294967295 " };

#define PIN_COLUMNS                                                                                \
    "SELECT device_id, image_id, since, next_id, grids, used, done, total FROM pins "

static void read_grids(const char *text, struct db_pin *pin)
{
    struct db_grid grid;
    int used;

    pin->grid_count = 0;
    while (pin->grid_count < DB_GRIDS_MAX &&
           sscanf(text, "%" SCNu32 ":%" SCNu32 " %n", &grid.request_id, &grid.size, &used) == 2) {
        pin->grids[pin->grid_count++] = grid;
        text += used;
    }
}

static void read_pin(sqlite3_stmt *row, struct db_pin *pin)
{
    char grids[GRIDS_TEXT_SIZE];

    pin->device_id = sqlite3_column_int64(row, 0);
    pin->image_id = sqlite3_column_int64(row, 1);
    pin->since_ms = sqlite3_column_int64(row, 2);
    pin->next_id = sqlite3_column_int64(row, 3);
    db_column_text(row, 4, grids, sizeof grids);
    read_grids(grids, pin);
    pin->used_ms = sqlite3_column_int64(row, 5);
    pin->done = (uint32_t)sqlite3_column_int64(row, 6);
    pin->total = (uint32_t)sqlite3_column_int64(row, 7);
}

enum status db_pin_get(struct db *self, int64_t device_id, struct db_pin *pin)
{
    sqlite3_stmt *statement;
    enum status status =
        db_query(self, &statement, PIN_COLUMNS "WHERE device_id = ?", "i", device_id);

    if (status != STATUS_OK) {
        return status;
    }
    status = db_step(self, statement);
    if (status == STATUS_AGAIN) {
        read_pin(statement, pin);
    }
    db_finish(statement);
    if (status == STATUS_DONE) {
        return db_fail(self, STATUS_NOT_FOUND, "the device has no download open");
    }
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

// In an upsert a bare column is the old row's.
static const char put[] =
    "INSERT INTO pins(device_id, image_id, since, next_id, grids, used)"
    " VALUES(?1,?2,?3,nullif(?4,0),?5,?3) ON CONFLICT DO UPDATE SET"
    " done = iif(image_id = excluded.image_id, done, 0),"
    " total = iif(image_id = excluded.image_id, total, 0),"
    " used = iif(image_id = excluded.image_id, used, excluded.used),"
    " image_id = excluded.image_id, since = excluded.since, next_id = excluded.next_id,"
    " grids = excluded.grids";

enum status db_pin_put(struct db *self, const struct db_pin *pin)
{
    char text[GRIDS_TEXT_SIZE];
    struct fmt grids;

    if (pin->image_id == DB_NONE) {
        return db_run(self, "DELETE FROM pins WHERE device_id = ?", "i", pin->device_id);
    }
    fmt_init(&grids, text, sizeof text);
    for (uint32_t i = 0; i < pin->grid_count; i++) {
        fmt_add(&grids, "%lu:%lu ", (unsigned long)pin->grids[i].request_id,
                (unsigned long)pin->grids[i].size);
    }
    return db_run(self, put, "iiiit", pin->device_id, pin->image_id, pin->since_ms, pin->next_id,
                  text);
}

enum status db_pin_progress(struct db *self, int64_t device_id, int64_t image_id, int64_t now_ms,
                            uint32_t done, uint32_t total)
{
    return db_run(self,
                  "UPDATE pins SET used = ?, done = ?, total = ?"
                  " WHERE device_id = ? AND image_id = ?",
                  "iiiii", now_ms, (int64_t)done, (int64_t)total, device_id, image_id);
}

enum status db_pin_expire(struct db *self, int64_t before_ms, int *removed)
{
    enum status status = db_run(self, "DELETE FROM pins WHERE used < ?", "i", before_ms);

    *removed = status == STATUS_OK ? sqlite3_changes(self->sqlite) : 0;
    return status;
}

enum status db_pin_each(struct db *self, db_pin_visitor visit, void *context)
{
    struct db_pin pin;
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, PIN_COLUMNS, "");

    if (status != STATUS_OK) {
        return status;
    }
    while ((status = db_step(self, statement)) == STATUS_AGAIN) {
        read_pin(statement, &pin);
        if (!visit(context, &pin)) {
            break;
        }
    }
    db_finish(statement);
    return status < STATUS_OK ? status : STATUS_OK;
}
