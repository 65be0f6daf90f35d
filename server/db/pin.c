// SPDX-License-Identifier: Apache-2.0
// Pins, with the chunk sizes of their request ids as text: "<request id>:<size> …".
#include <inttypes.h>
#include <stdio.h>

#include "server/db/statement.h"

enum { GRIDS_TEXT_SIZE = DB_GRIDS_MAX * sizeof "4294967295:4294967295 " };

#define PIN_COLUMNS "SELECT device_id, image_id, since, next_id, grids FROM pins "

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
    return db_run(self, "INSERT OR REPLACE INTO pins VALUES(?,?,?,nullif(?,0),?)", "iiiit",
                  pin->device_id, pin->image_id, pin->since_ms, pin->next_id, text);
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
